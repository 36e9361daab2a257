// Runners come and go: finding those of earlier drivers, starting one, losing one, and settling what a dead
// one had.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "engine/base/clock.h"
#include "executors/attempt_json.h"
#include "executors/local/helper_process.h"
#include "executors/local/local_driver.h"
#include "executors/runner/environment.h"
#include "executors/runner/loop.h"

namespace sluice::executors {

namespace asio = boost::asio;

namespace {

constexpr double look_pause_s = 0.05;
constexpr int most_looks = 100;
constexpr double follow_pause_s = 1;
constexpr double watch_pause_s = 5;
constexpr double longest_silence_s = 60;
constexpr int most_starts_in_vain = 3;

std::int64_t ns(double seconds) { return static_cast<std::int64_t>(seconds * static_cast<double>(ns_per_s)); }

}  // namespace

void LocalDriver::after(double seconds, std::function<void()> callback) {
  auto timer = std::make_shared<asio::steady_timer>(io_, std::chrono::nanoseconds(ns(seconds)));
  std::erase_if(timers_, [](const auto& old) { return old.expired(); });
  timers_.push_back(timer);
  timer->async_wait([timer, alive = alive_, callback = std::move(callback)](const auto& error) {
    if (!error && *alive) callback();
  });
}

void LocalDriver::stop_timers() {
  for (const auto& weak : timers_)
    if (const auto timer = weak.lock()) timer->cancel();
}

void LocalDriver::discover() {
  if (discovered_) return;
  discovered_ = true;
  peers_ = find_peers(disk_, config_.runners_folder);
  attached_ = peers_.empty();  // nothing there that the engine could have forgotten to ask for
  for (const auto& peer : peers_) look_for(*peer);
  after(watch_pause_s, [this] { watch_over_peers(); });
}

/// A runner without a connection: dead, to be connected, or to be watched from afar.
void LocalDriver::look_for(Peer& peer) {
  const Liveness liveness = processes_.liveness(peer.hello.process);
  if (liveness == Liveness::dead) return bury(peer);
  if (liveness == Liveness::alive && peer.hello.protocol == runner_protocol) {
    if (connect(peer)) return;
    // It may be ending this very moment, or be too busy to accept.
    peer.state = PeerState::missing;
    if (++peer.reconnects < most_looks) return after(look_pause_s, [this, &peer] { look_for(peer); });
  }
  follow(peer);
}

bool LocalDriver::connect(Peer& peer) {
  auto link = RunnerLink::connect(io_, peer.hello);
  if (!link) return false;
  peer.link = std::move(*link);
  peer.state = PeerState::talking;
  peer.reconnects = 0;
  peer.last_sign_ns = Loop::now_ns();
  peer.link->listen([this, &peer](const json::object& message) { on_message(peer, message); },
                    [this, &peer] { on_lost(peer); });
  if (current_ == nullptr) current_ = &peer;
  greet(peer);
  return true;
}

/// Tells a runner what it may use, and asks for everything it should have of ours.
void LocalDriver::greet(Peer& peer) {
  json::object environment;
  for (const auto& [name, value] : pass_through()) environment[name] = value;
  peer.link->send({{"do", "configure"},
                   {"proto", runner_protocol},
                   {"cpus", config_.cpu_slots},
                   {"gpus", json::array(gpu_names_.begin(), gpu_names_.end())},
                   {"memory_bytes", static_cast<std::int64_t>(config_.memory_bytes)},
                   {"launcher", json::array(config_.launcher.begin(), config_.launcher.end())},
                   {"env", std::move(environment)}});
  std::vector<Token> unsent;
  json::array unsure;
  for (const auto& token : tokens_at(peer)) {
    if (open_[token].spec)
      unsent.push_back(token);
    else
      unsure.emplace_back(token);
  }
  for (const auto& [token, question] : questions_)
    if (std::find(question.waits_for.begin(), question.waits_for.end(), &peer) != question.waits_for.end())
      unsure.emplace_back(token);
  if (!unsure.empty()) peer.link->send({{"do", "attach"}, {"tokens", std::move(unsure)}});
  if (!unsent.empty()) submit_to(peer, unsent);
  for (const auto& token : tokens_at(peer))
    if (const auto mode = open_[token].cancel) cancel_at(peer, {token}, *mode);
}

void LocalDriver::submit_to(Peer& peer, const std::vector<Token>& tokens) {
  json::array attempts;
  for (const auto& token : tokens) attempts.push_back(to_json(*open_[token].spec));
  peer.link->send({{"do", "submit"}, {"attempts", std::move(attempts)}});
}

std::vector<Token> LocalDriver::tokens_at(const Peer& peer) const {
  std::vector<Token> tokens;
  for (const auto& [token, open] : open_)
    if (open.peer == &peer) tokens.push_back(token);
  std::sort(tokens.begin(), tokens.end(),
            [this](const Token& a, const Token& b) { return open_.at(a).number < open_.at(b).number; });
  return tokens;
}

/// The runner that new attempts go to; started when there is none.
Peer& LocalDriver::current() {
  if (current_ != nullptr) return *current_;
  auto peer = std::make_unique<Peer>();
  constexpr int name_bytes = 4;
  peer->folder = join_path(config_.runners_folder, random_name(name_bytes));
  current_ = peer.get();
  peers_.push_back(std::move(peer));
  start_runner(*current_);
  return *current_;
}

void LocalDriver::start_runner(Peer& peer) {
  const auto done = [this, alive = alive_, &peer](const Status& started) {
    if (*alive) on_started(peer, started);
  };
  if (++starts_in_vain_ > most_starts_in_vain) {
    asio::post(io_, [done] {
      done(Error{"the last three local runners died before they accepted anything", "",
                 "see runner.log in their folders", ErrorKind::io});
    });
    return;
  }
  if (auto made = disk_.make_folders(config_.runners_folder); !made) {
    asio::post(io_, [done, error = made.error()] { done(error); });
    return;
  }
  run_helper(
      io_, {config_.runner_program, "--serve", peer.folder, "--idle", std::to_string(config_.runner_idle_s)},
      done);
}

void LocalDriver::on_started(Peer& peer, const Status& started) {
  Status status = started;
  if (status) {
    auto hello = read_hello(disk_, peer.folder);
    if (hello) {
      peer.hello = std::move(*hello);
      return look_for(peer);
    }
    status = std::move(hello).error();
  }
  if (current_ == &peer) current_ = nullptr;
  peer.state = PeerState::settled;
  starts_in_vain_ = 0;  // the engine decides whether to try again
  for (const auto& token : tokens_at(peer))
    on_end(Rejected{token, false, "no local runner could be started: " + to_string(status.error())});
}

void LocalDriver::on_lost(Peer& peer) {
  peer.state = PeerState::missing;
  peer.reconnects = 0;
  look_for(peer);
}

/// Its process is gone: what does its journal say?
void LocalDriver::bury(Peer& peer) {
  if (current_ == &peer) current_ = nullptr;
  peer.state = PeerState::settling;
  peer.readable = read_new_lines(peer);
  if (peer.readable) read_settlement(peer);
  answer_questions(peer);
  if (!peer.readable || !peer.journal.has_unfinished()) return resolve(peer);
  const bool host_lost = processes_.liveness(peer.hello.process) == Liveness::unknown;
  std::vector<std::string> argv = {config_.runner_program, "--settle", peer.folder};
  if (host_lost) argv.emplace_back("--host-lost");
  run_helper(io_, argv, [this, alive = alive_, &peer](const Status& settled) {
    if (!*alive) return;
    if (!settled)
      tell(Log{LogLevel::error, "a dead runner's tasks may still be running: " + to_string(settled.error())});
    read_settlement(peer);
    resolve(peer);
  });
}

void LocalDriver::resolve(Peer& peer) {
  peer.state = PeerState::settled;
  std::vector<Token> again;
  for (const auto& token : tokens_at(peer)) {
    // Given to a runner that was about to go: its journal says, or the journal's absence, that it was not
    // heard.
    const bool is_certain = peer.readable || peer.vanished;
    const bool was_never_taken = is_certain && peer.journal.find(token) == nullptr && open_[token].spec;
    if (!was_never_taken)
      resolve_attempt(peer, token);
    else if (open_[token].cancel)
      on_end(Finished{token, std::nullopt, Verdict::never_started, "", "cancelled before it was started"});
    else
      again.push_back(token);
  }
  if (again.empty()) return;
  Peer& next = current();
  for (const auto& token : again) open_[token].peer = &next;
  if (next.state == PeerState::talking) submit_to(next, again);
}

/// Tells the end of an attempt whose runner can only be read; it has ended, or its runner has.
void LocalDriver::resolve_attempt(Peer& peer, const Token& token) {
  const std::string& node = peer.hello.process.host;
  const JournalEntry* entry = peer.journal.find(token);
  Finished end{token, std::nullopt, Verdict::node_failure, node, "its runner died, and what it knew is gone"};
  if (entry != nullptr && entry->progress == Progress::finished) {
    auto record = peer.journal.record_of(*entry);
    if (record) {
      end.record = std::move(*record);
      end.verdict = Verdict::unknown;
      end.message.clear();
    }
  } else if (entry != nullptr && entry->progress == Progress::dropped) {
    end = {token, std::nullopt, Verdict::never_started, node, "cancelled before it was started"};
  } else if (entry != nullptr && entry->progress == Progress::accepted) {
    end = {token, std::nullopt, Verdict::never_started, node, "its runner died before it could start it"};
  }
  on_end(std::move(end));
}

/// It lives on another host, or talks another protocol: its journal says how its attempts end.
void LocalDriver::follow(Peer& peer) {
  if (current_ == &peer) current_ = nullptr;
  const std::int64_t now = Loop::now_ns();
  const Liveness liveness = processes_.liveness(peer.hello.process);
  if (liveness == Liveness::alive && peer.hello.protocol == runner_protocol && connect(peer)) return;
  const bool is_new = peer.state != PeerState::following;
  if (is_new) peer.last_sign_ns = now;
  peer.state = PeerState::following;
  peer.readable = read_new_lines(peer);
  if (is_new) answer_questions(peer);
  look_at_beat(peer, now);
  for (const auto& token : tokens_at(peer)) {
    const JournalEntry* entry = peer.journal.find(token);
    if (entry != nullptr && entry->ended()) resolve_attempt(peer, token);
  }
  const bool silent = liveness == Liveness::unknown && now - peer.last_sign_ns > ns(config_.silent_host_s);
  if (liveness == Liveness::dead || silent || peer.journal.closed()) return bury(peer);
  after(follow_pause_s, [this, &peer] { follow(peer); });
}

/// A runner that is connected but says nothing (stopped, or its disk hangs) fails nothing: that is only told.
void LocalDriver::watch_over_peers() {
  bool silent = false;
  for (const auto& peer : peers_)
    silent = silent || (peer->state == PeerState::talking &&
                        Loop::now_ns() - peer->last_sign_ns > ns(longest_silence_s));
  if (silent && !unreachable_told_) tell(Unreachable{"the local runner has not answered for a minute"});
  if (!silent && unreachable_told_) tell(Reachable{});
  unreachable_told_ = silent;
  after(watch_pause_s, [this] { watch_over_peers(); });
}

}  // namespace sluice::executors

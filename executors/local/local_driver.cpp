#include "executors/local/local_driver.h"

#include <sched.h>

#include <boost/asio/post.hpp>
#include <cstdlib>
#include <thread>
#include <utility>

#include "executors/attempt_json.h"
#include "sluice_version.h"

namespace sluice::executors {

namespace asio = boost::asio;

namespace {

int usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

/// The driver may itself have been given only some of a machine's GPUs.
std::vector<std::string> names_of_gpus(int count) {
  std::vector<std::string> given;
  if (const char* text = std::getenv("CUDA_VISIBLE_DEVICES")) {
    const std::string list = text;
    for (std::size_t begin = 0; begin < list.size();) {
      const std::size_t end = std::min(list.find(',', begin), list.size());
      given.push_back(list.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  const auto wanted = static_cast<std::size_t>(std::max(0, count));
  if (given.size() >= wanted) {
    given.resize(wanted);
    return given;
  }
  std::vector<std::string> numbered;
  for (std::size_t i = 0; i < wanted; ++i) numbered.push_back(std::to_string(i));
  return numbered;
}

}  // namespace

Result<std::unique_ptr<Executor>> make_local(asio::io_context& io, EventSink sink, LocalConfig config) {
  if (config.runners_folder.empty() || config.runners_folder.front() != '/')
    return Error{"the folder of the local runners must be an absolute path", config.runners_folder, "",
                 ErrorKind::internal};
  if (config.runner_program.empty()) config.runner_program = join_path(own_program_folder(), "sluice-runner");
  if (find_program(config.runner_program, "").empty())
    return Error{"the program that runs local tasks is not there", config.runner_program,
                 "it is installed beside sluice: was only a part copied?", ErrorKind::io};
  if (config.cpu_slots <= 0) config.cpu_slots = usable_cpus();
  return std::unique_ptr<Executor>(std::make_unique<LocalDriver>(io, std::move(sink), std::move(config)));
}

LocalDriver::LocalDriver(asio::io_context& io, EventSink sink, LocalConfig config)
    : io_(io),
      sink_(std::move(sink)),
      config_(std::move(config)),
      gpu_names_(names_of_gpus(config_.gpu_slots)) {}

LocalDriver::~LocalDriver() {
  *alive_ = false;
  stop_timers();
  for (const auto& peer : peers_)
    if (peer->link) peer->link->close();
}

Result<Capabilities> LocalDriver::hello() {
  Capabilities capabilities;
  capabilities.name = "local";
  capabilities.version = version();
  capabilities.cpu_slots = config_.cpu_slots;
  capabilities.gpu_slots = config_.gpu_slots;
  capabilities.memory_bytes = config_.memory_bytes;
  return capabilities;
}

void LocalDriver::tell(Event event) {
  out_.push_back(std::move(event));
  if (delivery_posted_) return;
  delivery_posted_ = true;
  asio::post(io_, [this, alive = alive_] {
    if (*alive) deliver();
  });
}

void LocalDriver::deliver() {
  delivery_posted_ = false;
  std::vector<Event> events;
  events.swap(out_);
  if (!events.empty()) sink_(std::move(events));
}

/// What the journal of a runner that can only be read says. Accepted by a runner that died before it could
/// start it counts as nothing: nobody has it.
const JournalEntry* LocalDriver::entry_at(const Peer& peer, const Token& token) const {
  if (!peer.is_read()) return nullptr;
  const JournalEntry* entry = peer.journal.find(token);
  const bool nobody =
      entry != nullptr && entry->progress == Progress::accepted && peer.state != PeerState::following;
  return nobody ? nullptr : entry;
}

Peer* LocalDriver::reader_of(const Token& token) const {
  for (const auto& peer : peers_)
    if (entry_at(*peer, token) != nullptr) return peer.get();
  return nullptr;
}

Handle LocalDriver::handle_at(const Peer& peer, const Token& token) const {
  return peer.hello.runner + "/" + std::to_string(entry_at(peer, token)->number);
}

void LocalDriver::answer_from_journal(Peer& peer, const Token& token) {
  const JournalEntry& entry = *entry_at(peer, token);
  open_[token] = {&peer, std::nullopt, 0, std::nullopt};
  if (entry.ended() || peer.state == PeerState::settled) return resolve_attempt(peer, token);
  if (peer.state != PeerState::following) return;  // its end is being looked for
  tell(StateChanged{
      token, entry.progress == Progress::accepted ? AttemptState::queued : AttemptState::running, "",
      "its runner can't be reached from here; its journal is watched", peer.hello.process.host, 0});
}

void LocalDriver::submit(std::span<const AttemptSpec> attempts) {
  discover();
  attached_ = true;  // who submits without having asked for anything holds nothing unfinished
  std::vector<Token> fresh;
  for (const auto& attempt : attempts) {
    if (Peer* reader = reader_of(attempt.token)) {
      tell(Accepted{attempt.token, handle_at(*reader, attempt.token)});
      answer_from_journal(*reader, attempt.token);
      continue;
    }
    open_[attempt.token] = {nullptr, attempt, ++submitted_, std::nullopt};
    fresh.push_back(attempt.token);
  }
  if (fresh.empty()) return;
  Peer& peer = current();
  for (const auto& token : fresh) open_[token].peer = &peer;
  if (peer.state == PeerState::talking) submit_to(peer, fresh);
}

void LocalDriver::attach(std::span<const Token> tokens) {
  discover();
  attached_ = true;
  std::vector<Token> ask;
  Question question;
  for (const auto& peer : peers_) {
    if (peer->state == PeerState::talking || peer->state == PeerState::missing)
      question.waits_for.push_back(peer.get());
    question.ambiguous = question.ambiguous || (peer->state == PeerState::following && !peer->readable);
  }
  for (const auto& token : tokens) {
    if (Peer* reader = reader_of(token)) {
      tell(Attached{token, Presence::present, handle_at(*reader, token)});
      answer_from_journal(*reader, token);
      continue;
    }
    questions_[token] = question;
    ask.push_back(token);
    conclude(token);
  }
  for (Peer* peer : question.waits_for)
    if (peer->state == PeerState::talking && !ask.empty())
      peer->link->send({{"do", "attach"}, {"tokens", json::array(ask.begin(), ask.end())}});
}

void LocalDriver::poll(std::span<const Token> tokens) {
  discover();
  std::unordered_map<Peer*, json::array> by_peer;
  for (const auto& token : tokens) {
    const auto found = open_.find(token);
    if (found == open_.end())
      tell(StateChanged{token, AttemptState::unknown, "", "the local executor does not have it", "", 0});
    else if (found->second.peer != nullptr && found->second.peer->state == PeerState::talking)
      by_peer[found->second.peer].emplace_back(token);
  }
  for (auto& [peer, theirs] : by_peer) peer->link->send({{"do", "poll"}, {"tokens", std::move(theirs)}});
}

void LocalDriver::cancel(std::span<const Token> tokens, CancelMode mode) {
  std::unordered_map<Peer*, std::vector<Token>> by_peer;
  for (const auto& token : tokens) {
    const auto found = open_.find(token);
    if (found == open_.end() || found->second.peer == nullptr) continue;  // it has ended, or never was
    found->second.cancel = mode;
    by_peer[found->second.peer].push_back(token);
  }
  for (const auto& [peer, theirs] : by_peer) cancel_at(*peer, theirs, mode);
}

void LocalDriver::cancel_at(Peer& peer, const std::vector<Token>& tokens, CancelMode mode) {
  const RunnerHello& hello = peer.hello;
  switch (peer.state) {
    case PeerState::talking:
      peer.link->send({{"do", "cancel"},
                       {"tokens", json::array(tokens.begin(), tokens.end())},
                       {"mode", to_string(mode)}});
      return;
    case PeerState::starting:
      for (const auto& token : tokens)
        on_end(Finished{token, std::nullopt, Verdict::never_started, "", "cancelled before it was started"});
      return;
    case PeerState::following:
      tell(Log{LogLevel::warning, "what runs under the runner on " + hello.process.host + " (process " +
                                      std::to_string(hello.process.pid) + ") can't be cancelled from here"});
      return;
    case PeerState::missing:   // said when it is found again
    case PeerState::settling:  // it is being ended anyway
    case PeerState::settled: return;
  }
}

void LocalDriver::shutdown(ShutdownMode mode) {
  if (closed_) return;
  closed_ = true;
  stop_timers();
  const bool told_all = open_.empty() && questions_.empty() && out_.empty();
  const bool recorded = told_all && (attached_ || !discovered_);
  for (const auto& peer : peers_) {
    if (peer->state == PeerState::talking) {
      peer->link->send({{"do", "leave"}, {"cancel", mode == ShutdownMode::cancel}, {"recorded", recorded}});
      peer->link->finish();
    } else if (peer->state == PeerState::settled && recorded) {
      static_cast<void>(
          disk_.remove_tree(peer->folder));  // what stays costs a look at the next start, no more
    }
  }
}

}  // namespace sluice::executors

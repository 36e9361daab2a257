#include "executors/runner/server.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <thread>
#include <utility>

#include "executors/attempt_json.h"
#include "sluice_version.h"

namespace sluice::executors {

namespace {

constexpr double beat_pause_s = 5;
constexpr double look_pause_s = 0.5;
constexpr double start_pause_s = 1;
constexpr int most_starts_in_a_row = 4;  ///< between two looks at what else has happened

std::vector<Token> tokens_of(const json::object& message) {
  std::vector<Token> tokens;
  if (const auto* array = json_array(message, "tokens"))
    for (const auto& token : *array)
      if (token.is_string()) tokens.emplace_back(token.get_string());
  return tokens;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::open(Loop& loop, const ServeOptions& options) {
  Loop::block_signals();
  RealDisk disk;
  if (auto made = disk.make_folders(options.folder); !made) return std::move(made).error();
  auto journal = Journal::create(options.folder);
  if (!journal) return std::move(journal).error();
  RunnerHello hello{file_name(options.folder), "sluice/" + random_name(16), RealProcesses().self(),
                    std::string(version()), runner_protocol};
  (*journal)->append(opened_line(hello.runner, hello.process));
  if (!(*journal)->flush()) return Error{(*journal)->trouble(), "", "", ErrorKind::io};
  std::unique_ptr<Server> server(new Server(loop, options, hello, std::move(*journal)));
  if (auto listening = server->channel_.listen(hello.socket); !listening) return std::move(listening).error();
  // Last, because it says: connect to me.
  if (auto written = write_hello(disk, options.folder, hello); !written) return std::move(written).error();
  return server;
}

Server::Server(Loop& loop, const ServeOptions& options, RunnerHello hello, std::unique_ptr<Journal> journal)
    : loop_(loop),
      options_(options),
      hello_(std::move(hello)),
      ledger_(std::move(journal), hello_.runner),
      channel_(
          loop,
          [this] {
            return json::serialize(json::object{{"welcome", hello_.runner}, {"proto", runner_protocol}});
          },
          [this](std::string_view text) { on_message(text); }),
      surroundings_{pass_through(), default_launcher(), {}},
      supervisor_(
          loop,
          {[this](const Child& child) {
             ledger_.started({child.spec.token, child.pid, child.start_ticks, child.spec.log,
                              child.spec.grace_s, child.spec.resources.ranks});
             events_.emplace_back(
                 StateChanged{child.spec.token, AttemptState::running, "", "", hello_.process.host, 0});
           },
           [this](const Child& child) { slots_.give_back(child.spec.resources, child.gpus); },
           [this](ExitRecord record) {
             ledger_.finished(record);
             Token token = record.token;
             events_.emplace_back(Finished{std::move(token), std::move(record), Verdict::unknown, "", ""});
           },
           [this](LogLevel level, const std::string& message) { log(level, message); }}) {
  // Orphans of our tasks come to us instead of to init, so that none gets lost.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  slots_.configure(static_cast<int>(std::thread::hardware_concurrency()), 0, 0);
  loop_.handle_signals([this](int signal) { on_signal(signal); });
  loop_.before_waiting([this] { return before_waiting(); });
  beat();
  look_whether_needed();
}

Server::Ending Server::run() {
  loop_.run();
  return may_vanish_ ? Ending::folder_may_go : Ending::folder_stays;
}

void Server::on_signal(int signal) {
  if (signal == SIGCHLD) return supervisor_.on_child_signal();
  if (signal != SIGTERM && signal != SIGINT) return;
  // A shutdown of the machine, or somebody who wants the runner gone: let the tasks write their checkpoints.
  ending_ = true;
  drop_waiting([](const AttemptSpec&) { return true; },
               "the runner was told to end before it could start this");
  supervisor_.stop_all(CancelMode::term, Cause::preempted, "the runner was told to end");
}

void Server::on_message(std::string_view text) {
  const auto value = parse_own_json(text, "socket");
  const json::object* message = value ? value->if_object() : nullptr;
  if (message == nullptr) return log(LogLevel::error, "the runner got a message that is no JSON object");
  const std::string verb = json_string(*message, "do").value_or("");
  if (verb == "configure") return configure(*message);
  if (verb == "submit") {
    if (const auto* attempts = json_array(*message, "attempts")) submit(*attempts);
    return;
  }
  if (verb == "attach") return attach(tokens_of(*message));
  if (verb == "poll") return poll(tokens_of(*message));
  if (verb == "cancel")
    return cancel(tokens_of(*message),
                  json_string(*message, "mode") == "kill" ? CancelMode::kill : CancelMode::term);
  if (verb == "leave") return leave(*message);
  log(LogLevel::warning, "the runner does not know the message '" + verb + "'");
}

bool Server::before_waiting() {
  const bool written = ledger_.flush();
  if (!written) tell_trouble();
  send_events();
  // Evidence that waits for room on the disk keeps the runner alive.
  const bool idle = supervisor_.idle() && waiting_.empty();
  may_vanish_ = may_vanish_ && idle;  // another driver may have come meanwhile
  if (written && idle && (may_vanish_ || ending_)) {
    ledger_.closed();
    loop_.stop();
    return false;
  }
  return start_waiting();
}

/// True when something was started: that must be written and told before the loop waits.
bool Server::start_waiting() {
  int started = 0;
  while (!waiting_.empty() && !starting_paused_ && !ending_ && started < most_starts_in_a_row) {
    if (!slots_.fits(waiting_.front().resources)) break;
    if (!ledger_.claim(waiting_.front().token)) {
      tell_trouble();
      pause_starting();
      break;
    }
    const AttemptSpec attempt = std::move(waiting_.front());
    waiting_.pop_front();
    const auto gpus = slots_.take(attempt.resources);
    const JobStart start{ledger_.handle(attempt.token), 0};
    if (const auto shortage = supervisor_.start(attempt, start, gpus, surroundings_)) {
      slots_.give_back(attempt.resources, gpus);
      waiting_.push_front(attempt);
      pause_starting();
      if (*shortage != shortage_told_)
        log(LogLevel::warning, *shortage + "; the runner tries again every second");
      shortage_told_ = *shortage;
      break;
    }
    shortage_told_.clear();
    ++started;
  }
  return started > 0;
}

void Server::pause_starting() {
  starting_paused_ = true;
  loop_.after(start_pause_s, [this] { starting_paused_ = false; });
}

void Server::send_events() {
  if (events_.empty()) return;
  if (!channel_.empty()) {
    json::array events;
    for (const auto& event : events_) events.push_back(to_json(event));
    channel_.broadcast(json::serialize(json::object{{"events", std::move(events)}}));
  }
  events_.clear();
}

void Server::tell_trouble() {
  const std::string trouble = ledger_.trouble();
  if (trouble == trouble_told_) return;
  trouble_told_ = trouble;
  if (!trouble.empty())
    log(LogLevel::error, trouble + "; the evidence is kept in memory until it can be written");
}

void Server::log(LogLevel level, const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::fflush(stderr);
  events_.emplace_back(Log{level, message});
}

/// For drivers on other hosts, which can't see the process: while this number grows it lives.
void Server::beat() {
  const std::string text = std::to_string(++beats_) + "\n";
  const int fd = ::open(beat_path(options_.folder).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (fd >= 0) {
    [[maybe_unused]] const ssize_t written = ::pwrite(fd, text.data(), text.size(), 0);
    ::close(fd);
  }
  channel_.broadcast(json::serialize(json::object{{"beat", beats_}}));
  tell_trouble();
  loop_.after(beat_pause_s, [this] { beat(); });
}

void Server::look_whether_needed() {
  const bool needed = !channel_.empty() || !supervisor_.idle() || !waiting_.empty();
  idle_for_s_ = needed ? 0 : idle_for_s_ + look_pause_s;
  if (idle_for_s_ > options_.idle_s) ending_ = true;
  loop_.after(look_pause_s, [this] { look_whether_needed(); });
}

}  // namespace sluice::executors

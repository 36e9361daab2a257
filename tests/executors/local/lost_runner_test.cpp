// Runners that die, or can't be reached: what the driver tells, and what it must not do.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <thread>

#include "engine/base/record_line.h"
#include "executors/runner/frames.h"
#include "executors/runner/journal.h"
#include "executors/runner/journal_lines.h"
#include "executors/runner/settle.h"
#include "tests/executors/local/local_world.h"

namespace sluice::executors {
namespace {

using LostRunner = LocalWorld;

constexpr const char* checkpointing =
    "trap 'echo > saved; exit 75' TERM; echo words; echo $$ > begun; while :; do sleep 0.02; done";

TEST_F(LostRunner, KilledWhileTheDriverWatches) {
  auto session = driver();
  const auto done = script("done", "exit 3");
  const auto running = script("running", checkpointing);
  const auto other = script("other", "trap '' TERM; echo $$ > begun; while :; do sleep 0.02; done");
  const auto waiting = script("waiting", "echo > begun");
  auto stubborn = other;
  stubborn.grace_s = 0.3;
  session.submit({done});
  session.wait_finished({done});
  session.submit({running, stubborn, waiting});
  session.wait("both run", [&] {
    return conformance::lines_in(running.folder + "/begun") == 1 &&
           conformance::lines_in(other.folder + "/begun") == 1;
  });
  session.wait("all are accepted", [&] { return session.last<Accepted>(waiting.token) != nullptr; });
  const RunnerHello dead = only_runner();
  signal_runner(SIGKILL);
  session.wait_finished({running, stubborn, waiting});
  const ExitRecord* lost = session.record(running.token);
  ASSERT_NE(lost, nullptr);
  EXPECT_EQ(lost->cause, Cause::node_lost);
  EXPECT_EQ(lost->message,
            "its runner (process " + std::to_string(dead.process.pid) +
                ") died; the program was still there and was ended, as nobody could have seen its "
                "exit code");
  EXPECT_TRUE(wrote(running, "saved")) << "it was asked before it was killed";
  EXPECT_TRUE(conformance::read_file(running.log).starts_with("words\n"))
      << "what it had written is not lost";
  EXPECT_EQ(session.record(stubborn.token)->cause, Cause::node_lost);
  EXPECT_EQ(process_start_ticks(std::atoi(conformance::read_file(other.folder + "/begun").c_str())), 0U);
  EXPECT_FALSE(session.record(waiting.token));
  EXPECT_EQ(session.finished(waiting.token)->verdict, Verdict::never_started);
  EXPECT_FALSE(wrote(waiting, "begun"));
  EXPECT_EQ(session.count_finished(done.token), 1U);

  const auto next = script("next", "true");
  session.submit({next});
  session.wait_finished({next});
  EXPECT_EQ(session.record(next.token)->exit_code, 0) << "a new runner has taken its place";
  session.leave();
  EXPECT_TRUE(tests::eventually([&] { return disk.list(config.runners_folder)->empty(); }));
}

TEST_F(LostRunner, KilledWhileNobodyWatches) {
  const auto done = script("done", "exit 3");
  const auto running = script("running", checkpointing);
  const auto busy = script("busy", "exec sleep 1000");
  const auto waiting = script("waiting", "echo > begun");
  {
    auto session = driver();
    session.submit({done, running, busy, waiting});
    session.wait("it runs", [&] { return wrote(running, "begun") && session.is_running(busy.token); });
    session.crash();
  }
  signal_runner(SIGKILL);
  auto session = driver();
  session.attach({done.token, running.token, busy.token, waiting.token, "check/stranger/1"});
  session.wait("all are answered", [&] { return session.last<Attached>("check/stranger/1") != nullptr; });
  EXPECT_EQ(session.last<Attached>(done.token)->presence, Presence::present);
  EXPECT_EQ(session.last<Attached>(running.token)->presence, Presence::present);
  EXPECT_EQ(session.last<Attached>(waiting.token)->presence, Presence::absent)
      << "nobody has it: it may be given again";
  session.wait_finished({done, running, busy});
  EXPECT_EQ(session.record(done.token)->exit_code, 3);
  EXPECT_EQ(session.record(running.token)->cause, Cause::node_lost);
  EXPECT_TRUE(wrote(running, "saved"));
  session.submit({waiting});
  session.wait_finished({waiting});
  EXPECT_EQ(session.record(waiting.token)->exit_code, 0);
  session.leave();
}

TEST_F(LostRunner, ToldToEndItLetsTasksSaveTheirState) {
  auto session = driver();
  const auto running = script("running", checkpointing);
  session.submit({running});
  session.wait("it runs", [&] { return conformance::lines_in(running.folder + "/begun") == 1; });
  signal_runner(SIGTERM);
  session.wait_finished({running});
  EXPECT_EQ(session.record(running.token)->exit_code, 75);
  EXPECT_EQ(session.record(running.token)->cause, Cause::preempted);
  EXPECT_EQ(session.record(running.token)->message, "the runner was told to end");
  const auto next = script("next", "true");
  session.submit({next});
  session.wait_finished({next});
  EXPECT_EQ(session.record(next.token)->exit_code, 0);
  session.leave();
}

TEST_F(LostRunner, WhoseFirstWordNeverCameHasStartedNothing) {
  // Killed at once, again and again: what was given to it goes to the next one, or is refused; nothing runs
  // twice.
  auto session = driver();
  std::vector<AttemptSpec> attempts;
  for (int i = 0; i < 5; ++i) attempts.push_back(script("fragile", "echo ran >> ran"));
  session.submit(attempts);
  ASSERT_TRUE(session.wait("there is a runner", [&] { return !runners().empty(); }));
  signal_runner(SIGKILL);
  session.wait("all have an end", [&] {
    return std::all_of(attempts.begin(), attempts.end(), [&](const AttemptSpec& a) {
      return session.finished(a.token) != nullptr || session.last<Rejected>(a.token) != nullptr;
    });
  });
  for (const auto& attempt : attempts) EXPECT_LE(conformance::lines_in(attempt.folder + "/ran"), 1U);
  session.leave();
}

/// A runner's folder as a test wants it.
class ForgedRunner {
 public:
  ForgedRunner(const std::string& runners_folder, const ProcessId& process, int protocol = runner_protocol,
               const std::string& socket = "sluice/nobody")
      : folder_(runners_folder + "/forged") {
    EXPECT_TRUE(disk_.make_folders(folder_));
    EXPECT_TRUE(write_hello(disk_, folder_, {"forged", socket, process, "", protocol}));
    add(opened_line("forged", process));
  }
  void add(const std::string& line) {
    text_ += seal_line(line);
    EXPECT_TRUE(disk_.write(journal_path(folder_), text_, Sync::no));
  }
  void cut(std::size_t length) {
    EXPECT_TRUE(disk_.write(journal_path(folder_), text_.substr(0, length), Sync::no));
    EXPECT_TRUE(disk_.remove_tree(settled_path(folder_)));
  }
  const std::string& folder() const { return folder_; }
  const std::string& text() const { return text_; }

 private:
  RealDisk disk_;
  std::string folder_;
  std::string text_;
};

ProcessId dead_process() { return {host_name(), boot_id(), 999'999'999, 1}; }

ExitRecord success_of(const Token& token) {
  ExitRecord record;
  record.token = token;
  return record;
}

TEST_F(LostRunner, ClaimedButNotNotedIsFoundByItsMark) {
  // The runner died between the start of the program and the line that says so.
  const auto attempt = script("marked", "");
  tests::ChildProcess stray({"/bin/sleep", "1000"}, {"SLUICE_ATTEMPT=" + attempt.token});
  ForgedRunner forged(config.runners_folder, dead_process());
  forged.add(accepted_line({attempt.token}));
  forged.add(claim_line(attempt.token));
  auto session = driver();
  session.attach({attempt.token});
  session.wait_finished({attempt});
  EXPECT_EQ(stray.wait(), 128 + SIGTERM);
  EXPECT_EQ(session.record(attempt.token)->cause, Cause::node_lost);
  session.leave();
  EXPECT_FALSE(conformance::exists(forged.folder()));
}

TEST_F(LostRunner, TheJournalOfADeadOneMayBeOfAnyLength) {
  const Token token = "check/torn/1";
  ForgedRunner forged(config.runners_folder, dead_process());
  forged.add(accepted_line({token}));
  forged.add(claim_line(token));
  forged.add(started_line({token, 999'999'998, 1, "/log", 0, 1}));
  const std::size_t claimed = forged.text().find("claim");
  const std::size_t finished = forged.text().size();
  forged.add(finished_line(success_of(token)));
  forged.add(closed_line());
  const std::string whole = forged.text();
  for (std::size_t length = 0; length <= whole.size(); length += 5) {
    forged.cut(length);
    auto session = driver();
    session.attach({token});
    ASSERT_TRUE(session.wait("attach is answered", [&] { return session.last<Attached>(token) != nullptr; }));
    const std::size_t end_of_claim = whole.find('\n', claimed) + 1;
    const std::size_t end_of_record = whole.find('\n', finished) + 1;
    EXPECT_EQ(session.last<Attached>(token)->presence,
              length < end_of_claim ? Presence::absent : Presence::present)
        << length;
    if (length < end_of_claim) continue;
    ASSERT_TRUE(session.wait("its end is told", [&] { return session.finished(token) != nullptr; }));
    EXPECT_EQ(session.record(token)->cause, length < end_of_record ? Cause::node_lost : Cause::none)
        << length;
  }
}

TEST_F(LostRunner, OnAnotherHostIsWatchedFromAfar) {
  const Token running = "check/afar/1";
  const Token ended = "check/ended/1";
  const Token later = "check/later/1";
  config.silent_host_s = 2;
  ForgedRunner forged(config.runners_folder, {"another-host", "another-boot", 17, 1});
  forged.add(accepted_line({running, ended, later}));
  for (const auto& token : {running, ended, later}) forged.add(claim_line(token));
  forged.add(finished_line(success_of(ended)));
  auto session = driver();
  session.attach({running, ended, later, "check/stranger/1"});
  session.wait("all are answered", [&] { return session.last<Attached>("check/stranger/1") != nullptr; });
  EXPECT_EQ(session.last<Attached>(running)->presence, Presence::present);
  EXPECT_EQ(session.last<Attached>("check/stranger/1")->presence, Presence::absent);
  EXPECT_EQ(session.last<StateChanged>(running)->reason,
            "its runner can't be reached from here; its journal is watched");
  session.wait("what has ended is told", [&] { return session.finished(ended) != nullptr; });
  session.cancel({running}, CancelMode::term);
  session.wait("that is impossible, and said", [&] {
    return std::any_of(session.events().begin(), session.events().end(), [](const Event& event) {
      const auto* log = std::get_if<Log>(&event);
      return log != nullptr && log->message ==
                                   "what runs under the runner on another-host (process 17) can't be "
                                   "cancelled from here";
    });
  });
  forged.add(finished_line(success_of(later)));
  session.wait("its end is read", [&] { return session.finished(later) != nullptr; });
  EXPECT_EQ(session.record(later)->cause, Cause::none);
  EXPECT_EQ(session.finished(running), nullptr);
  session.wait("the silence is too long", [&] { return session.finished(running) != nullptr; });
  EXPECT_EQ(session.record(running)->cause, Cause::node_lost);
  EXPECT_EQ(session.record(running)->message, "its host has given no sign of life for too long");
  session.leave();
}

TEST_F(LostRunner, ThatSpeaksAnotherProtocolIsReadUntilItEnds) {
  const Token token = "check/old/1";
  ForgedRunner forged(config.runners_folder, processes.self(), 99);
  forged.add(accepted_line({token}));
  forged.add(claim_line(token));
  auto session = driver();
  session.attach({token});
  const auto mine = script("mine", "true");
  session.submit({mine});
  session.wait_finished({mine});
  EXPECT_EQ(session.last<Attached>(token)->presence, Presence::present);
  EXPECT_EQ(session.finished(token), nullptr);
  forged.add(finished_line(success_of(token)));
  session.wait("its end is read", [&] { return session.finished(token) != nullptr; });
  forged.add(closed_line());
  session.leave();
}

/// A runner that lives in a thread of the test, and hangs up on its first driver.
class FickleRunner {
 public:
  explicit FickleRunner(Token token)
      : token_(std::move(token)), listener_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path + 1, name.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 4), 0);
    thread_ = std::thread([this] { serve(); });
  }
  FickleRunner(const FickleRunner&) = delete;
  FickleRunner& operator=(const FickleRunner&) = delete;
  ~FickleRunner() {
    thread_.join();
    ::close(listener_);
  }
  const std::string name = "sluice/fickle-" + std::to_string(::getpid());
  std::vector<std::string> heard;  ///< by the second connection, to be read when it has ended

 private:
  void serve() {
    const int first = ::accept(listener_, nullptr, nullptr);
    say(first, R"({"events":[{"event":"attached","token":")" + token_ +
                   R"(","presence":"present","handle":"f/1"}]})");
    ::close(first);
    const int second = ::accept(listener_, nullptr, nullptr);
    FrameReader reader;
    std::array<char, 4096> buffer{};
    for (ssize_t count; heard.size() < 3 && (count = ::read(second, buffer.data(), buffer.size())) > 0;) {
      reader.feed({buffer.data(), static_cast<std::size_t>(count)});
      while (const auto message = reader.next()) heard.emplace_back(*message);
    }
    json::object end{{"event", "finished"}, {"token", token_}};
    end["record"] = to_json(success_of(token_));
    say(second, json::serialize(json::object{{"events", json::array{end, end}}}));
    while (::read(second, buffer.data(), buffer.size()) > 0) {
    }
    ::close(second);
  }
  static void say(int fd, const std::string& text) {
    std::string frame;
    append_frame(frame, text);
    EXPECT_EQ(::write(fd, frame.data(), frame.size()), static_cast<ssize_t>(frame.size()));
  }

  Token token_;
  int listener_;
  std::thread thread_;
};

TEST_F(LostRunner, ThatOnlyHungUpIsCalledAgain) {
  const Token token = "check/fickle/1";
  FickleRunner runner(token);
  ForgedRunner forged(config.runners_folder, processes.self(), runner_protocol, runner.name);
  auto session = driver();
  session.attach({token});
  session.wait("attach is answered", [&] { return session.last<Attached>(token) != nullptr; });
  session.cancel({token},
                 CancelMode::kill);  // perhaps on the line that is being cut: it must not be forgotten
  session.wait("its end is told", [&] { return session.finished(token) != nullptr; });
  session.idle(0.1);
  EXPECT_EQ(session.count_finished(token), 1U) << "an end that is told twice is passed on once";
  session.crash();
  ASSERT_EQ(runner.heard.size(), 3U);
  EXPECT_TRUE(runner.heard[0].starts_with(R"({"do":"configure","proto":1)"));
  EXPECT_EQ(runner.heard[1], R"({"do":"attach","tokens":["check/fickle/1"]})");
  EXPECT_EQ(runner.heard[2], R"({"do":"cancel","tokens":["check/fickle/1"],"mode":"kill"})");
}

TEST_F(LostRunner, OfAnEarlierBootHasNoProcessesHere) {
  // A pid of another boot may be anybody's today: this very process's, for example.
  const Token token = "check/boot/1";
  ProcessId before = processes.self();
  before.boot_id = "00000000-0000-0000-0000-000000000000";
  ForgedRunner forged(config.runners_folder, before);
  forged.add(accepted_line({token}));
  forged.add(claim_line(token));
  forged.add(started_line({token, ::getpid(), process_start_ticks(::getpid()), "/log", 0, 1}));
  auto session = driver();
  session.attach({token});
  session.wait("its end is told", [&] { return session.finished(token) != nullptr; });
  EXPECT_EQ(session.record(token)->cause, Cause::node_lost);
  EXPECT_EQ(session.record(token)->message,
            "its runner (process " + std::to_string(before.pid) + ") died with it");
  session.leave();
}

}  // namespace
}  // namespace sluice::executors

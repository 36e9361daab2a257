#include "executors/runner/single.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "engine/base/clock.h"
#include "engine/base/disk.h"
#include "executors/runner/claim.h"
#include "executors/runner/spawn.h"
#include "executors/runner/supervisor.h"

namespace sluice::executors {

namespace {

constexpr double beat_pause_s = 30;
constexpr double retry_pause_s = 5;
constexpr int most_write_tries = 120;
constexpr off_t reserve_bytes = 64 * 1024;

int fail(const Error& error) {
  std::fprintf(stderr, "sluice-runner: %s\n", to_string(error).c_str());
  return exit_code(error.kind);
}

/// One job's life.
class SingleRun {
 public:
  SingleRun(AttemptFile file, JobStart start)
      : file_(std::move(file)),
        start_(std::move(start)),
        surroundings_{
            pass_through(file_.pass_env), file_.launcher.empty() ? default_launcher() : file_.launcher, {}},
        supervisor_(loop_,
                    {[](const Child&) {}, [](const Child&) {},
                     [this](ExitRecord record) { on_finished(std::move(record)); },
                     [](LogLevel, const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); }}) {
    loop_.handle_signals([this](int signal) { on_signal(signal); });
  }

  int run() {
    make_reserve();
    beat();
    try_to_start();
    if (!written_) loop_.run();
    ::unlink(reserve_path().c_str());
    return result_;
  }

 private:
  std::string reserve_path() const { return exit_path(file_.attempt.folder, start_) + ".reserve"; }

  /// Room for the exit record, in case the task fills the disk.
  void make_reserve() {
    const int fd = ::open(reserve_path().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) return;
    [[maybe_unused]] const int reserved = ::posix_fallocate(fd, 0, reserve_bytes);
    ::close(fd);
  }

  void beat() {
    const std::string text = std::to_string(++beats_) + "\n";
    const int fd =
        ::open(beat_path(file_.attempt.folder, start_).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd >= 0) {
      [[maybe_unused]] const ssize_t written = ::pwrite(fd, text.data(), text.size(), 0);
      ::close(fd);
    }
    loop_.after(beat_pause_s, [this] { beat(); });
  }

  void try_to_start() {
    const auto shortage = supervisor_.start(file_.attempt, start_, {}, surroundings_);
    if (!shortage) {
      started_at_ns_ = Loop::now_ns();
      return;
    }
    std::fprintf(stderr, "%s\n", shortage->c_str());
    loop_.after(retry_pause_s, [this] { try_to_start(); });
  }

  void on_signal(int signal) {
    switch (signal) {
      case SIGCHLD: return supervisor_.on_child_signal();
      case SIGUSR2: warned_ = true; return supervisor_.forward(SIGUSR2);
      case SIGTERM:
      case SIGINT:
      case SIGHUP:
      case SIGXCPU:
        if (supervisor_.idle()) return give_up();
        return supervisor_.stop_all(CancelMode::term, why(), "the batch system ended the job");
      case SIGQUIT:  // the hard way, for who can't wait for the grace
        if (supervisor_.idle()) return give_up();
        return supervisor_.stop_all(CancelMode::kill, Cause::cancelled, "killed on request");
      case SIGUSR1:
      case SIGCONT:
      case SIGTSTP: return supervisor_.forward(signal);
      default: return;
    }
  }

  /// Told to end while the node was too short of everything to start the program.
  void give_up() {
    result_ = 128 + SIGTERM;
    loop_.stop();
  }

  /// The signal is the same for a time limit and for a preemption; the time that has passed tells them apart.
  Cause why() const {
    const double limit_s = file_.attempt.resources.time_s;
    const double elapsed_s =
        static_cast<double>(Loop::now_ns() - started_at_ns_) / static_cast<double>(ns_per_s);
    constexpr double late_share = 0.8;
    constexpr double late_margin_s = 600;
    const bool late = limit_s > 0 && elapsed_s >= std::max(late_share * limit_s, limit_s - late_margin_s);
    return late ? Cause::timeout : Cause::preempted;
  }

  void on_finished(ExitRecord record) {
    // It checkpointed because the batch system warned it; or it does not know this signal, or not yet.
    const bool heeded = record.exit_code == exit_again || record.signal == SIGUSR2;
    if (warned_ && heeded && record.cause == Cause::none) record.cause = why();
    result_ = record.signal != 0 ? 128 + record.signal : record.exit_code;
    record_text_ = encode_exit_file(record);
    write_record();
  }

  void write_record() {
    RealDisk disk;
    const auto written = disk.write(exit_path(file_.attempt.folder, start_), record_text_, Sync::yes);
    written_ = written.ok() || ++write_tries_ > most_write_tries;
    if (written_) return loop_.stop();
    std::fprintf(stderr, "sluice-runner: %s\n", to_string(written.error()).c_str());
    if (::unlink(reserve_path().c_str()) == 0) return write_record();
    loop_.after(retry_pause_s, [this] { write_record(); });
  }

  AttemptFile file_;
  JobStart start_;
  Loop loop_;
  TaskSurroundings surroundings_;
  Supervisor supervisor_;
  std::string record_text_;
  std::uint64_t beats_ = 0;
  std::int64_t started_at_ns_ = Loop::now_ns();
  int write_tries_ = 0;
  int result_ = exit_internal;
  bool warned_ = false;
  bool written_ = false;
};

}  // namespace

int run_single(const SingleOptions& options) {
  forget_caller();
  Loop::block_signals();
  RealDisk disk;
  auto text = disk.read(options.spec_path);
  if (!text) return fail(text.error());
  auto file = decode_attempt_file(*text, options.spec_path);
  if (!file) return fail(file.error());
  auto claim = claim_attempt(file->attempt.folder, file->attempt.token, options.start);
  if (!claim) return fail(claim.error());
  if (!claim->won) {
    const std::string why =
        claim->owner.empty() ? "was given up by its run before this job began" : "is run by " + claim->owner;
    std::fprintf(stderr, "sluice-runner: %s %s: nothing to do here\n", file->attempt.token.c_str(),
                 why.c_str());
    return exit_claimed;
  }
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  SingleRun run(std::move(*file), options.start);
  return run.run();
}

}  // namespace sluice::executors

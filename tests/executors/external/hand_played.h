// A plug-in played by hand: a test says its lines and reads what it was asked, in a time that only the test
// moves. No process, no pipe; attempt folders are real, because claims and exit records are files.
#pragma once

#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "executors/attempt_files.h"
#include "executors/external/core.h"
#include "tests/support/temporary_folder.h"

namespace sluice::executors::external {

class HandClock final : public Clock {
 public:
  std::int64_t wall_ns() override { return now_ns_; }
  std::int64_t mono_ns() override { return now_ns_; }
  void pass(double seconds) { now_ns_ += to_ns(seconds); }

 private:
  std::int64_t now_ns_ = ns_per_s;
};

class HandPlayed {
 public:
  explicit HandPlayed(ExternalConfig config = {})
      : core(named(std::move(config)), {disk, clock, processes}) {}

  void says(const std::string& line) {
    core.received(line + "\n");
    listen();
  }
  /// The plug-in's process starts, and it introduces itself.
  void arrives(const std::string& ready = R"({"event":"ready"})") {
    core.started();
    says(R"({"event":"hello","proto":1,"name":"hand","version":"1"})");
    says(ready);
  }
  void dies(const std::string& how = "killed by signal 9") {
    core.ended(how);
    listen();
  }
  /// Time passes in steps; the plug-in answers pings by then.
  void pass(double seconds) {
    constexpr double step_s = 1;
    for (; seconds > 0; seconds -= step_s) {
      clock.pass(std::min(seconds, step_s));
      core.on_time();
      listen();
      if (answers_pings) says(R"({"event":"done","id":0})");
    }
  }
  AttemptSpec attempt(const std::string& name) {
    AttemptSpec spec;
    spec.token = name;
    spec.folder = folder / name;
    spec.log = spec.folder + "/log.txt";
    spec.argv = {"/bin/true"};
    (void)disk.make_folders(spec.folder);
    return spec;
  }
  AttemptSpec submits(const std::string& name) {
    auto spec = attempt(name);
    core.submit(std::vector<AttemptSpec>{spec});
    listen();
    return spec;
  }
  void cancels(const std::string& name, CancelMode mode = CancelMode::term) {
    core.cancel(std::vector<Token>{name}, mode);
    listen();
  }
  void attaches(const std::string& name) {
    core.attach(std::vector<Token>{name});
    listen();
  }
  /// The runner of an attempt has ended and written its evidence.
  void leaves_record(const AttemptSpec& spec, int exit_code) {
    ExitRecord record;
    record.token = spec.token;
    record.exit_code = exit_code;
    (void)disk.write(exit_path(spec.folder, {"1", 0}), encode_exit_file(record), Sync::no);
  }

  /// Requests since the last call, without their ids: "submit a b", "cancel(kill) a=4711".
  std::vector<std::string> asked();
  /// Events since the last call, in words: "accepted a as 4711", "warning: hand: ...".
  std::vector<std::string> told();

  tests::TemporaryFolder folder;
  RealDisk disk;
  HandClock clock;
  RealProcesses processes;
  Core core;
  bool answers_pings = true;

 private:
  ExternalConfig named(ExternalConfig config) {
    config.name = "hand";
    config.command = {"/opt/sluice-executor-hand"};
    config.folder = folder / "external";
    config.runner_program = "/opt/sluice-runner";
    return config;
  }
  /// Takes what the core has written and says that each request is done.
  void listen();

  std::vector<std::string> asked_;
  std::vector<std::string> told_;
};

}  // namespace sluice::executors::external

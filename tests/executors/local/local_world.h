// What the tests of the local executor share: a folder, drivers that live on it one after the other, and the
// runner that the last one has started.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "executors/conformance/session.h"
#include "executors/local/local_executor.h"
#include "executors/runner/hello_file.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_folder.h"

namespace sluice::executors {

class LocalWorld : public testing::Test {
 protected:
  LocalWorld() {
    config.runners_folder = folder / "runners";
    config.cpu_slots = 2;
    config.runner_program = SLUICE_BIN_DIR "/sluice-runner";
    config.runner_idle_s = 30;
    subject.work_folder = folder.path();
    subject.patience_s = 60;
    subject.make = [this](boost::asio::io_context& io, EventSink sink) {
      return make_local(io, std::move(sink), config);
    };
  }
  ~LocalWorld() override {
    for (const auto& complaint : list) ADD_FAILURE() << complaint;
    for (const auto& runner : runners())
      if (alive(runner) && runner.process.pid != ::getpid())
        ::kill(static_cast<pid_t>(runner.process.pid), SIGKILL);
  }

  conformance::Session driver() { return {subject, conformance::Complaints(list)}; }
  AttemptSpec script(const std::string& name, const std::string& text) {
    return conformance::new_script(subject, name, text);
  }
  bool wrote(const AttemptSpec& attempt, const std::string& name) {
    return conformance::exists(attempt.folder + "/" + name);
  }
  void touch(const AttemptSpec& attempt, const std::string& name) {
    EXPECT_TRUE(disk.write(attempt.folder + "/" + name, "", Sync::no));
  }

  std::vector<RunnerHello> runners() {
    std::vector<RunnerHello> found;
    const auto entries = disk.list(config.runners_folder);
    if (!entries) return found;
    for (const auto& entry : *entries)
      if (auto hello = read_hello(disk, config.runners_folder + "/" + entry.name))
        found.push_back(std::move(*hello));
    return found;
  }
  RunnerHello only_runner() {
    const auto all = runners();
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? RunnerHello{} : all.front();
  }
  void signal_runner(int number) { ::kill(static_cast<pid_t>(only_runner().process.pid), number); }
  bool alive(const RunnerHello& runner) { return processes.liveness(runner.process) == Liveness::alive; }

  RealDisk disk;
  RealProcesses processes;
  tests::TemporaryFolder folder;
  LocalConfig config;
  conformance::Subject subject;
  std::vector<std::string> list;
};

}  // namespace sluice::executors

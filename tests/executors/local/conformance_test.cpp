#include <gtest/gtest.h>

#include <unistd.h>
#include <chrono>
#include <thread>

#include <string>

#include "engine/base/disk.h"
#include "executors/conformance/conformance.h"
#include "executors/local/local_executor.h"

namespace sluice::executors {
namespace {

class LocalConformance : public testing::TestWithParam<std::string> {};

TEST_P(LocalConformance, IsMet) {
  const std::string work =
      testing::TempDir() + "sluice-conformance-" + std::to_string(::getpid()) + "-" + GetParam();
  RealDisk disk;
  ASSERT_TRUE(disk.remove_tree(work));
  ASSERT_TRUE(disk.make_folders(work));
  conformance::Subject subject;
  subject.work_folder = work;
  subject.patience_s = 120;
  subject.large_batch = 3000;
  subject.make = [&](boost::asio::io_context& io, EventSink sink) {
    LocalConfig config;
    config.runners_folder = work + "/runners";
    config.cpu_slots = 4;
    config.runner_program = SLUICE_BIN_DIR "/sluice-runner";
    config.runner_idle_s = 5;
    return make_local(io, std::move(sink), config);
  };
  const auto outcome = conformance::run_check(subject, GetParam());
  for (const auto& complaint : outcome.complaints) ADD_FAILURE() << outcome.demand << ": " << complaint;
  // The runner has been told to leave and may still write its last lines into the folder.
  Status removed = disk.remove_tree(work);
  for (int tries = 0; !removed && tries < 100; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    removed = disk.remove_tree(work);
  }
  EXPECT_TRUE(removed);
}

INSTANTIATE_TEST_SUITE_P(AllChecks, LocalConformance, testing::ValuesIn(conformance::check_names()),
                         [](const auto& check) { return check.param; });

}  // namespace
}  // namespace sluice::executors

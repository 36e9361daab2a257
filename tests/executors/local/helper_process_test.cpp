#include "executors/local/helper_process.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>

namespace sluice::executors {
namespace {

std::string said_by(const std::string& script) {
  boost::asio::io_context loop;
  std::optional<Status> end;
  run_helper(loop, {"/bin/sh", "-c", script}, [&](Status status) { end = std::move(status); });
  loop.run();
  if (!end) return "no answer";
  return *end ? "good" : end->error().what;
}

TEST(HelperProcess, SaysNothingWhenAllIsWell) { EXPECT_EQ(said_by("exit 0"), "good"); }

TEST(HelperProcess, ItsLastWordsAreTheError) {
  EXPECT_EQ(said_by("echo one; echo two >&2; exit 1"), "one\ntwo");
  EXPECT_EQ(said_by("exit 1"), "it ended without a word");
}

TEST(HelperProcess, IsHeardByAProcessWithoutStandardDescriptors) {
  EXPECT_EXIT(
      {
        for (const int fd : {0, 1, 2}) ::close(fd);
        ::_exit(said_by("echo out; echo err >&2; exit 1") == "out\nerr" ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace sluice::executors

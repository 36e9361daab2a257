// Somebody removes or moves a run folder, or a part of it, while a driver works in it.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/e2e/harness.h"

namespace sluice::tests {
namespace {

constexpr const char* waits = R"(sluice = 1
name = "t"
[stage.wait]
command = ["sh", "-c", 'echo wait >> @/ledger; until [ -e @/go ]; do sleep 0.02; done; echo 1 > "$1"', "wait", "{outputs.o}"]
outputs = { o = "out/wait" }
[stage.last]
command = ["sh", "-c", 'echo last >> @/ledger; cat "$1" > "$2"', "last", "{inputs.w}", "{outputs.o}"]
inputs = { w = "wait.o" }
outputs = { o = "out/last" }
)";

class RemovedFolder : public testing::Test {
 protected:
  RemovedFolder() {
    place.write_workflow(waits);
    sluice = place.start({"run", "w.toml", "--dir", "run"});
    EXPECT_TRUE(place.eventually_ran("wait")) << sluice->err();
  }
  Place place;
  std::unique_ptr<AtWork> sluice;
};

TEST_F(RemovedFolder, TheDriverStopsAndCancelsWhatNobodyWouldFindAgain) {
  std::filesystem::remove_all(place.path("run/.sluice"));
  const Answer answer = sluice->wait();
  EXPECT_EQ(answer.code, 3);
  EXPECT_TRUE(holds(answer.err,
                    {place.filled("sluice: @/run/.sluice: the run folder was removed while it ran; this run "
                                  "stops here, what was started is cancelled\n"
                                  "  outputs that are there stay there; `sluice run` begins anew and makes "
                                  "them again\n")}))
      << answer.err;
  EXPECT_EQ(place.ledger(), "wait\n");
  for (int i = 0; i < 500 && !place.tasks_at_work().empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_TRUE(place.tasks_at_work().empty());

  place.go();
  const Answer again = place.sluice({"run", "w.toml", "--dir", "run"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(place.ledger(), "wait\nwait\nlast\n");
}

TEST_F(RemovedFolder, AFreshFolderOfTheSameNameIsNotMistakenForTheOldOne) {
  std::filesystem::remove_all(place.path("run/.sluice"));
  auto second = place.start({"run", "w.toml", "--dir", "run"});
  EXPECT_EQ(sluice->wait().code, 3);
  place.go();
  const Answer answer = second->wait();
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place.ran("last"), 1);
}

TEST_F(RemovedFolder, AMovedOneIsLeftAsItIs) {
  std::filesystem::rename(place.path("run"), place.path("moved"));
  const Answer answer = sluice->wait();
  EXPECT_EQ(answer.code, 3);
  EXPECT_TRUE(holds(answer.err, {"the run folder was moved while it ran; this run stops here, what was "
                                 "started is left alone\n"}))
      << answer.err;
  EXPECT_FALSE(place.has("run/.sluice/store.db"));
  EXPECT_FALSE(place.tasks_at_work().empty());
  place.go();
  (void)place.sluice(
      {"run", "w.toml", "--dir", "moved"});  // what ran was given paths that are gone, so it failed
  const Answer again = place.sluice({"run", "w.toml", "--dir", "moved"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(place.read("moved/out/last"), "1\n");
}

TEST_F(RemovedFolder, ATaskWhoseAttemptFolderWasRemovedIsTriedAgainFreeOfCharge) {
  std::filesystem::remove_all(place.path("run/.sluice/attempts"));
  place.go();
  const Answer answer = sluice->wait();
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_TRUE(holds(answer.err, {"wait", "its attempt folder was removed while it ran (exit code "}))
      << answer.err;
  EXPECT_EQ(place.ledger(), "wait\nwait\nlast\n");
}

}  // namespace
}  // namespace sluice::tests

#include "executors/runner/claim.h"

#include <gtest/gtest.h>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "executors/evidence.h"
#include "tests/support/temporary_folder.h"

namespace sluice::executors {
namespace {

bool wins(const std::string& folder, const JobStart& start) {
  const auto claim = claim_attempt(folder, "r/t/1", start);
  EXPECT_TRUE(claim.ok());
  return claim->won;
}

TEST(Claim, HasOneWinner) {
  const tests::TemporaryFolder folder;
  EXPECT_TRUE(wins(folder.path(), {"4711", 0}));
  EXPECT_FALSE(wins(folder.path(), {"4712", 0}));
  EXPECT_FALSE(wins(folder.path(), {"4711", 0}))
      << "the same job started twice at once, by a mistaken script";
}

TEST(Claim, LoserIsToldWhoHasIt) {
  const tests::TemporaryFolder folder;
  ASSERT_TRUE(wins(folder.path(), {"4711", 2}));
  EXPECT_EQ(claim_attempt(folder.path(), "r/t/1", {"4712", 0})->owner,
            "job 4711, start 2, on " + host_name());
}

TEST(Claim, ARequeuedJobGoesOnOnce) {
  const tests::TemporaryFolder folder;
  EXPECT_TRUE(wins(folder.path(), {"4711", 0}));
  EXPECT_TRUE(wins(folder.path(), {"4711", 1}));
  EXPECT_FALSE(wins(folder.path(), {"4711", 1}));
  EXPECT_TRUE(wins(folder.path(), {"4711", 2}));
  EXPECT_FALSE(wins(folder.path(), {"4712", 5}));
}

TEST(Claim, OfAnAttemptThatItsRunGaveUpIsNobodys) {
  const tests::TemporaryFolder folder;
  RealDisk disk;
  EXPECT_TRUE(*bar(disk, folder.path()));
  EXPECT_TRUE(*bar(disk, folder.path())) << "once more, by the next driver";
  const auto claim = claim_attempt(folder.path(), "r/t/1", {"4711", 0});
  ASSERT_TRUE(claim.ok());
  EXPECT_FALSE(claim->won);
  EXPECT_EQ(claim->owner, "");
  EXPECT_FALSE(look_for_evidence(disk, folder.path(), "r/t/1").claimed);
  ASSERT_TRUE(unbar(disk, folder.path()));
  EXPECT_TRUE(wins(folder.path(), {"4711", 0}));
}

TEST(Claim, OfARunnerCannotBeBarredAnyMore) {
  const tests::TemporaryFolder folder;
  RealDisk disk;
  ASSERT_TRUE(wins(folder.path(), {"4711", 0}));
  EXPECT_FALSE(*bar(disk, folder.path()));
  ASSERT_TRUE(unbar(disk, folder.path()));
  EXPECT_FALSE(wins(folder.path(), {"4712", 0})) << "only a bar is taken away";
}

TEST(Claim, OfAFolderThatIsGoneIsOfNoUseToAnybody) {
  const tests::TemporaryFolder folder;
  RealDisk disk;
  EXPECT_TRUE(*bar(disk, folder / "swept"));
}

TEST(Claim, LeavesNothingElseBehind) {
  const tests::TemporaryFolder folder;
  wins(folder.path(), {"4711", 0});
  wins(folder.path(), {"4712", 0});
  const auto entries = RealDisk().list(folder.path());
  ASSERT_EQ(entries->size(), 1U);
  EXPECT_EQ(entries->front().name, "claim");
}

TEST(Claim, ThatCantBeReadIsLeftAlone) {
  const tests::TemporaryFolder folder;
  ASSERT_TRUE(RealDisk().write(folder / "claim", "rubbish", Sync::no));
  const auto claim = claim_attempt(folder.path(), "r/t/1", {"1", 0});
  ASSERT_FALSE(claim.ok());
  EXPECT_EQ(to_string(claim.error()),
            folder.path() +
                "/claim: a claim that can't be read\n  somebody else may have the attempt: it is left alone");
}

}  // namespace
}  // namespace sluice::executors

#include "engine/run/attempt_folder.h"

#include <gtest/gtest.h>

#include "engine/run/requests.h"
#include "tests/support/memory_disk.h"

namespace sluice::run {
namespace {

TEST(Layout, GivesEachAttemptAFolderAPersonCanFind) {
  const Layout layout("/run");
  EXPECT_EQ(layout.attempt("simulate[sample=qq,shard=3]", 1),
            "/run/.sluice/attempts/simulate/sample=qq,shard=3.1");
  EXPECT_EQ(layout.attempt("preprocess", 12), "/run/.sluice/attempts/preprocess/12");
}

TEST(Layout, KeepsHostileKeysInsideTheirFolder) {
  const Layout layout("/run");
  EXPECT_EQ(layout.attempt("s[k=../../etc/passwd]", 1), "/run/.sluice/attempts/s/k=..%2f..%2fetc%2fpasswd.1");
  EXPECT_EQ(safe_name(".."), "%2e.");
}

TEST(Layout, ShortensLongNamesWithoutMakingTwoTheSame) {
  const std::string a(300, 'a');
  EXPECT_LE(safe_name(a).size(), 120U);
  EXPECT_NE(safe_name(a), safe_name(a + "b"));
}

TEST(Requests, AreHandedOutOnceOldestFirst) {
  tests::MemoryDisk disk;
  const Layout layout("/run");
  EXPECT_TRUE(take_requests(disk, layout).empty());
  ASSERT_TRUE(leave_request(disk, layout, "cancel"));
  ASSERT_TRUE(leave_request(disk, layout, "cancel\ntrain"));
  EXPECT_EQ(take_requests(disk, layout), (std::vector<std::string>{"cancel", "cancel\ntrain"}));
  EXPECT_TRUE(take_requests(disk, layout).empty());
}

}  // namespace
}  // namespace sluice::run

#include "engine/workflow/file_pattern.h"

#include <gtest/gtest.h>

#include "tests/support/memory_disk.h"

namespace sluice::workflow {
namespace {

using Paths = std::vector<std::string>;

TEST(Matches, StarsAndQuestionMarks) {
  EXPECT_TRUE(matches("run1.root", "*.root"));
  EXPECT_TRUE(matches("run1.root", "run?.root"));
  EXPECT_TRUE(matches("run1.root", "run1.root"));
  EXPECT_TRUE(matches("a.b.c", "*.*"));
  EXPECT_TRUE(matches("abcbc", "a*bc"));
  EXPECT_TRUE(matches("x", "*"));
  EXPECT_FALSE(matches("run1.root", "*.txt"));
  EXPECT_FALSE(matches("run12.root", "run?.root"));
  EXPECT_FALSE(matches("run.root", "run?.root"));
  EXPECT_FALSE(matches("abcb", "a*bc"));
}

TEST(Matches, HiddenNamesOnlyWhenAskedFor) {
  EXPECT_FALSE(matches(".hidden", "*"));
  EXPECT_TRUE(matches(".hidden", ".*"));
}

TEST(Matches, ManyStarsTakeNoLongerThanTheProductOfTheLengths) {
  const std::string name(5000, 'a');
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "a*";
  EXPECT_FALSE(matches(name, pattern + "b"));
}

TEST(FindFiles, BelowTheFolder) {
  tests::MemoryDisk disk;
  disk.put("/w/data/b.root", "");
  disk.put("/w/data/a.root", "");
  disk.put("/w/data/notes.txt", "");
  disk.put("/w/data/deep/c.root", "");
  disk.put("/w/data/other/a.root", "");
  EXPECT_EQ(*find_files(disk, "/w", "data/*.root"), (Paths{"/w/data/a.root", "/w/data/b.root"}));
  EXPECT_EQ(*find_files(disk, "/w", "data/*/*.root"), (Paths{"/w/data/deep/c.root", "/w/data/other/a.root"}));
  EXPECT_EQ(*find_files(disk, "/w", "data/a.root"), (Paths{"/w/data/a.root"}));
  EXPECT_EQ(*find_files(disk, "/elsewhere", "/w/data/b.*"), (Paths{"/w/data/b.root"}));
}

TEST(FindFiles, FindingNoneIsAnError) {
  tests::MemoryDisk disk;
  disk.put("/w/data/a.root", "");
  EXPECT_EQ(to_string(find_files(disk, "/w", "data/*.h5").error()),
            "no file matches 'data/*.h5'\n  looked below /w");
  EXPECT_EQ(to_string(find_files(disk, "/w", "dta/*.root").error()),
            "no file matches 'dta/*.root'\n  looked below /w");
  EXPECT_EQ(to_string(find_files(disk, "/w", "dat?").error()), "no file matches 'dat?'\n  looked below /w");
  EXPECT_EQ(to_string(find_files(disk, "/w", "**/*.root").error()),
            "'**' is no pattern\n  a '*' stands for one name: data/*/*.root");
}

TEST(Stem, IsTheNameWithoutItsLastSuffix) {
  EXPECT_EQ(stem("/w/data/run1.root"), "run1");
  EXPECT_EQ(stem("run.edm4hep.root"), "run.edm4hep");
  EXPECT_EQ(stem("README"), "README");
  EXPECT_EQ(stem("/w/.profile"), ".profile");
}

}  // namespace
}  // namespace sluice::workflow

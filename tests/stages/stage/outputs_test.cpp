#include "stages/stage/outputs.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.h"

namespace sluice::stage {
namespace {

class OutputsTest : public testing::Test {
 protected:
  static Description with(Kind kind) {
    Description description;
    description.outputs = {{"out", kind, false, "what comes out"}};
    return description;
  }
  std::string refusal(Kind kind, const std::string& target) {
    Outputs outputs(disk);
    const auto prepared = outputs.prepare(with(kind), {target});
    return prepared ? "accepted" : to_string(prepared.error());
  }

  tests::TemporaryFolder folder;
  RealDisk disk;
};

TEST_F(OutputsTest, AFolderAppearsWhole) {
  const std::string target = folder / "dataset";
  {
    Outputs outputs(disk);
    const auto paths = outputs.prepare(with(Kind::folder), {target + "/"});
    std::ofstream((*paths)[0].path + "/index") << "1";
    EXPECT_EQ(disk.stat(target)->kind, FileKind::missing);
    EXPECT_TRUE(outputs.commit().ok());
  }
  EXPECT_EQ(*disk.read(target + "/index"), "1");
  EXPECT_EQ(disk.list(folder.path())->size(), 1U);
}

TEST_F(OutputsTest, WhatIsNotCommittedDisappears) {
  {
    Outputs outputs(disk);
    const auto paths = outputs.prepare(with(Kind::folder), {folder / "dataset"});
    std::ofstream((*paths)[0].path + "/index") << "1";
  }
  EXPECT_EQ(disk.list(folder.path())->size(), 0U);
}

TEST_F(OutputsTest, AnEmptyFolderMayBeReplacedAFullOneNever) {
  const std::string target = folder / "home";
  ASSERT_TRUE(disk.make_folders(target).ok());
  EXPECT_EQ(refusal(Kind::folder, target), "accepted");
  std::ofstream(target + "/thesis") << "years";
  EXPECT_EQ(refusal(Kind::folder, target),
            "--output.out " + target +
                ": the output folder already exists and is not an empty folder\n"
                "  move it away, or name another one");
  EXPECT_EQ(*disk.read(target + "/thesis"), "years");
}

TEST_F(OutputsTest, TargetsThatCannotBeReplacedAreRefusedBeforeTheWork) {
  EXPECT_EQ(refusal(Kind::file, folder.path()),
            "--output.out " + folder.path() + ": a folder is where the file has to go\n  name a file in it");
  EXPECT_EQ(refusal(Kind::file, "/dev/null"),
            "--output.out /dev/null: a device or pipe is where the output has to go\n  name a file");
  std::ofstream(folder / "file") << "x";
  EXPECT_EQ(refusal(Kind::folder, folder / "file"),
            "--output.out " + (folder / "file") +
                ": a file is where the output folder has to go\n  move it away, or name another one");
  EXPECT_EQ(refusal(Kind::file, folder / "file/below"),
            (folder / "file") + ": a file is where a folder is needed\n  move the file away");
}

TEST_F(OutputsTest, AnOutputNeverReplacesAnInputHoweverItIsSpelled) {
  const std::string input = folder / "events";
  std::ofstream(input) << "a month of beam time";
  std::filesystem::create_symlink(input, folder / "link");
  for (const std::string& target : {input, folder / "./events", folder / "link"}) {
    Outputs outputs(disk);
    const auto prepared = outputs.prepare(with(Kind::file), {target}, {{folder / "missing"}, {input}});
    ASSERT_FALSE(prepared) << target;
    EXPECT_EQ(
        to_string(prepared.error()),
        "--output.out " + target + ": the output would replace the input " + input + "\n  name another file");
  }
  EXPECT_EQ(*disk.read(input), "a month of beam time");
  Outputs outputs(disk);
  EXPECT_TRUE(outputs.prepare(with(Kind::file), {folder / "other"}, {{input}}).ok());
}

TEST_F(OutputsTest, TwoOutputsCannotShareAPlace) {
  Description description;
  description.outputs = {{"set", Kind::folder, false, "first"}, {"report", Kind::folder, false, "second"}};
  for (const auto& [first, second] : {std::pair("a", "a/"), std::pair("a", "a/b"), std::pair("a/b", "a")}) {
    Outputs outputs(disk);
    const auto prepared = outputs.prepare(description, {folder / first, folder / second});
    ASSERT_FALSE(prepared) << first << " and " << second;
    EXPECT_EQ(prepared.error().what, "the output shares its place with --output.set");
  }
  Outputs outputs(disk);
  EXPECT_TRUE(outputs.prepare(description, {folder / "ab", folder / "a"}).ok());
}

TEST_F(OutputsTest, NoOutputIsPublishedWhenOneIsMissing) {
  Description description;
  description.outputs = {{"a", Kind::file, false, "first"}, {"b", Kind::file, false, "second"}};
  Outputs outputs(disk);
  const auto paths = outputs.prepare(description, {folder / "a", folder / "b"});
  EXPECT_TRUE((*paths)[0].write("a").ok());
  EXPECT_EQ(outputs.commit().error().what, "the stage ended without writing its output 'b'");
  EXPECT_EQ(disk.stat(folder / "a")->kind, FileKind::missing);
}

}  // namespace
}  // namespace sluice::stage

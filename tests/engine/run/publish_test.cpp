#include "engine/run/publish.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "tests/support/memory_disk.h"

namespace sluice::run {
namespace {

class Publish : public ::testing::Test {
 protected:
  Content evidence(const std::string& path) { return *digest(disk_, path); }
  Publication file(const std::string& name) {
    return {"/run/.sluice/attempts/x/" + name, "/run/out/" + name, "/run/.sluice/old/out/" + name,
            evidence("/run/.sluice/attempts/x/" + name)};
  }
  std::string bytes(const std::string& path) {
    auto read = disk_.read(path);
    return read ? *read : "(missing)";
  }

  tests::MemoryDisk disk_;
  Publisher publisher_{disk_};
};

TEST_F(Publish, MovesAFileIntoItsPlaceAndMakesTheFoldersAbove) {
  disk_.put("/run/.sluice/attempts/x/a", "new");
  const auto content = publisher_.publish(file("a"));
  ASSERT_TRUE(content);
  EXPECT_EQ(bytes("/run/out/a"), "new");
  EXPECT_EQ(bytes("/run/.sluice/attempts/x/a"), "(missing)");
}

TEST_F(Publish, ReplacesItsOwnOlderFile) {
  disk_.put("/run/out/a", "old");
  disk_.put("/run/.sluice/attempts/x/a", "new");
  Publication publication = file("a");
  publication.replaces = evidence("/run/out/a").signature;
  ASSERT_TRUE(publisher_.publish(publication));
  EXPECT_EQ(bytes("/run/out/a"), "new");
  EXPECT_EQ(bytes("/run/.sluice/old/out/a"), "(missing)");
  EXPECT_FALSE(publisher_.met_a_stranger());
}

TEST_F(Publish, SetsAFileAsideThatItDidNotMake) {
  disk_.put("/run/out/a", "somebody's only copy");
  disk_.put("/run/.sluice/attempts/x/a", "new");
  ASSERT_TRUE(publisher_.publish(file("a")));
  EXPECT_EQ(bytes("/run/out/a"), "new");
  EXPECT_EQ(bytes("/run/.sluice/old/out/a"), "somebody's only copy");
  EXPECT_TRUE(publisher_.met_a_stranger());
}

TEST_F(Publish, SetsAFileAsideThatWasChangedSince) {
  disk_.put("/run/out/a", "old");
  Publication publication;
  const std::uint64_t recorded = evidence("/run/out/a").signature;
  disk_.put("/run/out/a", "edited by hand");
  disk_.put("/run/.sluice/attempts/x/a", "new");
  publication = file("a");
  publication.replaces = recorded;
  ASSERT_TRUE(publisher_.publish(publication));
  EXPECT_EQ(bytes("/run/.sluice/old/out/a"), "edited by hand");
}

TEST_F(Publish, DoneAgainAfterACrashItIsHarmless) {
  disk_.put("/run/.sluice/attempts/x/a", "new");
  const Publication publication = file("a");
  ASSERT_TRUE(publisher_.publish(publication));
  const auto again = publisher_.publish(publication);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->hash, publication.evidence.hash);
}

TEST_F(Publish, RefusesAnOutputThatVanished) {
  disk_.put("/run/.sluice/attempts/x/a", "new");
  const Publication publication = file("a");
  ASSERT_TRUE(disk_.remove_tree("/run/.sluice/attempts/x/a"));
  disk_.put("/run/out/a", "of an earlier run");
  const auto content = publisher_.publish(publication);
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().what, "the output vanished after the program had ended");
  EXPECT_EQ(bytes("/run/out/a"), "of an earlier run");
}

TEST_F(Publish, RefusesAnOutputThatChangedAfterTheEnd) {
  disk_.put("/run/.sluice/attempts/x/a", "new");
  const Publication publication = file("a");
  disk_.put("/run/.sluice/attempts/x/a", "still being written");
  const auto content = publisher_.publish(publication);
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().what, "the output changed after the program had ended");
}

TEST_F(Publish, KeepsOneGenerationOfAFolder) {
  for (const std::string generation : {"first", "second", "third"}) {
    disk_.put("/run/.sluice/attempts/x/model/weights", generation);
    ASSERT_TRUE(publisher_.publish(file("model")));
  }
  EXPECT_EQ(bytes("/run/out/model/weights"), "third");
  EXPECT_EQ(bytes("/run/.sluice/old/out/model/weights"), "second");
}

TEST_F(Publish, FinishesAFolderThatACrashLeftHalfWay) {
  disk_.put("/run/out/model/weights", "old");
  disk_.put("/run/.sluice/attempts/x/model/weights", "new");
  const Publication publication = file("model");
  // The old one has moved aside, the new one is not in place yet.
  ASSERT_TRUE(disk_.make_folders("/run/.sluice/old/out"));
  ASSERT_TRUE(disk_.rename("/run/out/model", "/run/.sluice/old/out/model"));
  ASSERT_TRUE(publisher_.publish(publication));
  EXPECT_EQ(bytes("/run/out/model/weights"), "new");
  EXPECT_EQ(bytes("/run/.sluice/old/out/model/weights"), "old");
}

TEST_F(Publish, AFileTakesThePlaceOfAFolder) {
  disk_.put("/run/out/a/inside", "old");
  disk_.put("/run/.sluice/attempts/x/a", "new");
  ASSERT_TRUE(publisher_.publish(file("a")));
  EXPECT_EQ(bytes("/run/out/a"), "new");
  EXPECT_EQ(bytes("/run/.sluice/old/out/a/inside"), "old");
}

TEST_F(Publish, MakesAFolderAgainThatSomebodyRemoved) {
  disk_.put("/run/.sluice/attempts/x/a", "1");
  ASSERT_TRUE(publisher_.publish(file("a")));
  ASSERT_TRUE(disk_.remove_tree("/run/out"));
  disk_.put("/run/.sluice/attempts/x/b", "2");
  ASSERT_TRUE(publisher_.publish(file("b")));
  EXPECT_EQ(bytes("/run/out/b"), "2");
}

TEST_F(Publish, CopiesToAnotherFileSystem) {
  disk_.put("/run/.sluice/attempts/x/model/weights", "new");
  const Publication publication = file("model");
  disk_.before_change = [&](const std::string& operation, const std::string& path) {
    return operation == "rename" && path.starts_with("/run/.sluice/") ? EXDEV : 0;
  };
  EXPECT_EQ(publisher_.publish(publication).error().number, EXDEV);
  ASSERT_TRUE(copy_beside(disk_, publication.from, publication.to));
  EXPECT_EQ(bytes("/run/out/model/weights"), "(missing)") << "nothing half-copied is visible";
  publisher_.copied(publication.to);
  const auto content = publisher_.publish(publication);
  ASSERT_TRUE(content);
  EXPECT_EQ(content->hash, publication.evidence.hash);
  EXPECT_EQ(bytes("/run/out/model/weights"), "new");
  EXPECT_EQ(bytes("/run/.sluice/attempts/x/model/weights"), "(missing)");
  // A crash before anybody wrote down that it is published: the copy is known by its content.
  EXPECT_EQ(Publisher(disk_).publish(publication)->hash, publication.evidence.hash);
}

TEST_F(Publish, OnAnotherFileSystemTheOldFolderIsSetAsideBesideItsPlace) {
  for (const std::string generation : {"first", "second"}) {
    disk_.put("/run/.sluice/attempts/x/model/weights", generation);
    const Publication publication = file("model");
    bool tried = false;  // to set the old one aside in the run folder
    disk_.before_change = [&](const std::string& operation, const std::string& path) {
      if (operation != "rename") return 0;
      if (path == "/run/out/model") return std::exchange(tried, true) ? 0 : EXDEV;
      return path.starts_with("/run/.sluice/") ? EXDEV : 0;
    };
    EXPECT_EQ(publisher_.publish(publication).error().number, EXDEV);
    ASSERT_TRUE(copy_beside(disk_, publication.from, publication.to));
    publisher_.copied(publication.to);
    ASSERT_TRUE(publisher_.publish(publication)) << generation;
    disk_.before_change = {};
  }
  EXPECT_EQ(bytes("/run/out/model/weights"), "second");
  EXPECT_EQ(bytes("/run/out/model.sluice-old/weights"), "first");
}

TEST_F(Publish, ACopyThatACrashLeftHalfDoneIsBegunAnew) {
  disk_.put("/run/.sluice/attempts/x/a", "new");
  disk_.put("/run/out/a.sluice-part", "ne");
  ASSERT_TRUE(copy_beside(disk_, "/run/.sluice/attempts/x/a", "/run/out/a"));
  EXPECT_EQ(bytes("/run/out/a.sluice-part"), "new");
}

TEST_F(Publish, AFullDiskLeavesTheOldOutput) {
  disk_.put("/run/out/a", "old");
  disk_.put("/run/.sluice/attempts/x/a", "new");
  const Publication publication = file("a");
  disk_.before_change = [](const std::string&, const std::string&) { return ENOSPC; };
  const auto content = publisher_.publish(publication);
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().number, ENOSPC);
  EXPECT_EQ(bytes("/run/out/a"), "old");
}

TEST(PublishOnARealDisk, RefusesALink) {
  char folder[] = "/tmp/sluice-publish-XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  RealDisk disk;
  const std::string root = folder;
  ASSERT_TRUE(disk.write(root + "/target", "x", Sync::no));
  ASSERT_EQ(symlink("target", (root + "/link").c_str()), 0);
  Publisher publisher(disk);
  const auto content =
      publisher.publish({root + "/link", root + "/out", root + "/old", *digest(disk, root + "/target")});
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().what, "the output is a link");
  ASSERT_TRUE(disk.remove_tree(root));
}

}  // namespace
}  // namespace sluice::run

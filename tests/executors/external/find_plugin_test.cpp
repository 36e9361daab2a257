#include "executors/external/find_plugin.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temporary_folder.h"

namespace sluice::executors::external {
namespace {

class FindPlugin : public testing::Test {
 protected:
  void put(const std::string& path, mode_t mode = 0755) {
    ASSERT_TRUE(disk_.make_folders(parent_path(folder_ / path)));
    ASSERT_TRUE(disk_.write(folder_ / path, "#!/bin/sh\n", Sync::no));
    ASSERT_EQ(::chmod((folder_ / path).c_str(), mode), 0);
  }
  std::string found(const std::string& name) {
    const auto plugin = find_plugin(name, places_);
    return plugin ? plugin->path.substr(folder_.path().size() + 1) : plugin.error().what;
  }

  tests::TemporaryFolder folder_;
  RealDisk disk_;
  PluginPlaces places_{folder_ / "first" + ":" + folder_ / "second", folder_ / "flow", folder_ / "own",
                       "::" + (folder_ / "path")};
};

TEST_F(FindPlugin, LooksInTheNamedFoldersThenBesideTheWorkflowThenBesideSluiceThenInPath) {
  put("path/sluice-executor-a");
  EXPECT_EQ(found("a"), "path/sluice-executor-a");
  put("own/sluice-executor-a");
  EXPECT_EQ(found("a"), "own/sluice-executor-a");
  put("flow/sluice-executor-a");
  EXPECT_EQ(found("a"), "flow/sluice-executor-a");
  put("second/sluice-executor-a");
  EXPECT_EQ(found("a"), "second/sluice-executor-a");
  put("first/sluice-executor-a", 0644);
  EXPECT_EQ(found("a"), "second/sluice-executor-a") << "what can't be executed is not meant";
}

TEST_F(FindPlugin, SaysWhatItLookedFor) {
  EXPECT_EQ(found("b"),
            "there is no executor 'b': it is not built in, and there is no program sluice-executor-b");
}

TEST_F(FindPlugin, SaysWhatMayNotBeExecuted) {
  put("flow/sluice-executor-b", 0644);
  const auto plugin = find_plugin("b", places_);
  ASSERT_FALSE(plugin);
  const std::string path = folder_ / "flow/sluice-executor-b";
  EXPECT_EQ(to_string(plugin.error()), "the plug-in of the executor 'b' can't be executed: " + path +
                                           "\n  make it executable: chmod +x " + path);
}

TEST_F(FindPlugin, ListsEachNameOnce) {
  put("first/sluice-executor-b");
  put("path/sluice-executor-b");
  put("path/sluice-executor-a");
  put("path/sluice-executor-");
  put("path/something-else");
  std::string names;
  for (const auto& plugin : list_plugins(places_)) names += plugin.name + " ";
  EXPECT_EQ(names, "a b ");
}

}  // namespace
}  // namespace sluice::executors::external

// --site: what one machine adds to every workflow.
#include <gtest/gtest.h>

#include "tests/support/workflow/loading.h"

namespace sluice::workflow {
namespace {

std::string stage(const std::string& lines = "", const std::string& top = "") {
  return "sluice = 1\n" + top + "[stage.a]\ncommand = ['tool']\n" + lines + "\n";
}

struct AtSite : Loading {
  explicit AtSite(const std::string& site, const std::string& path = "/w/sites/here.toml") {
    disk.put(path, site);
    options.site = "here";
  }
};

TEST(Site, LiesUnderTheWorkflow) {
  AtSite loading(R"(
resources = { memory = "1 GB", time = "1 h" }
retry = { attempts = 5, delay = "10 s" }
pools = { io = 2 }
[executor]
default = "batch"
[executor.batch]
partition = "long"
account = "site"
)");
  const auto graph = loading.load(stage(
      "pools = ['io']",
      "resources = { memory = '2 GB' }\nretry = { attempts = 2 }\n[executor.batch]\naccount = 'mine'\n"));
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  const Stage& a = graph->stages[0];
  EXPECT_EQ(a.resources, (executors::Resources{1, 2'000'000'000, 0, 1, 3600}));
  EXPECT_EQ(a.retry.attempts, 2);
  EXPECT_EQ(a.retry.delay_s, 10);
  EXPECT_EQ(a.executor, "batch");
  EXPECT_EQ(graph->pools[a.pools[0].pool].size, 2);
  EXPECT_EQ(*graph->executors[0].find("partition"), "long");
  EXPECT_EQ(*graph->executors[0].find("account"), "mine");
}

TEST(Site, MaySpeakOfOneStage) {
  const std::string site =
      "executor = 'local'\n[stage.a]\nexecutor = 'slurm'\nresources = { cpus = 8, memory = '8 GB' "
      "}\n[stage.elsewhere]\nexecutor = 'slurm'\n";
  AtSite loading(site);
  const auto graph = loading.load(stage("", "resources = { cpus = 2 }\n"));
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  EXPECT_EQ(graph->stages[0].executor, "slurm");
  EXPECT_EQ(graph->stages[0].resources.cpus, 8);
  AtSite again(site);
  const auto own = again.load(stage("resources = { cpus = 4 }\nexecutor = 'local'"));
  ASSERT_TRUE(own);
  EXPECT_EQ(own->stages[0].resources.cpus, 4);
  EXPECT_EQ(own->stages[0].resources.memory_bytes, 8'000'000'000U);
  EXPECT_EQ(own->stages[0].executor, "local");
}

TEST(Site, IsLookedUpBesideTheWorkflowThenInTheProjectThenInTheGivenFolders) {
  for (const char* path : {"/w/sites/here.toml", "/sites/here.toml", "/home/me/here.toml"}) {
    AtSite loading("executor = 'slurm'\n", path);
    loading.options.site_folders = {"/home/me"};
    const auto graph = loading.load(stage());
    ASSERT_TRUE(graph) << path << loading.diagnostics.render();
    EXPECT_EQ(graph->stages[0].executor, "slurm");
  }
}

TEST(Site, ThatIsNotThereIsSuggested) {
  AtSite loading("", "/home/me/hera.toml");
  loading.options.site_folders = {"/home/me"};
  EXPECT_EQ(complaints(loading, stage()),
            "--site: error: there is no site 'here'\n"
            "  here\n"
            "  ^~~~\n"
            "  did you mean 'hera'?\n"
            "1 error\n");
  Loading many;
  for (const char* name : {"a1", "b2", "c3", "d4", "e5", "f6", "g7", "h8", "i9"})
    many.disk.put(std::string("/sites/") + name + ".toml", "");
  many.options.site = "tuebingen";
  EXPECT_EQ(complaints(many, stage()),
            "--site: error: there is no site 'tuebingen'\n"
            "  tuebingen\n"
            "  ^~~~~~~~~\n"
            "  looked in /w/sites, /sites\n"
            "1 error\n");
  Loading none;
  none.options.site = "here";
  EXPECT_EQ(complaints(none, stage()),
            "--site: error: there is no site 'here'\n"
            "  here\n"
            "  ^~~~\n"
            "  looked in /w/sites, /sites\n"
            "1 error\n");
}

TEST(Site, ANameIsNoPath) {
  AtSite loading("executor = 'slurm'\n", "/w/here.toml");
  loading.options.site = "../here";
  EXPECT_EQ(complaints(loading, stage()),
            "--site: error: there is no site '../here'\n"
            "  ../here\n"
            "  ^~~~~~~\n"
            "  looked in /w/sites, /sites\n"
            "1 error\n");
}

TEST(Site, NeverSaysWhatIsComputed) {
  AtSite loading("env = { X = '1' }\n[params]\nevents = 5\n[stage.a]\nargs = { x = 1 }\n");
  EXPECT_EQ(complaints(loading, stage()),
            "/w/sites/here.toml:1:1: error: unknown key 'env' in a site file\n"
            "  env = { X = '1' }\n"
            "  ^~~\n"
            "  known: resources, retry, pools, executor, stage\n"
            "/w/sites/here.toml:2:2: error: unknown key 'params' in a site file\n"
            "  [params]\n"
            "   ^~~~~~\n"
            "  known: resources, retry, pools, executor, stage\n"
            "/w/sites/here.toml:5:1: error: unknown key 'args' in a stage of a site file\n"
            "  args = { x = 1 }\n"
            "  ^~~~\n"
            "  known: resources, retry, pools, executor\n"
            "3 errors\n");
}

TEST(Site, MistakesAreShownInItsOwnFile) {
  AtSite loading("resources = { cpus = 'many' }\n[stage.a]\nexecutor = 'slrum'\n");
  EXPECT_EQ(complaints(loading, stage("[stage.b]\ncommand = ['tool']\n")),
            "/w/sites/here.toml:1:22: error: 'cpus' has to be an integer, not a text\n"
            "  resources = { cpus = 'many' }\n"
            "                       ^~~~~~\n"
            "/w/sites/here.toml:3:12: error: there is no executor 'slrum'\n"
            "  executor = 'slrum'\n"
            "             ^~~~~~~\n"
            "  did you mean 'slurm'?\n"
            "2 errors\n");
  AtSite broken("resources = 1 GB\n");
  EXPECT_EQ(complaints(broken, stage()),
            "/w/sites/here.toml:1:15: error: not valid TOML: expected a comment or whitespace, saw 'G' (in "
            "the key-value pair)\n"
            "  resources = 1 GB\n"
            "                ^\n"
            "  the value ends here; text stands in quotes: \"like this\"\n"
            "1 error\n");
}

TEST(Site, AStageNameThatIsNearlyRightIsWarnedOf) {
  AtSite loading("[stage.simulat]\nexecutor = 'slurm'\n[stage.analysis]\nexecutor = 'slurm'\n");
  EXPECT_EQ(complaints(loading, "sluice = 1\n[stage.simulate]\ncommand = ['tool']\n"),
            "/w/sites/here.toml:1:8: warning: the workflow has no stage 'simulat'\n"
            "  [stage.simulat]\n"
            "         ^~~~~~~\n"
            "  did you mean 'simulate'?\n");
}

}  // namespace
}  // namespace sluice::workflow

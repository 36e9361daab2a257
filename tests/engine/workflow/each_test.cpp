// `each` and `where`: which tasks a stage has.
#include <gtest/gtest.h>

#include "tests/support/workflow/loading.h"

namespace sluice::workflow {
namespace {

using Names = std::vector<std::string>;

std::string stage(const std::string& each, const std::string& more = "") {
  return "sluice = 1\n[stage.a]\ncommand = ['tool']\neach = " + each + "\n" + more;
}

Names tasks(const std::string& text) {
  Loading loading;
  const auto graph = loading.load(text);
  return graph ? names_of(*graph) : Names{loading.diagnostics.render()};
}

TEST(Each, AListGivesATaskForEachValue) {
  EXPECT_EQ(tasks(stage("{ s = ['x', 'y'] }")), (Names{"a[s=x]", "a[s=y]"}));
  EXPECT_EQ(tasks(stage("{ s = [3, 1] }")), (Names{"a[s=3]", "a[s=1]"}));
  EXPECT_EQ(tasks(stage("{ s = [0.5, 1.0] }")), (Names{"a[s=0.5]", "a[s=1]"}));
  EXPECT_EQ(tasks(stage("{ s = [true, false] }")), (Names{"a[s=true]", "a[s=false]"}));
}

TEST(Each, ARangeHoldsBothEnds) {
  EXPECT_EQ(tasks(stage("{ i = '1..3' }")), (Names{"a[i=1]", "a[i=2]", "a[i=3]"}));
  EXPECT_EQ(tasks(stage("{ i = '0..4 step 2' }")), (Names{"a[i=0]", "a[i=2]", "a[i=4]"}));
}

TEST(Each, SeveralKeysMultiplyTheLastOneFastest) {
  EXPECT_EQ(tasks(stage("{ s = ['x', 'y'], i = '1..2' }")),
            (Names{"a[s=x,i=1]", "a[s=x,i=2]", "a[s=y,i=1]", "a[s=y,i=2]"}));
}

TEST(Each, TheOrderOfKeysIsThatOfTheFile) {
  EXPECT_EQ(tasks(stage("{ z = [1], b = [2], m = [3] }")), (Names{"a[z=1,b=2,m=3]"}));
}

TEST(Each, TakesParameters) {
  const std::string params = "[params]\nsamples = ['u', 'v']\nlast = 2\n";
  EXPECT_EQ(tasks(stage("{ s = '{samples}' }", params)).back(), "a[s=v]");
  EXPECT_EQ(tasks(stage("{ s = '{samples}', i = '1..{last}' }", params)).size(), 4U);
  EXPECT_EQ(tasks(stage("{ s = ['{last}x', 'y'], t = '{samples}' }", params)).front(), "a[s=2x,t=u]");
}

TEST(Each, FollowsAnotherStage) {
  EXPECT_EQ(tasks(stage("{ s = ['x', 'y'] }", "[stage.b]\ncommand = ['tool']\neach = 'a'\n")),
            (Names{"a[s=x]", "a[s=y]", "b[s=x]", "b[s=y]"}));
}

TEST(Each, FollowsWhatIsLeftAfterWhere) {
  EXPECT_EQ(
      tasks(stage("{ s = ['x', 'y'] }", "where = \"s == 'y'\"\n[stage.b]\ncommand = ['tool']\neach = 'a'\n")),
      (Names{"a[s=y]", "b[s=y]"}));
}

TEST(Each, FollowsAndAddsKeys) {
  EXPECT_EQ(tasks("sluice = 1\n[stage.b]\ncommand = ['tool']\neach = ['a', { fold = '1..2' }]\n"
                  "[stage.a]\ncommand = ['tool']\neach = { s = ['x', 'y'] }\n"),
            (Names{"b[s=x,fold=1]", "b[s=x,fold=2]", "b[s=y,fold=1]", "b[s=y,fold=2]", "a[s=x]", "a[s=y]"}));
}

TEST(Each, FollowingASingleTaskGivesASingleTask) {
  EXPECT_EQ(tasks("sluice = 1\n[stage.a]\ncommand = ['tool']\n[stage.b]\ncommand = ['tool']\neach = 'a'\n"),
            (Names{"a", "b"}));
}

TEST(Each, FilesAreSortedAndKeyedByTheirStem) {
  Loading loading;
  loading.disk.put("/w/data/run2.root", "");
  loading.disk.put("/w/data/run10.root", "");
  loading.disk.put("/w/data/readme.txt", "");
  const auto graph = loading.load(stage("{ file = 'files:data/*.root' }",
                                        "inputs = { events = 'file:{file.path}' }\n"
                                        "outputs = { copy = 'copy/{file}.root' }\n"
                                        "env = { SOURCE = '{file.path}' }\n"));
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  EXPECT_EQ(names_of(*graph), (Names{"a[file=run10]", "a[file=run2]"}));
  EXPECT_EQ(input_of(*graph, "a[file=run2]"), "/w/data/run2.root");
  EXPECT_EQ(graph->output_path(1, 0), "copy/run2.root");
  EXPECT_EQ(command_line(*graph, "a[file=run2]"), "SOURCE=/w/data/run2.root /usr/bin/tool");
}

TEST(Each, FollowersKnowThePathsToo) {
  Loading loading;
  loading.disk.put("/w/x.root", "");
  const auto graph = loading.load(
      stage("{ file = 'files:*.root' }", "[stage.b]\neach = 'a'\ncommand = ['tool', '{file.path}']\n"));
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  EXPECT_EQ(command_line(*graph, "b[file=x]"), "/usr/bin/tool /w/x.root");
}

TEST(Each, TwoFilesWithOneStemAreAnError) {
  Loading loading;
  loading.disk.put("/w/a/run.root", "");
  loading.disk.put("/w/b/run.root", "");
  EXPECT_EQ(complaints(loading, stage("{ file = 'files:*/*.root' }")),
            "/w/flow.toml:4:17: error: two files give the key the same value 'run': /w/a/run.root and "
            "/w/b/run.root\n"
            "  each = { file = 'files:*/*.root' }\n"
            "                  ^~~~~~~~~~~~~~~~\n"
            "  rename one of them\n"
            "1 error\n");
}

TEST(Each, NoMatchingFileIsAnError) {
  EXPECT_EQ(complaints(stage("{ file = 'files:data/*.root' }")),
            "/w/flow.toml:4:17: error: no file matches 'data/*.root'\n"
            "  each = { file = 'files:data/*.root' }\n"
            "                  ^~~~~~~~~~~~~~~~~~~\n"
            "  looked below /w\n"
            "1 error\n");
}

TEST(Each, FileNamesThatCannotNameATaskAreRefused) {
  Loading loading;
  loading.disk.put("/w/a,b.root", "");
  EXPECT_EQ(complaints(loading, stage("{ file = 'files:*.root' }")),
            "/w/flow.toml:4:17: error: the file name /w/a,b.root holds ','\n"
            "  each = { file = 'files:*.root' }\n"
            "                  ^~~~~~~~~~~~~~\n"
            "  the values of a key name its tasks\n"
            "1 error\n");
  Loading hostile;
  hostile.disk.put("/w/a\n.root", "");
  EXPECT_EQ(complaints(hostile, stage("{ file = 'files:*.root' }")),
            "/w/flow.toml:4:17: error: the file name /w/a\n.root holds a control character or is not UTF-8\n"
            "  each = { file = 'files:*.root' }\n"
            "                  ^~~~~~~~~~~~~~\n"
            "  the values of a key name its tasks\n"
            "1 error\n");
}

TEST(Each, AKeyMayNotHaveTheNameOfAParameter) {
  EXPECT_EQ(complaints("sluice = 1\n[params]\nsample = 'x'\n[stage.a]\ncommand = ['tool', '{sample}']\neach "
                       "= { sample = ['y'] }\n"),
            "/w/flow.toml:6:10: error: the key 'sample' has the name of a parameter\n"
            "  each = { sample = ['y'] }\n"
            "           ^~~~~~\n"
            "  give it another name\n"
            "/w/flow.toml:3:1: note: the parameter is here\n"
            "  sample = 'x'\n"
            "  ^~~~~~\n"
            "1 error\n");
}

TEST(Each, WrongFormsSayTheRightOne) {
  EXPECT_EQ(complaints(stage("4")),
            "/w/flow.toml:4:8: error: 'each' can't be an integer\n"
            "  each = 4\n"
            "         ^\n"
            "  write a table of keys, { shard = \"1..4\" }, or the name of a stage to follow\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("{ s = 4 }")),
            "/w/flow.toml:4:14: error: a key runs through a list, a range or files, not an integer\n"
            "  each = { s = 4 }\n"
            "               ^\n"
            "  write a list, [1, 2], or a range, \"1..4\"\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("{ s = 'qq' }")),
            "/w/flow.toml:4:14: error: 'qq' is not a range\n"
            "  each = { s = 'qq' }\n"
            "               ^~~~\n"
            "  write a list, [\"qq\"], or a range, \"1..4\"\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("{ s = '4..1' }")),
            "/w/flow.toml:4:14: error: '4..1' is empty\n"
            "  each = { s = '4..1' }\n"
            "               ^~~~~~\n"
            "  write the smaller end first\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("{ }")),
            "/w/flow.toml:4:8: error: 'each' has no keys\n"
            "  each = { }\n"
            "         ^~~\n"
            "  leave it out for a single task\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("[]")),
            "/w/flow.toml:4:8: error: 'each' is empty\n"
            "  each = []\n"
            "         ^~\n"
            "  leave it out for a single task\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("[{ i = '1..2' }, 'a']")),
            "/w/flow.toml:4:25: error: a stage to follow stands first\n"
            "  each = [{ i = '1..2' }, 'a']\n"
            "                          ^~~\n"
            "  each = [\"simulate\", { fold = \"1..5\" }]\n"
            "1 error\n");
}

TEST(Each, WrongValuesAreRefused) {
  EXPECT_EQ(complaints(stage("{ s = [] }")),
            "/w/flow.toml:4:14: error: the key 's' has no values\n"
            "  each = { s = [] }\n"
            "               ^~\n"
            "  without a value there is no task\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("{ s = ['a', 1] }")),
            "/w/flow.toml:4:20: error: the list mixes types: this is an integer, the first is a text\n"
            "  each = { s = ['a', 1] }\n"
            "                     ^\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("{ s = ['a', 'b', 'a'] }")),
            "/w/flow.toml:4:14: error: the value 'a' stands twice\n"
            "  each = { s = ['a', 'b', 'a'] }\n"
            "               ^~~~~~~~~~~~~~~\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("{ s = ['a/b'] }")),
            "/w/flow.toml:4:14: error: the value 'a/b' holds '/'\n"
            "  each = { s = ['a/b'] }\n"
            "               ^~~~~~~\n"
            "  the values of a key name its tasks\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("{ s = [\"a\\nb\"] }")),
            "/w/flow.toml:4:14: error: the value 'a\nb' holds a control character\n"
            "  each = { s = [\"a\\nb\"] }\n"
            "               ^~~~~~~~\n"
            "  the values of a key name its tasks\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("{ s = ['', 'x'] }")),
            "/w/flow.toml:4:14: error: the value '' is empty\n"
            "  each = { s = ['', 'x'] }\n"
            "               ^~~~~~~~~\n"
            "  the values of a key name its tasks\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("{ s = ['--help'] }")),
            "/w/flow.toml:4:14: error: the value '--help' begins with '--', which programs take for a flag\n"
            "  each = { s = ['--help'] }\n"
            "               ^~~~~~~~~~\n"
            "  the values of a key name its tasks\n"
            "1 error\n");
}

TEST(Each, AnUnknownStageToFollowIsSuggested) {
  EXPECT_EQ(complaints(stage(
                "{ i = '1..2' }",
                "[stage.simulate]\ncommand = ['tool']\n[stage.b]\ncommand = ['tool']\neach = 'simulat'\n")),
            "/w/flow.toml:9:8: error: there is no stage 'simulat' to follow\n"
            "  each = 'simulat'\n"
            "         ^~~~~~~~~\n"
            "  did you mean 'simulate'?\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("'1..4'")),
            "/w/flow.toml:4:8: error: there is no stage '1..4' to follow\n"
            "  each = '1..4'\n"
            "         ^~~~~~\n"
            "  keys stand in a table: each = { key = \"1..4\" }\n"
            "1 error\n");
}

TEST(Each, StagesThatFollowEachOtherAreToldOnce) {
  EXPECT_EQ(
      complaints(
          "sluice = 1\n[stage.a]\ncommand = ['tool']\neach = 'b'\n[stage.b]\ncommand = ['tool']\neach = 'c'\n"
          "[stage.c]\ncommand = ['tool']\neach = 'a'\n[stage.d]\ncommand = ['tool', '{k}']\neach = 'a'\n"),
      "/w/flow.toml:4:8: error: stages follow each other in a circle: 'a' follows 'b' follows 'c' follows "
      "'a'\n"
      "  each = 'b'\n"
      "         ^~~\n"
      "  one of them has to say its keys itself\n"
      "1 error\n");
  EXPECT_EQ(complaints(stage("'a'")),
            "/w/flow.toml:4:8: error: stages follow each other in a circle: 'a' follows 'a'\n"
            "  each = 'a'\n"
            "         ^~~\n"
            "  one of them has to say its keys itself\n"
            "1 error\n");
}

TEST(Each, AFollowerMayNotRepeatAKey) {
  EXPECT_EQ(
      complaints(stage("{ i = '1..2' }", "[stage.b]\ncommand = ['tool']\neach = ['a', { i = '1..3' }]\n")),
      "/w/flow.toml:7:16: error: the stage 'a' has the key 'i' already\n"
      "  each = ['a', { i = '1..3' }]\n"
      "                 ^\n"
      "1 error\n");
}

TEST(Each, TooManyTasksAreToldAndNotTried) {
  EXPECT_EQ(complaints(stage("{ i = '1..99999999999' }")),
            "/w/flow.toml:4:14: error: '1..99999999999' has more than 10000000 values\n"
            "  each = { i = '1..99999999999' }\n"
            "               ^~~~~~~~~~~~~~~~\n"
            "  that is the most tasks a workflow can have\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("{ i = '1..9999', j = '1..9999' }")),
            "/w/flow.toml:4:8: error: more than 10000000 tasks\n"
            "  each = { i = '1..9999', j = '1..9999' }\n"
            "         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
            "  that is the most a workflow can have\n"
            "1 error\n");
  Loading loading;
  loading.options.most_tasks = 5;
  EXPECT_EQ(complaints(loading, stage("{ i = '1..3' }", "[stage.b]\ncommand = ['tool']\neach = 'a'\n")),
            "/w/flow.toml:5:8: error: with this stage the workflow has more than 5 tasks\n"
            "  [stage.b]\n"
            "         ^\n"
            "  that is the most it can have\n"
            "1 error\n");
}

TEST(Each, LongTaskNamesAreRefused) {
  const std::string value(120, 'x');
  const std::string name = "a[s=" + value + ",t=" + value + "]";
  EXPECT_EQ(complaints(stage("{ s = ['" + value + "'], t = ['" + value + "'] }")),
            "/w/flow.toml:2:8: error: the name of a task is longer than 240 bytes: " + name +
                "\n"
                "  [stage.a]\n"
                "         ^\n"
                "  it is made of the stage's name and the values of its keys\n"
                "1 error\n");
}

TEST(WhereClause, PicksTasks) {
  EXPECT_EQ(tasks(stage("{ s = ['x', 'y'], i = '1..2' }", "where = \"s == 'x' or i == 1\"")),
            (Names{"a[s=x,i=1]", "a[s=x,i=2]", "a[s=y,i=1]"}));
}

TEST(WhereClause, MustLeaveATask) {
  EXPECT_EQ(complaints(stage("{ i = '1..2' }", "where = 'i > 2'")),
            "/w/flow.toml:5:9: error: 'where' leaves no task of stage 'a'\n"
            "  where = 'i > 2'\n"
            "          ^~~~~~~\n"
            "  it is false for all 2 combinations\n"
            "1 error\n");
}

TEST(WhereClause, NeedsKeys) {
  EXPECT_EQ(complaints("sluice = 1\n[stage.a]\ncommand = ['tool']\nwhere = 'true'\n"),
            "/w/flow.toml:4:1: error: 'where' needs 'each'\n"
            "  where = 'true'\n"
            "  ^~~~~\n"
            "  it picks among the tasks of a fan-out\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("{ i = '1..2' }", "where = true")),
            "/w/flow.toml:5:9: error: 'where' has to be a text, not true or false\n"
            "  where = true\n"
            "          ^~~~\n"
            "1 error\n");
}

TEST(WhereClause, PointsIntoTheText) {
  EXPECT_EQ(complaints(stage("{ shard = '1..2' }", "where = \"\\tshrad > 1\"")),
            "/w/flow.toml:5:12: error: there is no key or parameter 'shrad'\n"
            "  where = \"\\tshrad > 1\"\n"
            "             ^~~~~\n"
            "  did you mean 'shard'?\n"
            "1 error\n");
}

TEST(Keys, CanBeUsedInWordsButNotInSettings) {
  EXPECT_EQ(complaints(stage("{ i = '1..2' }", "resources = { cpus = '{i}' }")),
            "/w/flow.toml:5:23: error: the key 'i' can't be used here\n"
            "  resources = { cpus = '{i}' }\n"
            "                        ^~~\n"
            "  settings are the same for all tasks of a stage; parameters can be used\n"
            "1 error\n");
}

TEST(Keys, OnlyThoseFromFilesHaveAPath) {
  EXPECT_EQ(complaints(stage("{ i = '1..2' }", "env = { X = '{i.path}' }")),
            "/w/flow.toml:5:14: error: the key 'i' has no path\n"
            "  env = { X = '{i.path}' }\n"
            "               ^~~~~~~~\n"
            "  only keys made from \"files:...\" have one\n"
            "1 error\n");
}

TEST(Keys, UnknownOnesAreSuggested) {
  EXPECT_EQ(complaints(stage("{ shard = '1..2' }", "env = { X = 'a-{shrad}' }")),
            "/w/flow.toml:5:16: error: there is no key or parameter 'shrad'\n"
            "  env = { X = 'a-{shrad}' }\n"
            "                 ^~~~~~~\n"
            "  did you mean 'shard'?\n"
            "1 error\n");
}

TEST(Keys, ABrokenEachGivesNoFurtherErrors) {
  EXPECT_EQ(complaints(stage("{ i = '1..' }",
                             "outputs = { x = '{i}/{j}' }\nwhere = 'i > j'\n[stage.b]\neach = 'a'\ncommand = "
                             "['tool', '{i}', '{inputs.x}']\ninputs = { x = 'a.x' }\n")),
            "/w/flow.toml:4:14: error: '1..' is not a range\n"
            "  each = { i = '1..' }\n"
            "               ^~~~~\n"
            "  write \"1..4\" or \"0..100 step 10\"\n"
            "1 error\n");
}

}  // namespace
}  // namespace sluice::workflow

// Resources, retries, pools, executors: how tasks run.
#include <gtest/gtest.h>

#include "tests/support/workflow/loading.h"

namespace sluice::workflow {
namespace {

std::string stage(const std::string& lines, const std::string& top = "") {
  return "sluice = 1\n" + top + "[stage.a]\ncommand = ['tool']\n" + lines + "\n";
}

Stage stage_of(const std::string& text) {
  Loading loading;
  const auto graph = loading.load(text);
  EXPECT_TRUE(graph) << loading.diagnostics.render();
  return graph ? graph->stages.front() : Stage{};
}

/// The complaint about the value of line `line`, with `caret` under it.
std::string expected(const std::string& lines, int line, const std::string& caret, const std::string& message,
                     const std::string& hint = "") {
  const std::size_t at = lines.rfind(caret);
  return "/w/flow.toml:" + std::to_string(line) + ":" + std::to_string(at + 1) + ": error: " + message +
         "\n  " + lines + "\n  " + std::string(at, ' ') + "^" + std::string(caret.size() - 1, '~') + "\n" +
         (hint.empty() ? "" : "  " + hint + "\n") + "1 error\n";
}

TEST(Resources, HaveUnits) {
  const Stage a = stage_of(
      stage("resources = { cpus = 4, memory = '1.5 GiB', gpus = 2, ranks = 2, time = '1 h 30 min' }"));
  EXPECT_EQ(a.resources, (executors::Resources{4, 1'610'612'736, 2, 2, 5400}));
}

TEST(Resources, AreSmallUnlessSaid) {
  EXPECT_EQ(stage_of(stage("")).resources, (executors::Resources{1, 0, 0, 1, 0}));
}

TEST(Resources, EveryRankGetsACpuUnlessSaid) {
  EXPECT_EQ(stage_of(stage("resources = { ranks = 4 }")).resources.cpus, 4);
  EXPECT_EQ(stage_of(stage("resources = { ranks = 4, cpus = 16 }")).resources.cpus, 16);
}

TEST(Resources, CanBeParameters) {
  const Stage a = stage_of(stage("resources = { cpus = '{n}', memory = '{n} GB', time = '{limit}' }",
                                 "[params]\nn = 3\nlimit = '5 min'\n"));
  EXPECT_EQ(a.resources, (executors::Resources{3, 3'000'000'000, 0, 1, 300}));
}

TEST(Resources, DefaultsStandAtTheTop) {
  const Stage a =
      stage_of(stage("resources = { memory = '2 GB' }", "resources = { memory = '1 GB', time = '1 h' }\n"));
  EXPECT_EQ(a.resources, (executors::Resources{1, 2'000'000'000, 0, 1, 3600}));
}

TEST(Resources, WrongOnesAreTold) {
  const auto check = [](const std::string& line, const std::string& caret, const std::string& message,
                        const std::string& hint = "") {
    EXPECT_EQ(complaints(stage(line)), expected(line, 4, caret, message, hint));
  };
  check("resources = { cpus = 0 }", "0", "'cpus' has to be from 1 to 1000000, not 0");
  check("resources = { cpus = 1.5 }", "1.5", "'cpus' has to be an integer, not a number");
  check("resources = { cpus = '4' }", "'4'", "'cpus' has to be an integer, not a text");
  check("resources = { gpus = -1 }", "-1", "'gpus' has to be from 0 to 100000, not -1");
  check("resources = { memory = 4 }", "4", "'memory' has to be an amount of memory, not an integer",
        "write it with a unit, in quotes: \"4 GB\"");
  check("resources = { memory = '4' }", "'4'", "'memory': '4' has no unit", "write '4 GB' or '4 MB'");
  check("resources = { time = '4 fortnights' }", "'4 fortnights'",
        "'time': '4 fortnights' has the unknown unit 'fortnights'", "units: d, h, min, s, sec, ms");
  check("resources = { time = 60 }", "60", "'time' has to be a duration, not an integer",
        "write it with a unit, in quotes: \"60 min\"");
  check("resources = { memory = true }", "true", "'memory' has to be an amount of memory, not true or false");
  check("resources = { memroy = '1 GB' }", "memroy", "unknown key 'memroy' in 'resources'",
        "did you mean 'memory'?");
  check("resources = { disk = '1 GB' }", "disk", "unknown key 'disk' in 'resources'",
        "known: cpus, memory, gpus, ranks, time");
  check("resources = 4", "4", "'resources' has to be a table, not an integer",
        "resources = { cpus = 4, memory = \"8 GB\", time = \"2 h\" }");
  check("resources = { ranks = 4, cpus = 6 }", "6",
        "'cpus' is the total of the task: 6 can't be divided over 4 ranks");
  check("resources = { ranks = 4, gpus = 6 }", "6",
        "'gpus' is the total of the task: 6 can't be divided over 4 ranks");
}

TEST(Resources, SeveralRanksMayShareAGpu) {
  EXPECT_EQ(stage_of(stage("resources = { ranks = 4, gpus = 2 }")).resources.gpus, 2);
}

TEST(Retry, SaysWhatAndHowOften) {
  const Stage a = stage_of(
      stage("resources = { memory = '1 GB', time = '1 h' }\n"
            "retry = { attempts = 3, exit_codes = [75, 74], memory = 'x2 on out-of-memory, at most 64 GB',"
            " time = 'x1.5 on timeout', delay = '30 s' }"));
  EXPECT_EQ(a.retry.attempts, 3);
  EXPECT_EQ(a.retry.exit_codes, (std::vector<int>{74, 75}));
  EXPECT_EQ(a.retry.memory_factor, 2);
  EXPECT_EQ(a.retry.memory_cap_bytes, 64'000'000'000U);
  EXPECT_EQ(a.retry.time_factor, 1.5);
  EXPECT_EQ(a.retry.time_cap_s, 0);
  EXPECT_EQ(a.retry.delay_s, 30);
}

TEST(Retry, IsOneAttemptUnlessSaid) {
  const Stage a = stage_of(stage(""));
  EXPECT_EQ(a.retry.attempts, 1);
  EXPECT_EQ(a.retry.memory_factor, 1);
  EXPECT_EQ(a.retry.time_factor, 1);
}

TEST(Retry, DefaultsStandAtTheTopAndMayHaveNothingToMultiply) {
  const Stage a = stage_of(
      stage("retry = { attempts = 5 }", "retry = { attempts = 2, memory = 'x2 on out-of-memory' }\n"));
  EXPECT_EQ(a.retry.attempts, 5);
  EXPECT_EQ(a.retry.memory_factor, 2);
}

TEST(Retry, WrongOnesAreTold) {
  const auto check = [](const std::string& line, const std::string& caret, const std::string& message,
                        const std::string& hint = "") {
    EXPECT_EQ(complaints(stage(line)), expected(line, 4, caret, message, hint));
  };
  const std::string rules = "write \"x2 on out-of-memory\" or \"x2 on out-of-memory, at most 64 GB\"";
  check("retry = { attempts = 0 }", "0", "'attempts' has to be from 1 to 1000, not 0");
  check("retry = { exit_codes = [0] }", "0", "'exit_codes' has to be from 1 to 255, not 0");
  check("retry = { exit_codes = 74 }", "74", "'exit_codes' has to be a list, not an integer",
        "exit_codes = [74]");
  check("retry = { memory = 'double' }", "'double'", "'double' is no rule for 'memory'", rules);
  check("retry = { memory = 'x2 on timeout' }", "'x2 on timeout'", "'x2 on timeout' is no rule for 'memory'",
        rules);
  check("retry = { memory = 'x2 on out-of-memory, at most ' }", "'x2 on out-of-memory, at most '",
        "'x2 on out-of-memory, at most ' is no rule for 'memory'", rules);
  check("retry = { time = 'x1 on timeout' }", "'x1 on timeout'",
        "'time' has to grow by more than 1 and at most 100 times", "write \"x2 on timeout\"");
  check("retry = { time = 'x2 on timeout, at most 24' }", "'x2 on timeout, at most 24'",
        "'time': '24' has no unit", "write '24 min' or '24 s'");
  check("retry = { atempts = 2 }", "atempts", "unknown key 'atempts' in 'retry'", "did you mean 'attempts'?");
  check("retry = 3", "3", "'retry' has to be a table, not an integer",
        "retry = { attempts = 3, memory = \"x2 on out-of-memory\" }");
}

TEST(Retry, ARuleWithNothingToMultiplyIsWarnedOf) {
  EXPECT_EQ(complaints(stage("retry = { memory = 'x2 on out-of-memory' }")),
            "/w/flow.toml:4:20: warning: 'memory' has nothing to multiply, so it changes nothing\n"
            "  retry = { memory = 'x2 on out-of-memory' }\n"
            "                     ^~~~~~~~~~~~~~~~~~~~~\n"
            "  say how much in resources.memory\n");
}

TEST(Retry, ACapBelowWhatIsAskedForIsTold) {
  EXPECT_EQ(
      complaints(stage("resources = { time = '2 h' }\nretry = { time = 'x2 on timeout, at most 1 h' }")),
      expected("retry = { time = 'x2 on timeout, at most 1 h' }", 5, "'x2 on timeout, at most 1 h'",
               "'time' can't grow: the stage asks for as much already", "raise the cap"));
}

TEST(Pools, AreTakenByStages) {
  Loading loading;
  const auto graph =
      loading.load(stage("pools = ['io', 'gpu']\n[stage.b]\ncommand = ['tool']\npools = { gpu = 2 }",
                         "pools = { io = 2, gpu = 4 }\n"));
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  ASSERT_EQ(graph->pools.size(), 2U);
  EXPECT_EQ(graph->pools[0].name, "io");
  EXPECT_EQ(graph->pools[0].size, 2);
  ASSERT_EQ(graph->stages[0].pools.size(), 2U);
  EXPECT_EQ(graph->stages[0].pools[1].pool, 1U);
  EXPECT_EQ(graph->stages[0].pools[1].amount, 1);
  ASSERT_EQ(graph->stages[1].pools.size(), 1U);
  EXPECT_EQ(graph->stages[1].pools[0].pool, 1U);
  EXPECT_EQ(graph->stages[1].pools[0].amount, 2);
}

TEST(Pools, MustBeDeclaredAndLargeEnough) {
  const auto check = [](const std::string& line, const std::string& caret, const std::string& message,
                        const std::string& hint = "") {
    EXPECT_EQ(complaints(stage(line, "pools = { network = 2 }\n")), expected(line, 5, caret, message, hint));
  };
  check("pools = ['netwrok']", "'netwrok'", "there is no pool 'netwrok'", "did you mean 'network'?");
  check("pools = { network = 3 }", "network", "the stage takes 3 of the pool 'network', which has 2");
  check("pools = ['network', 'network']", "'network'", "the pool 'network' stands twice");
  check("pools = 'network'", "'network'", "'pools' has to be a list or a table, not a text",
        "pools = [\"io\"] or pools = { io = 2 }");
  check("pools = [1]", "1", "the name of a pool has to be a text, not an integer");
  EXPECT_EQ(complaints(stage("pools = ['io']")),
            expected("pools = ['io']", 4, "'io'", "there is no pool 'io'",
                     "declare it at the top: pools = { io = 2 }"));
  EXPECT_EQ(complaints(stage("", "pools = { io = 0 }\n")),
            expected("pools = { io = 0 }", 2, "0", "'io' has to be from 1 to 1000000, not 0"));
}

TEST(Executors, AreChosenByTheStageOrAtTheTop) {
  EXPECT_EQ(stage_of(stage("")).executor, "local");
  EXPECT_EQ(stage_of(stage("executor = 'slurm'")).executor, "slurm");
  EXPECT_EQ(stage_of(stage("", "executor = 'slurm'\n")).executor, "slurm");
  EXPECT_EQ(stage_of(stage("executor = 'local'", "executor = 'slurm'\n")).executor, "local");
  EXPECT_EQ(stage_of(stage("[executor]\ndefault = 'batch'\n[executor.batch]\nqueue = 'long'")).executor,
            "batch");
  EXPECT_EQ(stage_of(stage("executor = '{where}'", "[params]\nwhere = 'slurm'\n")).executor, "slurm");
}

TEST(Executors, KeepTheirSettingsForThemselves) {
  Loading loading;
  const auto graph =
      loading.load(stage("executor = 'batch'\n[executor.batch]\npartition = '{queue}-gpu'\nnodes = 2\nflags "
                         "= ['-x', '{queue}']\n"
                         "share = 0.5\nwait = true\n[executor.batch.limits]\njobs = 10\n",
                         "[params]\nqueue = 'long'\n"));
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  ASSERT_EQ(graph->executors.size(), 1U);
  const ExecutorSettings& batch = graph->executors[0];
  EXPECT_EQ(batch.name, "batch");
  EXPECT_EQ(*batch.find("partition"), "long-gpu");
  EXPECT_EQ(*batch.find("nodes"), "2");
  EXPECT_EQ(*batch.find("flags"), R"(["-x","long"])");
  EXPECT_EQ(*batch.find("share"), "0.5");
  EXPECT_EQ(*batch.find("wait"), "true");
  EXPECT_EQ(*batch.find("limits.jobs"), "10");
  EXPECT_EQ(batch.find("jobs"), nullptr);
  EXPECT_EQ(batch.settings[1].range, (SourceRange{0, 9, 9, 1}));
}

TEST(Executors, TheCommandLineOverrides) {
  Loading loading;
  loading.options.executor = "local";
  const auto graph = loading.load(stage("executor = 'slurm'"));
  ASSERT_TRUE(graph);
  EXPECT_EQ(graph->stages[0].executor, "local");
  Loading wrong;
  wrong.options.executor = "slrum";
  EXPECT_EQ(complaints(wrong, stage("")),
            "--executor: error: there is no executor 'slrum'\n"
            "  slrum\n"
            "  ^~~~~\n"
            "  did you mean 'slurm'?\n"
            "1 error\n");
}

TEST(Executors, NeedATableUnlessTheyAreBuiltIn) {
  EXPECT_EQ(complaints(stage("executor = 'batch'")),
            expected("executor = 'batch'", 4, "'batch'", "there is no executor 'batch'",
                     "an executor that is not built in needs a table [executor.batch]"));
  EXPECT_EQ(
      complaints(stage("[stage.b]\ncommand = ['tool']", "executor = 'loacl'\n")),
      expected("executor = 'loacl'", 2, "'loacl'", "there is no executor 'loacl'", "did you mean 'local'?"));
}

TEST(Executors, ATextAndTablesAtTheTopExcludeEachOther) {
  EXPECT_EQ(
      complaints(stage("[executor.slurm]\npartition = 'x'\n", "executor = 'slurm'\n")),
      "/w/flow.toml:5:2: error: not valid TOML: cannot redefine existing string 'executor.slurm' as table"
      " (in the table header)\n"
      "  [executor.slurm]\n"
      "   ^~~~~~~~~~~~~~\n"
      "  a key or a table can be written only once\n"
      "/w/flow.toml:5:2: note: beside [executor.NAME] tables, the default is chosen inside: [executor] "
      "default = \"NAME\"\n"
      "  [executor.slurm]\n"
      "   ^~~~~~~~~~~~~~\n"
      "1 error\n");
  EXPECT_EQ(complaints(stage("[executor]\npartition = 'x'\n")),
            expected("partition = 'x'", 5, "partition", "'partition' stands outside of an executor's table",
                     "settings belong into [executor.NAME]; [executor] itself holds only 'default'"));
}

TEST(Final, MayUseEverythingButOnlyFinalStagesMayUseIt) {
  EXPECT_TRUE(stage_of(stage("final = true")).is_final);
  EXPECT_EQ(
      complaints(stage(
          "final = true\noutputs = { x = 'x' }\n[stage.b]\ncommand = ['tool']\ninputs = { x = 'a.x' }")),
      expected("inputs = { x = 'a.x' }", 8, "'a.x'",
               "stage 'a' is final: only final stages may use its outputs", "make this stage final, too"));
  EXPECT_EQ(complaints(stage("final = 'yes'")),
            expected("final = 'yes'", 4, "'yes'", "'final' has to be true or false, not a text"));
}

TEST(Tolerate, IsAShareOfAFanOut) {
  EXPECT_DOUBLE_EQ(stage_of(stage("tolerate = '5%'\neach = { i = '1..3' }")).tolerate, 0.05);
  EXPECT_EQ(complaints(stage("tolerate = '5%'")),
            expected("tolerate = '5%'", 4, "tolerate", "'tolerate' needs 'each'",
                     "a single task can't be lost in part"));
  EXPECT_EQ(complaints(stage("tolerate = 0.05\neach = { i = '1..3' }")),
            expected("tolerate = 0.05", 4, "0.05", "'tolerate' has to be a percentage, not a number",
                     "write it with a unit, in quotes: \"0.05%\""));
}

}  // namespace
}  // namespace sluice::workflow

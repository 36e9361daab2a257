// Finding programs; commands and their words; environment variables.
#include <gtest/gtest.h>

#include "tests/support/workflow/loading.h"

namespace sluice::workflow {
namespace {

std::string make(const std::string& args, const std::string& more = "") {
  return "sluice = 1\n[stage.a]\nprogram = 'sluice-make'\nargs = " + args + "\noutputs = { events = 'e' }\n" +
         more;
}

std::string line_of(Loading& loading, const std::string& text, const std::string& task = "a") {
  const auto graph = loading.load(text);
  return graph ? command_line(*graph, task) : loading.diagnostics.render();
}

std::string line_of(const std::string& text, const std::string& task = "a") {
  Loading loading;
  return line_of(loading, text, task);
}

TEST(Program, ThatIsNotThereIsSuggested) {
  EXPECT_EQ(complaints("sluice = 1\n[stage.a]\nprogram = 'sluice-mkae'\n"),
            "/w/flow.toml:3:11: error: there is no program 'sluice-mkae'\n"
            "  program = 'sluice-mkae'\n"
            "            ^~~~~~~~~~~~~\n"
            "  did you mean 'sluice-make'?\n"
            "1 error\n");
  EXPECT_EQ(complaints("sluice = 1\n[stage.a]\ncommand = ['nothing']\n"),
            "/w/flow.toml:3:12: error: there is no program 'nothing'\n"
            "  command = ['nothing']\n"
            "             ^~~~~~~~~\n"
            "  looked in /bin and PATH; a path with a slash is relative to the workflow file\n"
            "1 error\n");
}

TEST(Program, WithASlashIsRelativeToTheWorkflow) {
  Loading loading;
  loading.disk.put("/w/tools/run.sh", "", true);
  loading.disk.put("/w/tools/data", "");
  EXPECT_EQ(line_of(loading, "sluice = 1\n[stage.a]\ncommand = ['./tools/run.sh', 'x']\n"),
            "/w/tools/run.sh x");
  Loading other;
  other.disk.put("/w/tools/data", "");
  EXPECT_EQ(complaints(other,
                       "sluice = 1\n[stage.a]\ncommand = ['tools/data']\n[stage.b]\ncommand = "
                       "['tools/none']\n[stage.c]\ncommand = ['./tools']\n"),
            "/w/flow.toml:3:12: error: /w/tools/data is not executable\n"
            "  command = ['tools/data']\n"
            "             ^~~~~~~~~~~~\n"
            "  chmod +x /w/tools/data\n"
            "/w/flow.toml:5:12: error: there is no program /w/tools/none\n"
            "  command = ['tools/none']\n"
            "             ^~~~~~~~~~~~\n"
            "/w/flow.toml:7:12: error: /w/tools is no program\n"
            "  command = ['./tools']\n"
            "             ^~~~~~~~~\n"
            "3 errors\n");
}

TEST(Program, OfSluiceComesBeforePath) {
  Loading loading;
  loading.disk.put("/usr/bin/sluice-make", "", true);
  EXPECT_EQ(line_of(loading, make("{}")), "/bin/sluice-make --output.events >e");
}

TEST(Program, ThatCannotDescribeItselfBelongsIntoACommand) {
  EXPECT_EQ(complaints("sluice = 1\n[stage.a]\nprogram = 'tool'\n"),
            "/w/flow.toml:3:11: error: 'tool' can't describe itself: it does not know --describe\n"
            "  program = 'tool'\n"
            "            ^~~~~~\n"
            "  a program that is no Sluice stage is started with command = [\"tool\", ...]\n"
            "1 error\n");
  Loading loading;
  loading.program("odd", "{\"sluice_stage\": 2}");
  loading.program("other", "{}");
  loading.program(
      "broken",
      R"({"sluice_stage": 1, "parameters": [{"name": "x", "type": "int"}, {"name": "y", "type": "quark"}]})");
  EXPECT_EQ(complaints(loading,
                       "sluice = 1\n[stage.a]\nprogram = 'odd'\n[stage.b]\nprogram = "
                       "'other'\n[stage.c]\nprogram = 'broken'\n"),
            "/w/flow.toml:3:11: error: 'odd' can't describe itself: it describes itself in form 2, known "
            "here is form 1\n"
            "  program = 'odd'\n"
            "            ^~~~~\n"
            "  it belongs to another version of Sluice\n"
            "/w/flow.toml:5:11: error: 'other' can't describe itself: its --describe says nothing of "
            "'sluice_stage'\n"
            "  program = 'other'\n"
            "            ^~~~~~~\n"
            "  a program that is no Sluice stage is started with command = [\"other\", ...]\n"
            "/w/flow.toml:7:11: error: 'broken' can't describe itself: entry 2 of 'parameters' has an "
            "unknown 'type', 'quark'\n"
            "  program = 'broken'\n"
            "            ^~~~~~~~\n"
            "  docs/writing-a-stage.md says what it has to answer\n"
            "3 errors\n");
}

TEST(Program, OrCommandButNotBoth) {
  EXPECT_EQ(complaints("sluice = 1\n[stage.a]\n[stage.b]\nprogram = 'sluice-make'\ncommand = "
                       "['tool']\n[stage.c]\ncommand = ['tool']\nargs = { x = 1 }\n"),
            "/w/flow.toml:2:8: error: stage 'a' has neither 'program' nor 'command'\n"
            "  [stage.a]\n"
            "         ^\n"
            "  program = \"sluice-...\" for a Sluice stage, command = [\"...\"] for any other program\n"
            "/w/flow.toml:5:1: error: stage 'b' has both 'program' and 'command'\n"
            "  command = ['tool']\n"
            "  ^~~~~~~\n"
            "  leave one of them out\n"
            "/w/flow.toml:8:1: error: 'args' belong to 'program'\n"
            "  args = { x = 1 }\n"
            "  ^~~~\n"
            "  write them into the command\n"
            "3 errors\n");
}

TEST(Command, IsAListOfWords) {
  EXPECT_EQ(line_of("sluice = 1\n[stage.a]\ncommand = ['tool', 'a b', 5, 0.5, true, '']\n"),
            "/usr/bin/tool a b 5 0.5 true ");
  EXPECT_EQ(complaints("sluice = 1\n[stage.a]\ncommand = 'tool -x'\n"),
            "/w/flow.toml:3:11: error: 'command' has to be a list, not a text\n"
            "  command = 'tool -x'\n"
            "            ^~~~~~~~~\n"
            "  a list of words: command = [\"python3\", \"{inputs.script}\"]; no shell reads it\n"
            "1 error\n");
  EXPECT_EQ(complaints("sluice = 1\n[stage.a]\ncommand = []\n"),
            "/w/flow.toml:3:11: error: 'command' is empty\n"
            "  command = []\n"
            "            ^~\n"
            "  a list of words: command = [\"python3\", \"{inputs.script}\"]; no shell reads it\n"
            "1 error\n");
}

TEST(Command, TakesInputsAndOutputs) {
  Loading loading;
  loading.disk.put("/w/plot.py", "");
  const auto graph = loading.load(
      "sluice = 1\n[stage.a]\ncommand = ['tool', '{inputs.script}', '--out={outputs.plot}', "
      "'{inputs.script}:{k}']\n"
      "each = { k = ['u'] }\ninputs = { script = 'file:plot.py' }\noutputs = { plot = 'plots/{k}.svg' }\n");
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  EXPECT_EQ(command_line(*graph, "a[k=u]"), "/usr/bin/tool </w/plot.py> --out=>plots/u.svg </w/plot.py>:u");
  EXPECT_FALSE(graph->recipe(0).arguments_file);
  EXPECT_FALSE(graph->stages[0].program.described);
  EXPECT_EQ(graph->stages[0].program.name, "tool");
  EXPECT_EQ(graph->stages[0].program.path, "/usr/bin/tool");
}

TEST(Command, AListOfFilesStandsAlone) {
  const std::string producer =
      "[stage.p]\ncommand = ['tool']\neach = { i = '1..2' }\noutputs = { o = '{i}' }\n";
  EXPECT_EQ(
      complaints("sluice = 1\n[stage.a]\ncommand = ['tool', '--in={inputs.x}']\ninputs = { x = 'p.o' }\n" +
                 producer),
      "/w/flow.toml:3:26: error: the input 'x' is a list: it can't stand inside a word\n"
      "  command = ['tool', '--in={inputs.x}']\n"
      "                           ^~~~~~~~~~\n"
      "  let {inputs.x} stand alone; it becomes one argument for each file\n"
      "1 error\n");
  EXPECT_EQ(
      complaints(
          "sluice = 1\n[stage.a]\ncommand = ['tool']\nenv = { X = '{inputs.x}' }\ninputs = { x = 'p.o' }\n" +
          producer),
      "/w/flow.toml:4:14: error: the input 'x' is a list: it can't stand here\n"
      "  env = { X = '{inputs.x}' }\n"
      "               ^~~~~~~~~~\n"
      "1 error\n");
}

TEST(Command, UnknownInputsAndOutputsAreSuggested) {
  Loading loading;
  loading.disk.put("/w/plot.py", "");
  EXPECT_EQ(complaints(loading,
                       "sluice = 1\n[stage.a]\ncommand = ['tool', '{inputs.scrpt}', "
                       "'{outputs.plot}']\ninputs = { script = 'file:plot.py' }\n"),
            "/w/flow.toml:3:21: error: there is no input 'scrpt' here\n"
            "  command = ['tool', '{inputs.scrpt}', '{outputs.plot}']\n"
            "                      ^~~~~~~~~~~~~~\n"
            "  did you mean 'script'?\n"
            "/w/flow.toml:3:39: error: there is no output 'plot' here\n"
            "  command = ['tool', '{inputs.scrpt}', '{outputs.plot}']\n"
            "                                        ^~~~~~~~~~~~~~\n"
            "2 errors\n");
}

TEST(Command, TheFirstWordNamesTheProgram) {
  EXPECT_EQ(line_of("sluice = 1\n[params]\nt = 'tool'\n[stage.a]\ncommand = ['{t}', 'x']\n"),
            "/usr/bin/tool x");
  EXPECT_EQ(complaints("sluice = 1\n[stage.a]\ncommand = ['{k}']\neach = { k = ['tool'] }\n"),
            "/w/flow.toml:3:13: error: the key 'k' can't be used here\n"
            "  command = ['{k}']\n"
            "              ^~~\n"
            "  settings are the same for all tasks of a stage; parameters can be used\n"
            "1 error\n");
  EXPECT_EQ(complaints("sluice = 1\n[stage.a]\ncommand = ['{inputs.x}']\n"),
            "/w/flow.toml:3:13: error: {inputs.x} can't be used here\n"
            "  command = ['{inputs.x}']\n"
            "              ^~~~~~~~~~\n"
            "1 error\n");
}

TEST(Env, IsSortedAndLaidOverTheTop) {
  EXPECT_EQ(line_of("sluice = 1\nenv = { B = 'top', C = '{n}' }\n[params]\nn = 3\n[stage.a]\ncommand = "
                    "['tool']\nenv = { Z = 0.5, B = 'own', A = true }\n"),
            "A=true B=own C=3 Z=0.5 /usr/bin/tool");
}

TEST(Env, MayDependOnKeysOutputsAndInputs) {
  Loading loading;
  loading.disk.put("/w/x", "");
  EXPECT_EQ(line_of(loading,
                    "sluice = 1\n[stage.a]\ncommand = ['tool']\neach = { k = ['u'] }\ninputs = { x = "
                    "'file:x' }\noutputs = { o = 'o' }\n"
                    "env = { K = '{k}', X = '{inputs.x}', O = 'at {outputs.o}' }\n",
                    "a[k=u]"),
            "K=u O=at >o X=</w/x> /usr/bin/tool");
}

TEST(Env, NamesAreChecked) {
  EXPECT_EQ(complaints("sluice = 1\nenv = { SLUICE_X = '1' }\n[stage.a]\ncommand = ['tool']\nenv = { 'A-B' = "
                       "'1', L = [1] }\n"),
            "/w/flow.toml:2:9: error: 'SLUICE_X' can't be an environment variable of a task\n"
            "  env = { SLUICE_X = '1' }\n"
            "          ^~~~~~~~\n"
            "  names beginning with SLUICE_ belong to Sluice\n"
            "/w/flow.toml:5:9: error: 'A-B' can't be an environment variable of a task\n"
            "  env = { 'A-B' = '1', L = [1] }\n"
            "          ^~~~~\n"
            "  a name: letters, digits and '_', a letter first, at most 64\n"
            "/w/flow.toml:5:26: error: a list can't stand here\n"
            "  env = { 'A-B' = '1', L = [1] }\n"
            "                           ^~~\n"
            "  write a text, a number, true or false\n"
            "3 errors\n");
}

}  // namespace
}  // namespace sluice::workflow

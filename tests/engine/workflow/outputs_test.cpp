// Outputs: every one in a place of its own, below the run folder.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/workflow/output_paths.h"
#include "tests/support/workflow/loading.h"

namespace sluice::workflow {
namespace {

std::string stage(const std::string& outputs, const std::string& more = "") {
  return "sluice = 1\n[stage.a]\ncommand = ['tool']\noutputs = " + outputs + "\n" + more;
}

TEST(OutputPath, ProblemsAreNamed) {
  EXPECT_EQ(output_path_problem("sim/qq/1.root"), "");
  EXPECT_EQ(output_path_problem("ünï/日本.root"), "");
  EXPECT_EQ(output_path_problem("a/.hidden"), "");
  EXPECT_EQ(output_path_problem(""), "is empty");
  EXPECT_EQ(output_path_problem("/etc/passwd"), "is absolute");
  EXPECT_EQ(output_path_problem("../up"), "holds '..'");
  EXPECT_EQ(output_path_problem("a/../../up"), "holds '..'");
  EXPECT_EQ(output_path_problem("./a"), "holds '.'");
  EXPECT_EQ(output_path_problem("a//b"), "holds an empty name ('//', or a '/' at an end)");
  EXPECT_EQ(output_path_problem("a/"), "holds an empty name ('//', or a '/' at an end)");
  EXPECT_EQ(output_path_problem(".sluice/x"), "lies in .sluice, which belongs to the engine");
  EXPECT_EQ(output_path_problem("a\nb"), "holds a control character");
  EXPECT_EQ(output_path_problem(std::string("a\0b", 3)), "holds a control character");
  EXPECT_EQ(output_path_problem("a\xff"), "is not UTF-8");
  EXPECT_EQ(output_path_problem(std::string(201, 'x')), "holds a name of more than 200 bytes");
  EXPECT_EQ(output_path_problem(std::string(3001, '/')), "is absolute");
  EXPECT_EQ(output_path_problem("a" + std::string(3001, '/')), "is longer than 3000 bytes");
}

using Clash = std::tuple<std::size_t, std::size_t, bool>;

std::vector<Clash> clashes(const std::vector<std::string>& paths) {
  std::vector<Clash> found;
  for (const PathClash& clash : find_clashes(paths))
    found.emplace_back(clash.outer, clash.inner, clash.nested);
  return found;
}

TEST(Clashes, EqualPathsAndPathsWithinOthers) {
  EXPECT_EQ(clashes({"a", "b", "a/x", "b2", "b/x/y", "a"}),
            (std::vector<Clash>{{0, 5, false}, {0, 2, true}, {1, 4, true}}));
  EXPECT_TRUE(clashes({"a/b", "a/c", "a/bc", "ab", "a-b/c"}).empty());
  EXPECT_TRUE(clashes({}).empty());
}

TEST(Clashes, AreAllFoundAmongManyPaths) {
  std::vector<std::string> paths;
  for (int i = 0; i < 20'000; ++i) paths.push_back("d" + std::to_string(i % 100) + "/f" + std::to_string(i));
  EXPECT_TRUE(clashes(paths).empty());
  paths.push_back("d7/f107/inside");
  paths.push_back("d8");
  const auto found = clashes(paths);
  EXPECT_EQ(std::count(found.begin(), found.end(), Clash{107, 20'000, true}), 1);
  EXPECT_EQ(std::count(found.begin(), found.end(), Clash{20'001, 8, true}), 1);
  EXPECT_EQ(found.size(), 201U);
}

TEST(Outputs, ArePathsForEachTask) {
  Loading loading;
  const auto graph = loading.load(
      stage("{ x = '{dir}/{s}/x', y = '{s}.y' }", "each = { s = ['u', 'v'] }\n[params]\ndir = 'out'\n"));
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  EXPECT_EQ(graph->output_path(0, 0), "out/u/x");
  EXPECT_EQ(graph->output_path(1, 0), "out/v/x");
  EXPECT_EQ(graph->output_path(1, 1), "v.y");
  EXPECT_EQ(graph->stages[0].outputs[1].name, "y");
  EXPECT_EQ(graph->stages[0].outputs[1].range, (SourceRange{0, 4, 32, 1}));
}

TEST(Outputs, APathThatLeavesTheRunFolderIsAnError) {
  EXPECT_EQ(complaints(stage("{ x = '../x' }")),
            "/w/flow.toml:4:17: error: the output path '../x' of a holds '..'\n"
            "  outputs = { x = '../x' }\n"
            "                  ^~~~~~\n"
            "  outputs lie below the run folder: \"sim/{sample}.root\"\n"
            "1 error\n");
}

TEST(Outputs, AForgottenKeyIsNamed) {
  EXPECT_EQ(
      complaints(stage("{ x = 'sim/{sample}.root' }", "each = { sample = ['u', 'v'], shard = '1..2' }\n")),
      "/w/flow.toml:4:17: error: 'sim/u.root' is an output of both a[sample=u,shard=1] and "
      "a[sample=u,shard=2]\n"
      "  outputs = { x = 'sim/{sample}.root' }\n"
      "                  ^~~~~~~~~~~~~~~~~~~\n"
      "  put {shard} into the path\n"
      "1 error\n");
}

TEST(Outputs, TwoStagesWithOnePathAreShownBoth) {
  EXPECT_EQ(
      complaints(stage("{ x = 'model' }", "[stage.b]\ncommand = ['tool']\noutputs = { y = 'model' }\n")),
      "/w/flow.toml:7:17: error: 'model' is an output of both a and b\n"
      "  outputs = { y = 'model' }\n"
      "                  ^~~~~~~\n"
      "/w/flow.toml:4:17: note: the other output is here\n"
      "  outputs = { x = 'model' }\n"
      "                  ^~~~~~~\n"
      "1 error\n");
}

TEST(Outputs, AClashIsToldTogetherWithWhateverElseIsWrong) {
  EXPECT_EQ(
      complaints(stage("{ x = 'model' }", "[stage.b]\ncommand = ['nothing']\noutputs = { y = 'model' }\n")),
      "/w/flow.toml:6:12: error: there is no program 'nothing'\n"
      "  command = ['nothing']\n"
      "             ^~~~~~~~~\n"
      "  looked in /bin and PATH; a path with a slash is relative to the workflow file\n"
      "/w/flow.toml:7:17: error: 'model' is an output of both a and b\n"
      "  outputs = { y = 'model' }\n"
      "                  ^~~~~~~\n"
      "/w/flow.toml:4:17: note: the other output is here\n"
      "  outputs = { x = 'model' }\n"
      "                  ^~~~~~~\n"
      "2 errors\n");
}

TEST(Outputs, WhatIsBrokenClashesWithNothing) {
  const std::string said = complaints(stage(
      "{ x = 'model' }", "[stage.b]\ncommand = ['tool']\neach = { k = 5.5 }\noutputs = { y = 'model' }\n"));
  EXPECT_EQ(said.find("is an output of both"), std::string::npos) << said;
  EXPECT_TRUE(said.ends_with("\n1 error\n")) << said;
}

TEST(Outputs, OneWithinAnotherIsAnError) {
  EXPECT_EQ(
      complaints(
          stage("{ x = 'model' }", "[stage.b]\ncommand = ['tool']\noutputs = { y = 'model/weights.h5' }\n")),
      "/w/flow.toml:7:17: error: the output 'model/weights.h5' of b lies inside 'model', an output of a\n"
      "  outputs = { y = 'model/weights.h5' }\n"
      "                  ^~~~~~~~~~~~~~~~~~\n"
      "/w/flow.toml:4:17: note: the other output is here\n"
      "  outputs = { x = 'model' }\n"
      "                  ^~~~~~~\n"
      "1 error\n");
}

TEST(Outputs, WrongFormsAreTold) {
  EXPECT_EQ(complaints(stage("{ x = 5 }")),
            "/w/flow.toml:4:17: error: 'x' has to be a text, not an integer\n"
            "  outputs = { x = 5 }\n"
            "                  ^\n"
            "  the path of the output, relative to the run folder\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("'x'")),
            "/w/flow.toml:4:11: error: 'outputs' has to be a table, not a text\n"
            "  outputs = 'x'\n"
            "            ^~~\n"
            "1 error\n");
  EXPECT_EQ(complaints(stage("{ 'x y' = 'z' }")),
            "/w/flow.toml:4:13: error: 'x y' can't be an output name\n"
            "  outputs = { 'x y' = 'z' }\n"
            "              ^~~~~\n"
            "  a name: letters, digits, '_' and '-', a letter first, at most 64\n"
            "1 error\n");
  Loading loading;
  loading.disk.put("/w/f.root", "");
  EXPECT_EQ(complaints(loading, stage("{ x = '{file.path}.out' }", "each = { file = 'files:*.root' }\n")),
            "/w/flow.toml:4:17: error: an output can't be written beside an input file\n"
            "  outputs = { x = '{file.path}.out' }\n"
            "                  ^~~~~~~~~~~~~~~~~\n"
            "  use the key without '.path'\n"
            "1 error\n");
}

}  // namespace
}  // namespace sluice::workflow

// Inputs: which artifacts a task receives, and what can't be connected.
#include <gtest/gtest.h>

#include "tests/support/workflow/loading.h"

namespace sluice::workflow {
namespace {

/// A producer and a consumer, each with its keys; the consumer's input is `in`.
struct Pair {
  std::string producer;
  std::string consumer;
  std::string extra = "";

  std::string text() const {
    return "sluice = 1\n[stage.p]\ncommand = ['tool']\n" + producer +
           "\n[stage.c]\ncommand = ['tool', '{inputs.in}']\n" + consumer + "\n" + extra;
  }
};

TaskGraph graph_of(const std::string& text) {
  Loading loading;
  auto graph = loading.load(text);
  EXPECT_TRUE(graph) << loading.diagnostics.render();
  return graph ? *std::move(graph) : TaskGraph();
}

TEST(Inputs, SharedKeysMustAgree) {
  const auto graph = graph_of(Pair{"each = { s = ['x', 'y'], i = '1..2' }\noutputs = { o = 'p/{s}/{i}' }",
                                   "each = 'p'\ninputs = { in = 'p.o' }"}
                                  .text());
  EXPECT_EQ(input_of(graph, "c[s=y,i=1]"), "p/y/1");
}

TEST(Inputs, SharedKeysAgreeWhateverTheirOrder) {
  const auto graph = graph_of(Pair{"each = { s = ['x', 'y'], i = '1..2' }\noutputs = { o = 'p/{s}/{i}' }",
                                   "each = { i = ['2', '1'], s = ['y', 'x'] }\ninputs = { in = 'p.o' }"}
                                  .text());
  EXPECT_EQ(input_of(graph, "c[i=2,s=x]"), "p/x/2");
}

TEST(Inputs, KeysOnlyTheProducerHasAreGathered) {
  const auto graph = graph_of(Pair{"each = { s = ['x', 'y'], i = '1..3' }\noutputs = { o = 'p/{s}/{i}' }",
                                   "each = { s = ['y', 'x'] }\ninputs = { in = 'p.o' }"}
                                  .text());
  EXPECT_EQ(input_of(graph, "c[s=y]"), "[p/y/1 p/y/2 p/y/3]");
  EXPECT_EQ(input_of(graph, "c[s=x]"), "[p/x/1 p/x/2 p/x/3]");
  EXPECT_EQ(command_line(graph, "c[s=x]"), "/usr/bin/tool <p/x/1,p/x/2,p/x/3>");
}

TEST(Inputs, AGatherOfOneIsStillAList) {
  const auto graph =
      graph_of(Pair{"each = { i = '7..7' }\noutputs = { o = 'p/{i}' }", "inputs = { in = 'p.o' }"}.text());
  EXPECT_EQ(input_of(graph, "c"), "[p/7]");
}

TEST(Inputs, KeysOnlyTheConsumerHasAreBroadcast) {
  const auto graph =
      graph_of(Pair{"outputs = { o = 'p' }", "each = { i = '1..3' }\ninputs = { in = 'p.o' }"}.text());
  EXPECT_EQ(input_of(graph, "c[i=1]"), "p");
  EXPECT_EQ(graph.inputs(1)[0], graph.inputs(3)[0]);
}

TEST(Inputs, GatherAndBroadcastTogether) {
  const auto graph = graph_of(Pair{"each = { s = ['x', 'y'], i = '1..2' }\noutputs = { o = 'p/{s}/{i}' }",
                                   "each = { s = ['x', 'y'], fold = '1..2' }\ninputs = { in = 'p.o' }"}
                                  .text());
  EXPECT_EQ(input_of(graph, "c[s=y,fold=2]"), "[p/y/1 p/y/2]");
  const auto first = graph.find_task("c[s=y,fold=1]");
  const auto second = graph.find_task("c[s=y,fold=2]");
  EXPECT_EQ(graph.inputs(*first)[0], graph.inputs(*second)[0]);
}

TEST(Inputs, AGatherReadByManyIsWrittenDownOnce) {
  const auto graph = graph_of(Pair{"each = { i = '1..100' }\noutputs = { o = 'p/{i}' }",
                                   "each = { j = '1..100' }\ninputs = { in = 'p.o' }"}
                                  .text());
  EXPECT_EQ(graph.groups.size(), 1U);
  EXPECT_EQ(graph.members.size(), 100U);
}

TEST(Inputs, WhatWhereLeftOutIsNotGathered) {
  const auto graph = graph_of(
      Pair{"each = { i = '1..4' }\nwhere = 'i != 2'\noutputs = { o = 'p/{i}' }", "inputs = { in = 'p.o' }"}
          .text());
  EXPECT_EQ(input_of(graph, "c"), "[p/1 p/3 p/4]");
}

TEST(Inputs, ManyKeysAreNarrowedOneAfterTheOther) {
  std::string each = "each = { ";
  std::string path = "p";
  for (char key = 'a'; key <= 'h'; ++key) {
    each += (key == 'a' ? "" : ", ") + std::string(1, key) + " = '1..3'";
    path += std::string("/{") + key + "}";
  }
  const std::string keys = each + " }\noutputs = { o = '" + path + "' }";
  const auto graph = graph_of(Pair{keys, "each = 'p'\ninputs = { in = 'p.o' }"}.text());
  EXPECT_EQ(input_of(graph, "c[a=3,b=1,c=2,d=3,e=1,f=2,g=3,h=1]"), "p/3/1/2/3/1/2/3/1");
  EXPECT_EQ(graph.task_count(), 2U * 6561U);
}

TEST(Inputs, ListsPutSourcesInARow) {
  Loading loading;
  loading.disk.put("/w/extra.txt", "");
  const auto graph =
      loading.load(Pair{"each = { i = '1..2' }\noutputs = { o = 'p/{i}', q = 'q/{i}' }",
                        "each = { i = '1..2' }\ninputs = { in = ['p.q', 'file:extra.txt', 'p.o'] }"}
                       .text());
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  EXPECT_EQ(input_of(*graph, "c[i=2]"), "[q/2 /w/extra.txt p/2]");
}

TEST(Inputs, AListOfOneIsAList) {
  const auto graph = graph_of(Pair{"outputs = { o = 'p' }", "inputs = { in = ['p.o'] }"}.text());
  EXPECT_EQ(input_of(graph, "c"), "[p]");
}

TEST(Inputs, FilesAreRelativeToTheWorkflow) {
  Loading loading;
  loading.disk.put("/w/studies/x.toml", "");
  loading.disk.put("/abs/y.toml", "");
  loading.disk.put("/v/z.toml", "");
  loading.disk.put("/w/folder/file", "");
  const auto graph = loading.load(
      "sluice = 1\n[stage.a]\ncommand = ['tool']\n"
      "inputs = { x = 'file:studies/x.toml', y = 'file:/abs/y.toml', z = 'file:../v/z.toml', f = "
      "'file:folder' }\n");
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  EXPECT_EQ(graph->files,
            (std::vector<std::string>{"/w/studies/x.toml", "/abs/y.toml", "/v/z.toml", "/w/folder"}));
}

TEST(Inputs, FilesMayDependOnKeysAndParameters) {
  Loading loading;
  loading.disk.put("/w/cards/qq.dat", "");
  loading.disk.put("/w/cards/tt.dat", "");
  const auto graph = loading.load(
      "sluice = 1\n[params]\ndir = 'cards'\n[stage.a]\ncommand = ['tool']\neach = { s = ['qq', 'tt'], i = "
      "'1..2' }\n"
      "inputs = { card = 'file:{dir}/{s}.dat' }\n");
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  EXPECT_EQ(input_of(*graph, "a[s=tt,i=2]"), "/w/cards/tt.dat");
  EXPECT_EQ(graph->files.size(), 2U);
  EXPECT_EQ(graph->groups.size(), 2U);
}

TEST(Inputs, AMissingFileIsSuggested) {
  Loading loading;
  loading.disk.put("/w/studies/clic-gnn.toml", "");
  EXPECT_EQ(
      complaints(loading,
                 "sluice = 1\n[stage.a]\ncommand = ['tool']\ninputs = { x = 'file:studies/clic-gn.toml' }\n"),
      "/w/flow.toml:4:16: error: there is no file /w/studies/clic-gn.toml\n"
      "  inputs = { x = 'file:studies/clic-gn.toml' }\n"
      "                 ^~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
      "  did you mean 'clic-gnn.toml'?\n"
      "1 error\n");
  EXPECT_EQ(complaints("sluice = 1\n[stage.a]\ncommand = ['tool']\ninputs = { x = 'file:nothing' }\n"),
            "/w/flow.toml:4:16: error: there is no file /w/nothing\n"
            "  inputs = { x = 'file:nothing' }\n"
            "                 ^~~~~~~~~~~~~~\n"
            "  'file:' is relative to the workflow file\n"
            "1 error\n");
}

TEST(Inputs, AStageOrOutputThatIsNotThereIsSuggested) {
  EXPECT_EQ(complaints(Pair{"outputs = { events = 'p' }", "inputs = { in = 'p.evnts' }"}.text()),
            "/w/flow.toml:7:20: error: stage 'p' has no output 'evnts'\n"
            "  inputs = { in = 'p.evnts' }\n"
            "                     ^~~~~\n"
            "  did you mean 'events'?\n"
            "1 error\n");
  EXPECT_EQ(complaints(Pair{"", "inputs = { in = 'p.events' }"}.text()),
            "/w/flow.toml:7:20: error: stage 'p' has no output 'events'\n"
            "  inputs = { in = 'p.events' }\n"
            "                     ^~~~~~\n"
            "  it declares no outputs\n"
            "1 error\n");
  EXPECT_EQ(complaints("sluice = 1\n[stage.simulate]\ncommand = ['tool']\noutputs = { e = 'e' "
                       "}\n[stage.c]\ncommand = ['tool']\ninputs = { in = 'simulte.e' }\n"),
            "/w/flow.toml:7:18: error: there is no stage 'simulte'\n"
            "  inputs = { in = 'simulte.e' }\n"
            "                   ^~~~~~~\n"
            "  did you mean 'simulate'?\n"
            "1 error\n");
}

TEST(Inputs, WrongFormsSayTheRightOne) {
  const auto check = [](const std::string& value, const std::string& message, const std::string& hint) {
    EXPECT_EQ(complaints("sluice = 1\n[stage.a]\ncommand = ['tool']\ninputs = { x = " + value + " }\n"),
              "/w/flow.toml:4:16: error: " + message + "\n  inputs = { x = " + value +
                  " }\n                 ^" + std::string(value.size() - 1, '~') + "\n  " + hint +
                  "\n1 error\n");
  };
  const std::string form = "write \"stage.output\" or \"file:path\"";
  check("'data/x.root'", "'data/x.root' names no output of a stage",
        "a file is written \"file:data/x.root\"");
  check("'simulate'", "'simulate' names no output of a stage", form);
  check("'a.b.c'", "'a.b.c' names no output of a stage", form);
  check("'{x}.y'", "'{x}.y' names no output of a stage", form);
  check("''", "'' names no output of a stage", form);
  check("7", "an input can't be an integer", form);
  check("'file:'", "no path stands after 'file:'", form);
}

TEST(Inputs, AnEmptyListIsAnError) {
  EXPECT_EQ(complaints("sluice = 1\n[stage.a]\ncommand = ['tool', '{inputs.x}']\ninputs = { x = [] }\n"),
            "/w/flow.toml:4:16: error: the input 'x' is an empty list\n"
            "  inputs = { x = [] }\n"
            "                 ^~\n"
            "1 error\n");
}

TEST(Inputs, ATaskThatWouldReceiveNothingIsAnError) {
  EXPECT_EQ(complaints(Pair{"each = { s = ['x', 'y'] }\noutputs = { o = 'p/{s}' }",
                            "each = { s = ['x', 'z', 'w'], i = '1..2' }\ninputs = { in = 'p.o' }"}
                           .text()),
            "/w/flow.toml:9:17: error: c[s=z,i=1] has nothing for its input 'in': p has no task with s=z"
            " (and 3 more tasks have nothing)\n"
            "  inputs = { in = 'p.o' }\n"
            "                  ^~~~~\n"
            "  keys of the same name must have the same values\n"
            "1 error\n");
  EXPECT_EQ(
      complaints(Pair{"each = { s = ['x', 'y'], i = '1..2' }\nwhere = \"s == 'x' or i == 1\"\noutputs = { o "
                      "= 'p/{s}/{i}' }",
                      "each = { s = ['x', 'y'], i = '1..2' }\ninputs = { in = 'p.o' }"}
                     .text()),
      "/w/flow.toml:10:17: error: c[s=y,i=2] has nothing for its input 'in': p has no task with s=y, i=2\n"
      "  inputs = { in = 'p.o' }\n"
      "                  ^~~~~\n"
      "  keys of the same name must have the same values\n"
      "1 error\n");
}

TEST(Inputs, StagesAreOrderedByTheFlowOfData) {
  const auto graph = graph_of(
      "sluice = 1\n[stage.last]\ncommand = ['tool']\ninputs = { x = 'middle.o' }\n"
      "[stage.free]\ncommand = ['tool']\n"
      "[stage.middle]\ncommand = ['tool']\ninputs = { x = 'first.o' }\noutputs = { o = 'm' }\n"
      "[stage.first]\ncommand = ['tool']\noutputs = { o = 'f' }\n");
  EXPECT_EQ(names_of(graph), (std::vector<std::string>{"free", "first", "middle", "last"}));
}

TEST(Inputs, ACircleIsShownAsItsPath) {
  EXPECT_EQ(
      complaints("sluice = 1\n[stage.a]\ncommand = ['tool']\ninputs = { x = 'b.y' }\noutputs = { x = 'a' }\n"
                 "[stage.b]\ncommand = ['tool']\ninputs = { x = 'a.x' }\noutputs = { y = 'b' }\n"),
      "/w/flow.toml:8:16: error: stages wait for each other in a circle: a.x -> b.y -> a\n"
      "  inputs = { x = 'a.x' }\n"
      "                 ^~~~~\n"
      "1 error\n");
  EXPECT_EQ(complaints(
                "sluice = 1\n[stage.a]\ncommand = ['tool']\ninputs = { x = 'a.x' }\noutputs = { x = 'a' }\n"),
            "/w/flow.toml:4:16: error: stages wait for each other in a circle: a.x -> a\n"
            "  inputs = { x = 'a.x' }\n"
            "                 ^~~~~\n"
            "1 error\n");
}

TEST(Inputs, ACircleBehindAChainIsShownWithoutTheChain) {
  EXPECT_EQ(complaints("sluice = 1\n[stage.end]\ncommand = ['tool']\ninputs = { x = 'a.o' }\n"
                       "[stage.a]\ncommand = ['tool']\ninputs = { x = 'c.o' }\noutputs = { o = 'a' }\n"
                       "[stage.b]\ncommand = ['tool']\ninputs = { x = 'a.o' }\noutputs = { o = 'b' }\n"
                       "[stage.c]\ncommand = ['tool']\ninputs = { x = 'b.o' }\noutputs = { o = 'c' }\n"),
            "/w/flow.toml:11:16: error: stages wait for each other in a circle: a.o -> b.o -> c.o -> a\n"
            "  inputs = { x = 'a.o' }\n"
            "                 ^~~~~\n"
            "1 error\n");
}

TEST(Inputs, AStageMayFollowOneThatReadsFromIt) {
  const auto graph = graph_of(
      "sluice = 1\n[stage.a]\ncommand = ['tool']\neach = 'b'\noutputs = { o = 'a/{i}' }\n"
      "[stage.b]\ncommand = ['tool']\neach = { i = '1..2' }\ninputs = { x = 'a.o' }\n");
  EXPECT_EQ(input_of(graph, "b[i=2]"), "a/2");
}

TEST(Inputs, AChainMayBeLong) {
  std::string text = "sluice = 1\n[stage.s0]\ncommand = ['tool']\noutputs = { o = 's0' }\n";
  for (int i = 1; i < 2000; ++i) {
    const std::string n = std::to_string(i);
    text += "[stage.s" + n + "]\ncommand = ['tool']\neach = 's" + std::to_string(i - 1) +
            "'\ninputs = { i = 's" + std::to_string(i - 1) + ".o' }\noutputs = { o = 's" + n + "' }\n";
  }
  EXPECT_EQ(graph_of(text).task_count(), 2000U);
}

}  // namespace
}  // namespace sluice::workflow

// Program stages: arguments, inputs and outputs, checked against what the program says about itself.
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

/// The complaint about line 4 of make(args), with `caret` under it.
void check(const std::string& args, const std::string& caret, const std::string& message,
           const std::string& hint = "") {
  const std::string line = "args = " + args;
  const std::size_t at = line.find(caret);
  EXPECT_EQ(complaints(make(args)), "/w/flow.toml:4:" + std::to_string(at + 1) + ": error: " + message +
                                        "\n  " + line + "\n  " + std::string(at, ' ') + "^" +
                                        std::string(caret.size() - 1, '~') + "\n" +
                                        (hint.empty() ? "" : "  " + hint + "\n") + "1 error\n");
}

TEST(Arguments, StandInTheOrderOfTheDescription) {
  const std::string expected =
      "/bin/sluice-make --output.events >e --events 5 --scale 2.5 --label x --fast true --mode gun";
  EXPECT_EQ(line_of(make("{ mode = 'gun', fast = true, label = 'x', scale = 2.5, events = 5 }")), expected);
  EXPECT_EQ(line_of(make("{ events = 5, scale = 2.5, label = 'x', fast = true, mode = 'gun' }")), expected);
}

TEST(Arguments, DefaultsAreNotPassed) {
  EXPECT_EQ(line_of(make("{}")), "/bin/sluice-make --output.events >e");
}

TEST(Arguments, HaveOneTextForOneValue) {
  EXPECT_EQ(line_of(make("{ events = 1e2, scale = 3 }")),
            "/bin/sluice-make --output.events >e --events 100 --scale 3");
  EXPECT_EQ(line_of(make("{ events = 100, scale = 3.0 }")),
            "/bin/sluice-make --output.events >e --events 100 --scale 3");
}

TEST(Arguments, QuantitiesKeepTheirUnits) {
  EXPECT_EQ(line_of(make("{ cache = '2 GB', limit = '1 h 30 min' }")),
            "/bin/sluice-make --output.events >e --cache 2 GB --limit 1 h 30 min");
}

TEST(Arguments, ListsBecomeSeveralWords) {
  EXPECT_EQ(line_of(make("{ layers = [64, 32] }")), "/bin/sluice-make --output.events >e --layers 64 32");
  EXPECT_EQ(line_of(make("{ layers = '{sizes}' }", "[params]\nsizes = [8, 9]\n")),
            "/bin/sluice-make --output.events >e --layers 8 9");
  EXPECT_EQ(line_of(make("{ layers = ['{size}', 1] }", "[params]\nsize = 8\n")),
            "/bin/sluice-make --output.events >e --layers 8 1");
  EXPECT_EQ(line_of(make("{ layers = [] }")), "/bin/sluice-make --output.events >e --layers");
}

TEST(Arguments, ExtendingOnesAreMarked) {
  EXPECT_EQ(line_of(make("{ epochs = 5 }")), "/bin/sluice-make --output.events >e ~--epochs ~5");
}

TEST(Arguments, AValueThatLooksLikeAFlagIsJoinedToItsFlag) {
  EXPECT_EQ(line_of(make("{ label = '--help' }")), "/bin/sluice-make --output.events >e --label=--help");
  EXPECT_EQ(line_of(make("{ label = '-x', events = 3 }")),
            "/bin/sluice-make --output.events >e --events 3 --label -x");
}

TEST(Arguments, KeepTheTypesOfParametersAndKeys) {
  const std::string text =
      "sluice = 1\n[params]\nn = 7\n[stage.a]\nprogram = 'sluice-make'\neach = { i = '1..2', s = ['u', 'v'] "
      "}\n"
      "args = { events = '{i}', scale = '{n}', label = 'run-{s}-{i}' }\noutputs = { events = '{s}{i}' }\n";
  EXPECT_EQ(line_of(text, "a[i=2,s=v]"),
            "/bin/sluice-make --output.events >v2 --events 2 --scale 7 --label run-v-2");
}

TEST(Arguments, UnknownOnesAreSuggested) {
  check("{ evnts = 5 }", "evnts", "'sluice-make' has no argument 'evnts'", "did you mean 'events'?");
  check("{ banana = 5 }", "banana", "'sluice-make' has no argument 'banana'",
        "sluice-make --help lists them");
}

TEST(Arguments, WrongTypesAreTold) {
  check("{ events = 'ten' }", "'ten'", "'events' has to be an integer, not a text: 'ten'");
  check("{ events = 1.5 }", "1.5", "'events' has to be an integer, not a number: 1.5");
  check("{ events = true }", "true", "'events' has to be an integer, not true or false: true");
  check("{ scale = 'x' }", "'x'", "'scale' has to be a number, not a text: 'x'");
  check("{ fast = 'true' }", "'true'", "'fast' has to be true or false, not a text: 'true'",
        "write true or false, without quotes");
  check("{ cache = 2 }", "2", "'cache' has to be an amount of memory, not an integer: 2",
        "write it with a unit, in quotes: \"2 GB\"");
  check("{ cache = '2' }", "'2'", "'cache': '2' has no unit", "write '2 GB' or '2 MB'");
  check("{ limit = 'soon' }", "'soon'", "'limit': 'soon' is not a duration",
        "write a number and a unit: \"90 min\", \"1 h 30 min\"");
  check("{ layers = 64 }", "64", "'layers' takes a list", "write it in [ ]");
  check("{ events = [1, 2] }", "[1, 2]", "'events' takes one value, not a list");
  check("{ layers = [1, 'x'] }", "'x'", "'layers' has to be an integer, not a text: 'x'");
  check("{ layers = [[1]] }", "[1]", "a list can't stand here", "write a text, a number, true or false");
  check("{ label = { a = 1 } }", "{ a = 1 }", "a table can't stand here",
        "write a text, a number, true or false");
  check("{ label = \"a\\u0000\" }", "\"a\\u0000\"", "an argument can't hold a NUL character");
}

TEST(Arguments, RangesAndChoicesAreChecked) {
  check("{ events = 0 }", "0", "'events' has to be from 1 to 1000, not 0");
  check("{ events = 1001 }", "1001", "'events' has to be from 1 to 1000, not 1001");
  check("{ scale = -0.5 }", "-0.5", "'scale' has to be at least 0 GeV, not -0.5");
  check("{ cache = '9 GB' }", "'9 GB'", "'cache' has to be at most 8 GB, not 9 GB");
  check("{ mode = 'pythai' }", "'pythai'", "'mode' can't be 'pythai'", "did you mean 'pythia'?");
  check("{ mode = 'other' }", "'other'", "'mode' can't be 'other'", "choices: gun, pythia");
}

/// A stage that fans out over one key, with an output for each value.
std::string make_each(const std::string& args, const std::string& key, const std::string& values) {
  return "sluice = 1\n[stage.a]\nprogram = 'sluice-make'\nargs = " + args + "\noutputs = { events = '{" +
         key + "}' }\neach = { " + key + " = " + values + " }\n";
}

TEST(Arguments, EveryValueOfAKeyIsChecked) {
  EXPECT_EQ(complaints(make_each("{ events = '{i}' }", "i", "'998..1002'")),
            "/w/flow.toml:4:19: error: 'events' has to be from 1 to 1000, not 1001\n"
            "  args = { events = '{i}' }\n"
            "                    ^~~~~\n"
            "  with i=1001\n"
            "1 error\n");
  EXPECT_EQ(complaints(make_each("{ mode = '{m}' }", "m", "['gun', 'gnu']")),
            "/w/flow.toml:4:17: error: 'mode' can't be 'gnu'\n"
            "  args = { mode = '{m}' }\n"
            "                  ^~~~~\n"
            "  with m=gnu; did you mean 'gun'?\n"
            "1 error\n");
  EXPECT_EQ(complaints(make_each("{ mode = 'g{m}' }", "m", "['un', 'nu']")),
            "/w/flow.toml:4:17: error: 'mode' can't be 'gnu'\n"
            "  args = { mode = 'g{m}' }\n"
            "                  ^~~~~~\n"
            "  did you mean 'gun'?\n"
            "1 error\n");
  EXPECT_EQ(complaints(make_each("{ events = '1{i}' }", "i", "'1..2'")),
            "/w/flow.toml:4:19: error: 'events' has to be an integer, not a text\n"
            "  args = { events = '1{i}' }\n"
            "                    ^~~~~~\n"
            "  a key that stands alone keeps its type\n"
            "1 error\n");
}

TEST(Arguments, ValuesThatWhereLeftOutAreNotChecked) {
  EXPECT_EQ(line_of("sluice = 1\n[stage.a]\nprogram = 'sluice-make'\nargs = { events = '{i}' }\noutputs = { "
                    "events = '{i}' }\n"
                    "each = { i = '998..1002' }\nwhere = 'i <= 1000'\n",
                    "a[i=1000]"),
            "/bin/sluice-make --output.events >1000 --events 1000");
}

TEST(Arguments, MissingOnesAreTold) {
  EXPECT_EQ(complaints("sluice = 1\n[stage.a]\nprogram = 'sluice-merge'\n"),
            "/w/flow.toml:3:11: error: 'sluice-merge' needs the input 'events'\n"
            "  program = 'sluice-merge'\n"
            "            ^~~~~~~~~~~~~~\n"
            "  event files\n"
            "/w/flow.toml:3:11: error: 'sluice-merge' needs the output 'dataset'\n"
            "  program = 'sluice-merge'\n"
            "            ^~~~~~~~~~~~~~\n"
            "  the data set\n"
            "/w/flow.toml:3:11: error: 'sluice-merge' needs the argument 'name'\n"
            "  program = 'sluice-merge'\n"
            "            ^~~~~~~~~~~~~~\n"
            "  of the data set\n"
            "3 errors\n");
}

TEST(Arguments, DataFilesArePassedByTheirPath) {
  Loading loading;
  loading.disk.put("/data/detectors/clic.toml", "");
  loading.disk.put("/w/my/det.toml", "");
  EXPECT_EQ(line_of(loading, make("{ detector = 'clic' }")),
            "/bin/sluice-make --output.events >e --detector @/data/detectors/clic.toml");
  EXPECT_EQ(line_of(loading, make("{ detector = 'my/det.toml' }")),
            "/bin/sluice-make --output.events >e --detector @/w/my/det.toml");
}

TEST(Arguments, DataFilesMayDependOnKeys) {
  Loading loading;
  loading.disk.put("/data/detectors/clic.toml", "");
  loading.disk.put("/data/detectors/fcc.toml", "");
  EXPECT_EQ(line_of(loading,
                    "sluice = 1\n[stage.a]\nprogram = 'sluice-make'\neach = { d = ['clic', 'fcc'] }\nargs = "
                    "{ detector = '{d}' }\n"
                    "outputs = { events = '{d}' }\n",
                    "a[d=fcc]"),
            "/bin/sluice-make --output.events >fcc --detector @/data/detectors/fcc.toml");
}

TEST(Arguments, AMissingDataFileIsSuggested) {
  Loading loading;
  loading.disk.put("/data/detectors/clic.toml", "");
  EXPECT_EQ(complaints(loading, make("{ detector = 'clik' }")),
            "/w/flow.toml:4:21: error: 'detector': there is no 'clik' in detectors\n"
            "  args = { detector = 'clik' }\n"
            "                      ^~~~~~\n"
            "  did you mean 'clic'?\n"
            "1 error\n");
}

TEST(Ports, ThatTheProgramDoesNotHaveAreSuggested) {
  EXPECT_EQ(complaints("sluice = 1\n[stage.a]\nprogram = 'sluice-make'\noutputs = { event = 'e' }\n"),
            "/w/flow.toml:4:1: error: 'sluice-make' needs the output 'events'\n"
            "  outputs = { event = 'e' }\n"
            "  ^~~~~~~\n"
            "/w/flow.toml:4:13: error: 'sluice-make' has no output 'event'\n"
            "  outputs = { event = 'e' }\n"
            "              ^~~~~\n"
            "  did you mean 'events'?\n"
            "2 errors\n");
  Loading loading;
  loading.disk.put("/w/x", "");
  EXPECT_EQ(complaints(loading, make("{}", "inputs = { x = 'file:x' }\n")),
            "/w/flow.toml:6:12: error: 'sluice-make' has no input 'x'\n"
            "  inputs = { x = 'file:x' }\n"
            "             ^\n"
            "  it has no inputs\n"
            "1 error\n");
}

TEST(Ports, OptionalOnesMayBeLeftOutOrGiven) {
  EXPECT_EQ(
      line_of("sluice = 1\n[stage.a]\nprogram = 'sluice-make'\noutputs = { log = 'l', events = 'e' }\n"),
      "/bin/sluice-make --output.events >e --output.log >l");
}

TEST(Ports, OneFileIsNotSeveral) {
  EXPECT_EQ(complaints("sluice = 1\n[stage.make]\nprogram = 'sluice-make'\neach = { s = ['x', 'y'], i = "
                       "'1..2' }\noutputs = { events = '{s}{i}' }\n"
                       "[stage.copy]\nprogram = 'sluice-copy'\ninputs = { from = 'make.events' }\noutputs = "
                       "{ to = 'c' }\n"),
            "/w/flow.toml:8:19: error: the input 'from' of 'sluice-copy' takes one file, not several\n"
            "  inputs = { from = 'make.events' }\n"
            "                    ^~~~~~~~~~~~~\n"
            "  make.events is gathered over s, i; with each = \"make\" each task takes one\n"
            "1 error\n");
}

TEST(Ports, AFileIsNoFolder) {
  EXPECT_EQ(complaints("sluice = 1\n[stage.make]\nprogram = 'sluice-make'\noutputs = { events = 'e' }\n"
                       "[stage.train]\nprogram = 'sluice-train'\ninputs = { dataset = 'make.events' "
                       "}\noutputs = { model = 'm' }\n"),
            "/w/flow.toml:7:22: error: 'sluice-train' takes a folder as 'dataset', make.events is a file\n"
            "  inputs = { dataset = 'make.events' }\n"
            "                       ^~~~~~~~~~~~~\n"
            "1 error\n");
}

}  // namespace
}  // namespace sluice::workflow

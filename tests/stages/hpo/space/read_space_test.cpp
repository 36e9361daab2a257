#include "read.h"

namespace sluice::hpo {
namespace {

TEST(ReadSpace, KnowsEveryKindOfParameter) {
  const Space space = good_space(R"([space]
lr      = { float = [1e-5, 1e-2], log = true }
dropout = { float = [0, 0.52], step = 0.05 }
layers  = { int = [1, 6] }
width   = { int = [16, 512], log = true }
loss    = { choice = ["focal", "bce"] }
bins    = { ordinal = [8, 16, 32] }
epochs  = 100
)");
  ASSERT_EQ(space.parameters.size(), 7U);
  EXPECT_TRUE(space.parameters[0].log);
  EXPECT_EQ(space.parameters[0].count(), 0U);
  EXPECT_EQ(space.parameters[1].count(), 11U);
  EXPECT_DOUBLE_EQ(space.parameters[1].high, 0.5);
  EXPECT_EQ(space.parameters[2].count(), 6U);
  EXPECT_EQ(space.parameters[3].step, 1);
  EXPECT_EQ(space.parameters[4].values[1], json::value("bce"));
  EXPECT_EQ(space.parameters[5].kind, Kind::ordinal);
  EXPECT_EQ(space.parameters[6].kind, Kind::constant);
  EXPECT_EQ(space.searched(), (std::vector<std::size_t>{0, 1, 2, 3, 4, 5}));
}

TEST(ReadSpace, ConditionsStandBeforeWhatTheyGovern) {
  const Space space = good_space(R"([space]
gamma = { float = [0.5, 5], when = { loss = "focal" } }
loss  = { choice = ["focal", "bce"] }
)");
  EXPECT_EQ(space.parameters[0].name, "loss");
  EXPECT_EQ(space.parameters[1].when[0].parameter, 0U);
}

TEST(ReadSpace, PointsAtAMistypedWord) {
  EXPECT_EQ(complaints("[space]\nlr = { flaot = [0, 1] }\n"),
            "study.toml:2:8: error: 'flaot' is nothing a parameter has\n"
            "  lr = { flaot = [0, 1] }\n"
            "         ^~~~~\n"
            "  did you mean 'float'?\n"
            "1 error\n");
}

TEST(ReadSpace, PointsAtAConditionOnNothing) {
  EXPECT_EQ(complaints("[space]\nloss = { choice = [\"focal\", \"bce\"] }\n"
                       "g = { float = [0, 1], when = { los = \"focal\" } }\n"
                       "h = { float = [0, 1], when = { loss = \"vocal\" } }\n"),
            "study.toml:3:32: error: the space has no parameter 'los'\n"
            "  g = { float = [0, 1], when = { los = \"focal\" } }\n"
            "                                 ^~~\n"
            "  did you mean 'loss'?\n"
            "study.toml:4:39: error: 'loss' is never \"vocal\"\n"
            "  h = { float = [0, 1], when = { loss = \"vocal\" } }\n"
            "                                        ^~~~~~~\n"
            "  did you mean 'focal'?\n"
            "2 errors\n");
}

struct Mistake {
  std::string line;
  std::string message;
};

class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreNamed) {
  const std::string said = complaints("[space]\nx = " + GetParam().line + "\n");
  EXPECT_NE(said.find("error: " + GetParam().message + "\n"), std::string::npos) << said;
}

INSTANTIATE_TEST_SUITE_P(
    ReadSpace, Mistakes,
    testing::Values(Mistake{"{ float = [0, 1], log = true }", "a logarithmic range begins above 0"},
                    Mistake{"{ float = [2, 1] }", "the range ends before it begins"},
                    Mistake{"{ float = [1] }", "a range is two numbers"},
                    Mistake{"{ int = [1, 2.5] }", "needs an integer, not a number"},
                    Mistake{"{ int = [1, 5], step = 0 }", "needs an integer above 0"},
                    Mistake{"{ float = [0, 1], step = 2 }", "the step is wider than the range"},
                    Mistake{"{ choice = [] }", "needs a list of values"},
                    Mistake{"{ choice = [1, 1] }", "is in the list twice"},
                    Mistake{"{ choice = [1, 2], log = true }", "'log' belongs to float and int"},
                    Mistake{"{ choice = [1], int = [1, 2] }", "'x' is both choice and int"},
                    Mistake{"{ log = true }", "'x' does not say what it may be"},
                    Mistake{"3", "every parameter has only one value: there is nothing to search"},
                    Mistake{"{ int = [1, 2], when = { x = 1 } }", "conditions go round in a circle"},
                    Mistake{"{ int = [1, 2], when = { x = [] } }", "an empty list never holds"},
                    Mistake{"{ int = [1, 2], when = { x = {} } }", "needs a 'min' or a 'max'"},
                    Mistake{"{ int = [1, 9], when = { x = { min = 3, max = 2 } } }",
                            "'min' is above 'max': this never holds"},
                    Mistake{"{ int = [1, 9], when = { x = { min = nan } } }", "needs a number"},
                    Mistake{"{ int = [1, 9007199254740994] }", "is too large for a range"},
                    Mistake{"{ float = [-1e308, 1e308] }", "is too large for a range"},
                    Mistake{"{ float = [0, 1], step = 1e-300 }", "the step is too fine for the range"}));

TEST(ReadSpace, SomethingMustBeLeftThatMayBeTried) {
  Diagnostics diagnostics;
  const auto root = parse_toml(
      diagnostics.add_source("study.toml", "[space]\nn = { int = [1, 2] }\n[[forbid]]\nn = [1, 2]\n"),
      diagnostics);
  read_space(root->find("space"), root->find("forbid"), diagnostics);
  EXPECT_EQ(diagnostics.render(),
            "study.toml:3:3: error: forbids every configuration\n"
            "  [[forbid]]\n"
            "    ^~~~~~\n"
            "1 error\n");
}

TEST(CheckSpace, AParameterTheProgramDoesNotKnowIsAnError) {
  const auto description = parse_json(
      R"({"name":"sluice-train","parameters":[{"name":"lr","type":"float","min":0},
          {"name":"layers","type":"int","min":1,"max":4},{"name":"loss","type":"choice","choices":["focal","bce"]}]})",
      "describe");
  Diagnostics diagnostics;
  const std::string text =
      "[space]\nlt = { float = [0, 1] }\nlayers = { int = [1, 6] }\nloss = { choice = [\"focal\", \"mse\"] "
      "}\n"
      "lr = { choice = [\"a\", \"b\"] }\n";
  const auto root = parse_toml(diagnostics.add_source("study.toml", text), diagnostics);
  const Space space = read_space(root->find("space"), nullptr, diagnostics);
  check_space(space, root->find("space")->value, description->as_object(), diagnostics);
  EXPECT_EQ(diagnostics.render(),
            "study.toml:2:1: error: sluice-train has no parameter 'lt'\n"
            "  lt = { float = [0, 1] }\n"
            "  ^~\n"
            "  did you mean 'lr'?\n"
            "study.toml:3:10: error: 'layers' can't be 6\n"
            "  layers = { int = [1, 6] }\n"
            "           ^~~~~~~~~~~~~~~~\n"
            "  sluice-train takes 1 to 4\n"
            "study.toml:4:8: error: 'loss' can't be mse\n"
            "  loss = { choice = [\"focal\", \"mse\"] }\n"
            "         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
            "  sluice-train takes one of focal, bce\n"
            "study.toml:5:6: error: 'lr' can't be a\n"
            "  lr = { choice = [\"a\", \"b\"] }\n"
            "       ^~~~~~~~~~~~~~~~~~~~~~~\n"
            "  sluice-train takes a value of type float\n"
            "4 errors\n");
}

}  // namespace
}  // namespace sluice::hpo

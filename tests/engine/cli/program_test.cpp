// What the program answers before any verb has work to do.
#include <gtest/gtest.h>

#include "engine/base/json.h"
#include "engine/base/result.h"
#include "engine/cli/help.h"
#include "engine/cli/verbs.h"
#include "tests/engine/cli/typing.h"

namespace sluice::cli {
namespace {

TEST(Program, WithoutAVerbListsThem) {
  const Answer answer = type({});
  EXPECT_EQ(answer.code, exit_done);
  for (const Verb& verb : verbs())
    EXPECT_NE(answer.out.find("\n  " + verb.name + " "), std::string::npos) << verb.name;
  EXPECT_EQ(answer.out, type({"--help"}).out);
  EXPECT_EQ(answer.out, type({"help"}).out);
}

TEST(Program, SaysWhichVerbWasProbablyMeant) {
  const Answer answer = type({"vresion"});
  EXPECT_EQ(answer.code, exit_usage);
  EXPECT_EQ(answer.out, "");
  EXPECT_EQ(answer.err, "sluice: there is no verb 'vresion'\n  did you mean 'version'?\n");
  EXPECT_EQ(type({"frobnicate"}).err,
            "sluice: there is no verb 'frobnicate'\n  `sluice help` lists the verbs\n");
  EXPECT_EQ(type({"help", "vresion"}).err, answer.err);
  EXPECT_EQ(type({"--json"}).err,
            "sluice: a verb comes before the option '--json'\n  `sluice help` lists the verbs\n");
}

TEST(Program, HelpOfAVerbIsTheSameHoweverAskedFor) {
  for (const Verb& verb : verbs()) {
    const Answer answer = type({verb.name, "--help"});
    EXPECT_EQ(answer.code, exit_done);
    EXPECT_EQ(answer.out.rfind("usage: sluice " + verb.name, 0), 0u);
    EXPECT_EQ(answer.out, type({"help", verb.name}).out);
    EXPECT_EQ(answer.out, type({verb.name, "--nonsense", "-h"}).out);
  }
}

TEST(Program, HelpShowsOptionsInColumns) {
  const Verb verb{.name = "logs",
                  .summary = "Show what a task printed",
                  .details = "While it runs, too.",
                  .operands = {{.name = "TASK", .names = Names::task, .required = true, .repeats = true}},
                  .options = {{.name = "follow", .letter = 'f', .value = "", .help = "go on until it ends"},
                              {.name = "set", .value = "A=B", .help = "give it", .repeats = true}},
                  .run = nullptr};
  EXPECT_EQ(help_text(verb),
            "usage: sluice logs TASK... [OPTIONS]\n"
            "\n"
            "Show what a task printed.\n"
            "While it runs, too.\n"
            "\n"
            "options:\n"
            "  -f, --follow   go on until it ends\n"
            "      --set A=B  give it (may be repeated)\n"
            "  -h, --help     this text\n");
}

TEST(Program, EveryVerbIsCompletelyDescribed) {
  for (const Verb& verb : verbs()) {
    EXPECT_FALSE(verb.summary.empty()) << verb.name;
    EXPECT_NE(verb.summary.back(), '.') << verb.name;
    EXPECT_NE(verb.run, nullptr) << verb.name;
    for (const Option& option : verb.options)
      EXPECT_FALSE(option.help.empty()) << verb.name << " --" << option.name;
  }
}

TEST(Program, VersionIsTheSameAsTextAndAsJson) {
  const Answer text = type({"version"});
  EXPECT_EQ(text.out, type({"--version"}).out);
  const auto value = parse_json(type({"version", "--json"}).out, "version");
  ASSERT_TRUE(value);
  const json::object& object = value->as_object();
  const std::string commit = *json_string(object, "commit");
  EXPECT_EQ(text.out,
            "sluice " + *json_string(object, "version") + (commit.empty() ? "" : " (" + commit + ")") + "\n");
}

}  // namespace
}  // namespace sluice::cli

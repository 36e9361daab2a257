// A plug-in knows nothing of TOML; its users are told all the same where in the file they were wrong.
#include "executors/external/settings.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "executors/external/schema.h"
#include "tests/executors/external/hand_played.h"

namespace sluice::executors::external {
namespace {

constexpr const char* schema = R"({"properties":{
  "queue":{"type":"string","enum":["short","long"],"default":"short"},
  "workers":{"type":"integer","minimum":1,"maximum":512,"description":"how many attempts run at once"},
  "share":{"type":"number","default":0.5},
  "verbose":{"type":"boolean"},
  "flags":{"type":"array","items":{"type":"string"},"default":[]},
  "patience":{"format":"duration","default":60},
  "scratch":{"format":"bytes"},
  "login":{"type":"object","properties":{"user":{"type":"string"}},"required":["user"]}},
  "required":["workers"]})";

using Keys = std::vector<std::pair<std::string, std::string>>;

/// A table with one key a line, as the workflow hands it over.
struct Table {
  Diagnostics diagnostics;
  std::vector<Setting> settings;
  SourceRange header;

  explicit Table(const Keys& lines) {
    std::string text = "[executor.farm]\n";
    for (const auto& [key, value] : lines) text += key + " = " + value + "\n";
    const std::uint32_t file = diagnostics.add_source("site.toml", text);
    header = {file, 1, 2, 13};
    std::uint32_t line = 1;
    for (const auto& [key, value] : lines)
      settings.push_back({key,
                          value,
                          {file, ++line, static_cast<std::uint32_t>(key.size()) + 4,
                           static_cast<std::uint32_t>(value.size())}});
  }
  std::string checked() {
    const auto object = parse_json(schema, "")->get_object();
    const auto values = check_settings(object, settings, "farm", header, diagnostics);
    return diagnostics.has_errors() ? diagnostics.render() : json::serialize(values);
  }
};

TEST(PluginSettings, AreTypedAndCompletedByTheSchema) {
  EXPECT_EQ(Table(Keys{{"workers", "8"},
                       {"patience", "1 h 30 min"},
                       {"scratch", "4 GB"},
                       {"flags", R"(["-q", "-v"])"},
                       {"verbose", "true"},
                       {"login.user", "ada"}})
                .checked(),
            R"({"workers":8,"patience":5.4E3,"scratch":4000000000,"flags":["-q","-v"],"verbose":true,)"
            R"("login":{"user":"ada"},"queue":"short","share":5E-1})");
}

TEST(PluginSettings, ATypoIsShownWhereItStands) {
  EXPECT_EQ(Table(Keys{{"wokers", "8"}, {"workers", "8"}, {"login.user", "ada"}}).checked(),
            "site.toml:2:10: error: the executor 'farm' has no setting 'wokers'\n"
            "  wokers = 8\n"
            "           ^\n"
            "  did you mean 'workers'?\n"
            "1 error\n");
}

TEST(PluginSettings, WrongValuesSayWhatIsExpected) {
  EXPECT_EQ(Table(Keys{{"workers", "0"}, {"queue", "medium"}, {"patience", "soon"}, {"login.user", "ada"}})
                .checked(),
            "site.toml:2:11: error: 'workers' is at least 1, not '0'\n"
            "  workers = 0\n"
            "            ^\n"
            "  how many attempts run at once\n"
            "site.toml:3:9: error: 'queue' can't be 'medium'\n"
            "  queue = medium\n"
            "          ^~~~~~\n"
            "  known: short, long\n"
            "site.toml:4:12: error: 'patience' is a time like \"90 s\", not 'soon'\n"
            "  patience = soon\n"
            "             ^~~~\n"
            "3 errors\n");
}

TEST(PluginSettings, WhatIsMissingIsAskedForAtTheTable) {
  EXPECT_EQ(Table(Keys{{"queue", "long"}, {"login.user", "ada"}}).checked(),
            "site.toml:1:2: error: the executor 'farm' needs the setting 'workers'\n"
            "  [executor.farm]\n"
            "   ^~~~~~~~~~~~~\n"
            "  how many attempts run at once\n"
            "1 error\n");
}

TEST(PluginSettings, ARefusalOfThePluginIsShownAtItsSetting) {
  Table table(Keys{{"workers", "8"}});
  ExternalConfig config;
  config.settings = table.settings;
  config.range = table.header;
  HandPlayed hand(config);
  hand.core.report_settings_to(&table.diagnostics);
  hand.core.started();
  hand.says(
      R"({"event":"hello","proto":1,"name":"hand","config":{"properties":{"workers":{"type":"integer"}}}})");
  hand.says(R"({"event":"refused","key":"workers","message":"this machine has only 4 cores"})");
  ASSERT_TRUE(hand.core.failure());
  EXPECT_EQ(to_string(*hand.core.failure()),
            "the settings of the executor 'hand' are wrong\n"
            "  site.toml:2:11: error: 'workers': this machine has only 4 cores\n"
            "  workers = 8\n"
            "            ^");
}

TEST(PluginSettings, APluginThatIsNotThereIsMissedAtTheTable) {
  Table table(Keys{{"queue", "short"}});
  ExternalConfig config;
  config.name = "farm";
  config.range = table.header;
  read_settings(table.settings, config, "/tmp", {"/nowhere", "", "/nowhere", "/nowhere"}, table.diagnostics);
  EXPECT_EQ(table.diagnostics.render(),
            "site.toml:1:2: error: there is no executor 'farm': it is not built in, and there is no program "
            "sluice-executor-farm\n"
            "  [executor.farm]\n"
            "   ^~~~~~~~~~~~~\n"
            "  put it beside the workflow file or into a folder of SLUICE_EXECUTOR_PATH or PATH, or name it: "
            "program = \"/path/of/it\"; "
            "`sluice executor list` shows what is there\n"
            "1 error\n");
}

TEST(PluginSettings, AProgramIsAPathBesideTheWorkflowOrAListWithArguments) {
  const tests::TemporaryFolder folder;
  RealDisk disk;
  ASSERT_TRUE(disk.write(folder / "mine", "#!/bin/sh\n", Sync::no));
  ASSERT_EQ(::chmod((folder / "mine").c_str(), 0755), 0);
  Table table(Keys{{"program", R"(["./mine", "--loud"])"}, {"queue", "short"}});
  const auto config = read_settings(table.settings, {}, folder.path(), {}, table.diagnostics);
  EXPECT_EQ(table.diagnostics.render(), "");
  ASSERT_EQ(config.command.size(), 2U);
  EXPECT_EQ(file_name(config.command[0]), "mine");
  EXPECT_EQ(config.command[1], "--loud");
  ASSERT_EQ(config.settings.size(), 1U) << "the engine's own keys are not the plug-in's";
}

}  // namespace
}  // namespace sluice::executors::external

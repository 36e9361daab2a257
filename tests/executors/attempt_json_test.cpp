#include "executors/attempt_json.h"

#include <gtest/gtest.h>

#include "executors/attempt_files.h"

namespace sluice::executors {
namespace {

AttemptSpec full_attempt() {
  AttemptSpec attempt;
  attempt.token = "r1/train[sample=a b,\"x\"]/1";
  attempt.group = "train";
  attempt.folder = "/run/.sluice/attempts/1";
  attempt.log = "/run/.sluice/logs/1.log";
  attempt.argv = {"python3", "-c", "print('é\\n')", ""};
  attempt.env = {{"A", "1"}, {"B", "two words"}};
  attempt.resources = {4, 8'000'000'000, 2, 2, 90.5};
  attempt.outputs = {{"model", "out/model"}};
  attempt.grace_s = 30;
  attempt.avoid_nodes = {"node3"};
  return attempt;
}

Result<AttemptSpec> there_and_back(const AttemptSpec& attempt) {
  const auto value = parse_own_json(json::serialize(to_json(attempt)), "x");
  return attempt_from_json(value->as_object(), "x");
}

TEST(AttemptJson, KeepsEverything) {
  const auto back = there_and_back(full_attempt());
  ASSERT_TRUE(back.ok()) << to_string(back.error());
  EXPECT_EQ(back->token, full_attempt().token);
  EXPECT_EQ(back->argv, full_attempt().argv);
  EXPECT_EQ(back->env, full_attempt().env);
  EXPECT_EQ(back->resources, full_attempt().resources);
  EXPECT_EQ(back->outputs[0].path, "out/model");
  EXPECT_EQ(back->avoid_nodes, full_attempt().avoid_nodes);
  EXPECT_EQ(json::serialize(to_json(*back)), json::serialize(to_json(full_attempt())));
}

TEST(AttemptJson, APathMayHoldAnyByte) {
  AttemptSpec attempt = full_attempt();
  attempt.folder = "/data/caf\xe9/run";  // Latin-1, as old disks have it
  const auto back = there_and_back(attempt);
  ASSERT_TRUE(back.ok()) << to_string(back.error());
  EXPECT_EQ(back->folder, attempt.folder);
}

TEST(AttemptJson, WhatMustBeThereIsNamed) {
  for (const char* member : {"token", "folder", "log", "argv"}) {
    auto object = to_json(full_attempt());
    object.erase(member);
    const auto attempt = attempt_from_json(object, "spec.json");
    ASSERT_FALSE(attempt.ok()) << member;
    EXPECT_EQ(to_string(attempt.error()), std::string("spec.json: an attempt without a usable '") + member +
                                              "'\n  see docs/run-folder-runner.md for the format");
  }
}

TEST(AttemptJson, WrongTypesAreRefused) {
  const auto with = [](std::string_view key, const json::value& value) {
    auto object = to_json(full_attempt());
    object[key] = value;
    return attempt_from_json(object, "x").ok();
  };
  EXPECT_TRUE(with("argv", json::array{"true"}));
  EXPECT_FALSE(with("argv", json::array{}));
  EXPECT_FALSE(with("argv", json::array{1}));
  EXPECT_FALSE(with("argv", "true"));
  EXPECT_FALSE(with("env", json::array{}));
  EXPECT_FALSE(with("env", json::object{{"A", 1}}));
  EXPECT_FALSE(with("outputs", json::array{json::object{{"name", "a"}}}));
  EXPECT_FALSE(with("avoid_nodes", json::array{2}));
}

TEST(AttemptFileJson, CarriesWhatTheNodeNeeds) {
  const auto back = decode_attempt_file(encode_attempt_file({full_attempt(), {"srun"}, {"SLURM_*"}}), "x");
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->launcher, (std::vector<std::string>{"srun"}));
  EXPECT_EQ(back->pass_env, (std::vector<std::string>{"SLURM_*"}));
  EXPECT_EQ(back->attempt.argv, full_attempt().argv);
}

template <typename Kind>
Kind event_back(const Event& event) {
  const auto value = parse_own_json(json::serialize(to_json(event)), "x");
  const auto back = event_from_json(value->as_object(), "x");
  EXPECT_TRUE(back.ok());
  return std::get<Kind>(*back);
}

TEST(EventJson, KeepsEverything) {
  EXPECT_EQ(event_back<Accepted>(Accepted{"t", "h"}).handle, "h");
  EXPECT_TRUE(event_back<Rejected>(Rejected{"t", true, "why"}).permanent);
  const auto state = event_back<StateChanged>(StateChanged{"t", AttemptState::suspended, "S", "r", "n", 3});
  EXPECT_EQ(state.state, AttemptState::suspended);
  EXPECT_EQ(state.native_state, "S");
  EXPECT_EQ(state.restart, 3);
  ExitRecord record;
  record.token = "t";
  record.exit_code = 3;
  const auto finished = event_back<Finished>(Finished{"t", record, Verdict::preempted, "n", "m"});
  EXPECT_EQ(finished.record->exit_code, 3);
  EXPECT_EQ(finished.verdict, Verdict::preempted);
  EXPECT_FALSE(
      event_back<Finished>(Finished{"t", std::nullopt, Verdict::unknown, "", ""}).record.has_value());
  EXPECT_EQ(event_back<Attached>(Attached{"t", Presence::ambiguous, ""}).presence, Presence::ambiguous);
  EXPECT_EQ(event_back<Log>(Log{LogLevel::error, "m"}).level, LogLevel::error);
  EXPECT_EQ(event_back<Unreachable>(Unreachable{"m"}).message, "m");
  event_back<Reachable>(Reachable{});
}

TEST(EventJson, AStateNobodyKnowsIsUnknownAndNeverAnEnd) {
  const auto event = event_from_json({{"event", "state"}, {"token", "t"}, {"state", "COMPLETING"}}, "x");
  ASSERT_TRUE(event.ok());
  EXPECT_EQ(std::get<StateChanged>(*event).state, AttemptState::unknown);
}

TEST(EventJson, AnEventNobodyKnowsIsNamed) {
  const auto event = event_from_json({{"event", "celebrated"}}, "line 3");
  ASSERT_FALSE(event.ok());
  EXPECT_EQ(to_string(event.error()),
            "line 3: no event is called 'celebrated'\n  was it written by a newer version?");
  EXPECT_FALSE(event_from_json({{"event", "finished"}}, "x").ok());
  EXPECT_FALSE(event_from_json({{"event", "finished"}, {"token", "t"}, {"verdict", "fine"}}, "x").ok());
}

}  // namespace
}  // namespace sluice::executors

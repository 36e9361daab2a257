// The rules of an external executor, with a plug-in that does what the test wants.
#include "executors/external/core.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "executors/runner/claim.h"
#include "tests/executors/external/hand_played.h"

namespace sluice::executors::external {
namespace {

using Lines = std::vector<std::string>;

std::string accepted(const std::string& token, const std::string& handle) {
  return R"({"event":"accepted","token":")" + token + R"(","handle":")" + handle + "\"}";
}
std::string about(const std::string& event, const std::string& token, const std::string& more = "") {
  return R"({"event":")" + event + R"(","token":")" + token + "\"" + more + "}";
}

TEST(ExternalCore, AnAttemptIsHandedOverAndItsRecordIsItsEnd) {
  HandPlayed hand;
  hand.arrives();
  const auto spec = hand.submits("a");
  EXPECT_EQ(hand.asked(), (Lines{"hello", "configure", "submit a"}));
  hand.says(accepted("a", "4711"));
  hand.says(about("state", "a", R"(,"state":"running","node":"w3")"));
  hand.leaves_record(spec, 3);
  hand.says(about("finished", "a", R"(,"verdict":"completed","exit_code":0)"));
  hand.pass(1);
  EXPECT_EQ(hand.told(), (Lines{"accepted a as 4711", "a running", "finished a exit 3"}))
      << "whatever the plug-in says of the end";
}

TEST(ExternalCore, APluginThatSaysCompletedWithoutARecordIsNotBelieved) {
  HandPlayed hand;
  hand.arrives();
  hand.submits("a");
  hand.says(accepted("a", "1"));
  hand.says(about("finished", "a", R"(,"verdict":"completed","record":{"token":"a","exit_code":0})"));
  hand.told();
  hand.pass(19);
  EXPECT_EQ(hand.told(), Lines{}) << "a network file system may be late";
  hand.pass(10);
  EXPECT_EQ(hand.told(), (Lines{"finished a completed"})) << "an opinion; exit 0 would be evidence";
}

TEST(ExternalCore, EventsOfOneAttemptMayComeInAnyOrderAndTwice) {
  HandPlayed hand;
  hand.arrives();
  const auto spec = hand.submits("a");
  hand.leaves_record(spec, 0);
  hand.says(about("finished", "a"));
  hand.says(accepted("a", "4711"));
  hand.says(about("state", "a", R"(,"state":"queued")"));
  hand.pass(1);
  hand.says(accepted("a", "4711"));
  hand.says(about("finished", "a"));
  hand.says(about("rejected", "a", R"(,"permanent":true,"message":"no")"));
  hand.pass(1);
  EXPECT_EQ(hand.told(), (Lines{"accepted a as 4711", "finished a exit 0"}));
}

TEST(ExternalCore, NonsenseIsToldOnceAndDoesNoHarm) {
  HandPlayed hand;
  hand.arrives();
  hand.submits("a");
  const std::string blame = "hand: the plug-in says what we don't understand: ";
  const std::string advice = " (ignored, and not told again; see executors/external/protocol.md)";
  for (int i = 0; i < 3; ++i) {
    hand.says("Welcome to the cluster!");
    hand.says(R"({"event":"dance"})");
    hand.says(about("finished", "stranger"));
    hand.says(about("state", "a", R"(,"state":"sleeping")"));
    hand.says("[1,2]");
    hand.says("");
  }
  EXPECT_EQ(hand.told(),
            (Lines{blame + "not a JSON object: Welcome to the cluster!" + advice,
                   blame + "no event is called 'dance'" + advice,
                   blame + "'finished' about an attempt that it was not given: stranger" + advice,
                   blame + "no state is called 'sleeping'" + advice, "a unknown"}));
  hand.says(accepted("a", "1"));
  EXPECT_EQ(hand.told(), (Lines{"accepted a as 1"}));
}

TEST(ExternalCore, ALineThatIsTooLongIsDroppedAndTheNextOneIsRead) {
  HandPlayed hand;
  hand.arrives();
  hand.submits("a");
  hand.says(R"({"event":"log","message":")" + std::string(longest_line, 'x') + "\"}");
  hand.says(accepted("a", "1"));
  const auto told = hand.told();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].substr(0, 111),
            "hand: the plug-in says what we don't understand: a line of more than 1.05 MB, which begins with "
            "{\"event\":\"log\",");
  EXPECT_EQ(told[1], "accepted a as 1");
}

TEST(ExternalCore, AQuestionNamesOnlyAHandleThatThePluginGave) {
  HandPlayed hand;
  hand.arrives(R"({"event":"ready","max_in_flight":1})");
  hand.submits("a");
  hand.submits("b");
  EXPECT_EQ(hand.told(), (Lines{"accepted b as b"})) << "by us: it waits until the plug-in takes more";
  hand.says(accepted("a", "1"));
  hand.says(about("finished", "a", R"(,"verdict":"never_started")"));
  hand.pass(1);
  hand.asked();
  hand.dies();
  hand.arrives(R"({"event":"ready","max_in_flight":1})");
  EXPECT_EQ(hand.asked(), (Lines{"hello", "configure", "attach b"}))
      << "not b=b: there is no job of that name";
  hand.says(about("attached", "b", R"(,"presence":"absent")"));
  EXPECT_EQ(hand.asked(), (Lines{"submit b"}));
}

TEST(ExternalCore, ACancellationThatShowsNoEffectIsSaidAgain) {
  HandPlayed hand;
  hand.arrives();
  const auto spec = hand.submits("a");
  hand.cancels("a", CancelMode::kill);
  EXPECT_EQ(hand.asked(), (Lines{"hello", "configure", "submit a"})) << "there is nothing to name yet";
  hand.says(accepted("a", "7"));
  EXPECT_EQ(hand.asked(), (Lines{"cancel(kill) a=7"}));
  hand.pass(4);
  EXPECT_EQ(hand.asked(), Lines{});
  hand.pass(2);
  EXPECT_EQ(hand.asked(), (Lines{"cancel(kill) a=7"}));
  hand.pass(11);
  EXPECT_EQ(hand.asked(), (Lines{"cancel(kill) a=7"}));
  hand.leaves_record(spec, 1);
  hand.says(about("finished", "a"));
  hand.pass(300);
  EXPECT_EQ(hand.asked(), Lines{});
}

TEST(ExternalCore, ADeadPluginIsReplacedAndAskedForWhatItHad) {
  HandPlayed hand;
  hand.arrives();
  hand.submits("held");
  hand.says(accepted("held", "1"));
  hand.submits("lost");
  hand.told();
  hand.asked();
  hand.core.muttered("Traceback: out of luck\n");
  hand.dies("exit code 1");
  EXPECT_EQ(
      hand.told(),
      (Lines{"hand: Traceback: out of luck",
             "hand: the plug-in has died (exit code 1); its last words: Traceback: out of luck; what it has "
             "started goes on, and it is started again"}));
  EXPECT_FALSE(hand.core.wants_start()) << "not in the same instant";
  hand.clock.pass(0.3);
  EXPECT_TRUE(hand.core.wants_start());
  hand.arrives();
  const auto asked = hand.asked();
  ASSERT_EQ(asked.size(), 3U);
  EXPECT_TRUE(asked[2] == "attach held=1 lost" || asked[2] == "attach lost held=1") << asked[2];
  hand.says(about("attached", "held", R"(,"presence":"present")"));
  hand.says(about("attached", "lost", R"(,"presence":"absent")"));
  EXPECT_EQ(hand.asked(), (Lines{"submit lost"}));
  hand.says(accepted("lost", "2"));
  EXPECT_EQ(hand.told(), (Lines{"hand: the plug-in is back", "accepted lost as 2"}));
}

TEST(ExternalCore, APluginThatDoesNotStayAliveIsUnreachableUntilOneDoes) {
  HandPlayed hand;
  hand.arrives();
  hand.dies();
  hand.told();
  hand.core.started();
  hand.core.muttered("no licence\n");
  hand.dies("exit code 2");
  EXPECT_EQ(hand.told(),
            (Lines{"hand: no licence",
                   "unreachable: the plug-in /opt/sluice-executor-hand does not stay alive (exit "
                   "code 2); its last words: no licence"}));
  for (int i = 0; i < 5; ++i) {
    hand.core.started();
    hand.dies("exit code 2");
  }
  EXPECT_EQ(hand.told(), Lines{}) << "once is enough";
  hand.arrives();
  EXPECT_EQ(hand.told(), (Lines{"hand: the plug-in is back", "reachable"}));
}

TEST(ExternalCore, AnAttemptThatThreePluginsDiedOfIsGivenUp) {
  HandPlayed hand;
  hand.arrives();
  hand.submits("poison");
  for (int life = 0; life < 3; ++life) {
    hand.dies();
    hand.arrives();
    hand.says(about("attached", "poison", R"(,"presence":"absent")"));
  }
  const auto told = hand.told();
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back(),
            "finished poison never_started: the plug-in has died 3 times while it was given this attempt");
}

TEST(ExternalCore, APluginThatEndsBeforeItIsReadySaysWhy) {
  HandPlayed hand;
  hand.core.started();
  hand.core.muttered("bsub: command not found\n");
  hand.dies("exit code 127");
  ASSERT_TRUE(hand.core.failure());
  EXPECT_EQ(to_string(*hand.core.failure()),
            "/opt/sluice-executor-hand: the plug-in ended before it was ready (exit code 127); its last "
            "words: bsub: "
            "command not found\n  start it by hand and type {\"do\":\"hello\",\"id\":1,\"proto\":[1]}");
}

TEST(ExternalCore, APluginThatSpeaksAnotherVersionIsNotUsed) {
  HandPlayed hand;
  hand.core.started();
  hand.says(R"({"event":"hello","proto":2,"name":"hand"})");
  EXPECT_TRUE(hand.core.wants_kill());
  ASSERT_TRUE(hand.core.failure());
  EXPECT_EQ(hand.core.failure()->what, "the plug-in speaks version 2 of the protocol, this Sluice version 1");
}

TEST(ExternalCore, ASilentPluginIsEnded) {
  HandPlayed hand;
  hand.arrives(R"({"event":"ready","silence_s":30})");
  hand.answers_pings = false;
  hand.pass(32);
  EXPECT_TRUE(hand.core.wants_kill());
  EXPECT_EQ(hand.told(), (Lines{"unreachable: the plug-in says nothing",
                                "hand: the plug-in has been silent for 31 s and is ended"}));
}

TEST(ExternalCore, WhatIsAbsentIsClaimedSoThatALateStartDoesNotRun) {
  HandPlayed hand;
  hand.arrives();
  const auto spec = hand.submits("a");
  hand.dies();
  hand.arrives();
  hand.attaches("a");
  hand.says(about("attached", "a", R"(,"presence":"absent")"));
  EXPECT_EQ(hand.told().back(), "attached a absent");
  const auto late = claim_attempt(spec.folder, "a", {"4711", 0});
  ASSERT_TRUE(late);
  EXPECT_FALSE(late->won);
}

TEST(ExternalCore, AnAttemptThatItHasStartedAlreadyIsNotRejected) {
  HandPlayed hand;
  hand.arrives();
  const auto spec = hand.submits("a");
  ASSERT_TRUE(claim_attempt(spec.folder, "a", {"1", 0}));
  hand.says(about("rejected", "a", R"(,"permanent":true,"message":"there is a job of that name")"));
  hand.leaves_record(spec, 0);
  hand.pass(10);
  EXPECT_EQ(hand.told().back(), "finished a exit 0");
}

}  // namespace
}  // namespace sluice::executors::external

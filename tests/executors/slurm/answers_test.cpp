#include "executors/slurm/answers.h"

#include <gtest/gtest.h>

#include "executors/slurm/names.h"
#include "executors/slurm/pace.h"
#include "executors/slurm/reasons.h"
#include "executors/slurm/refusals.h"
#include "executors/slurm/states.h"
#include "executors/slurm/words.h"

namespace sluice::executors::slurm {
namespace {

TEST(SlurmQueueRows, OursAreTakenAndOthersLeft) {
  const auto rows = parse_queue(
      "117|FAILED|0|1792|w1|NonZeroExitCode|train-sluice:0123456789abcdef|sluice:0123456789abcdef "
      "r1/train/1\n"
      "118_4|RUNNING|2|0|n[01-04]|None|mine|sluice:fedcba9876543210 r1/x[a|b]/1\n"
      "119|PENDING|0|0||Priority|sluice:00000000000000ff|(null)\n"
      "120|RUNNING|0|0|w2|None|somebody's job|(null)\n"
      "121_[5-9%2]|PENDING|0|0||JobArrayTaskLimit|x-sluice:0123456789abcdef|\n");
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].job, "117");
  EXPECT_EQ(rows[0].exit_code, "7");
  EXPECT_EQ(rows[0].batch, "0123456789abcdef");
  EXPECT_EQ(rows[1].restart, 2);
  EXPECT_EQ(rows[1].nodes, "n[01-04]");
  EXPECT_EQ(rows[1].comment, "sluice:fedcba9876543210 r1/x[a|b]/1");
  EXPECT_EQ(rows[2].batch, "00000000000000ff") << "a site that takes the comment for itself leaves the name";
  EXPECT_EQ(rows[2].nodes, "");
  EXPECT_EQ(rows[3].job, "121_[5-9%2]");
  EXPECT_EQ(array_index(rows[3].job), std::nullopt)
      << "a row that stands for several members is none of them";
}

TEST(SlurmQueueRows, ExitCodesOfOldAndNewVersions) {
  const auto code = [](const std::string& text) {
    return parse_queue("1|FAILED|0|" + text + "|w1|None|n|sluice:0123456789abcdef").at(0).exit_code;
  };
  EXPECT_EQ(code("0"), "");
  EXPECT_EQ(code("1792"), "7");
  EXPECT_EQ(code("15"), "signal 15");
  EXPECT_EQ(code("7:0"), "7");
  EXPECT_EQ(code("0:9"), "signal 9");
  EXPECT_EQ(code("?"), "");
}

TEST(SlurmQueueRows, RubbishIsSkipped) {
  EXPECT_TRUE(parse_queue("").empty());
  EXPECT_TRUE(parse_queue("* * * maintenance on | Monday | * * *\n\n|||||||\n1|2|3\n").empty());
  EXPECT_TRUE(parse_queue("5|RUNNING|0|0|w1|None|n|sluice:tooshort").empty());
}

TEST(SlurmJobId, InWhateverSbatchPrints) {
  EXPECT_EQ(parse_job_id("123\n"), "123");
  EXPECT_EQ(parse_job_id("123;cluster\n"), "123");
  EXPECT_EQ(parse_job_id("Welcome!\nYou have used 12 hours\n4711\n"), "4711");
  EXPECT_EQ(parse_job_id("Submitted batch job 99\n"), "99");
  EXPECT_EQ(parse_job_id("4711\nThank you, come again\n"), "4711");
  EXPECT_EQ(parse_job_id("no job\n"), std::nullopt);
  EXPECT_EQ(parse_job_id(""), std::nullopt);
}

TEST(SlurmAccounting, RowsOfJobsAndMembersNotOfSteps) {
  const auto rows = parse_accounting(
      "7|CANCELLED by 1000|0:15|w1\n7.batch|CANCELLED|0:15|w1\n8_3|TIMEOUT|0:0|None assigned\n");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].state, "CANCELLED by 1000");
  EXPECT_EQ(rows[0].exit_code, "signal 15");
  EXPECT_EQ(rows[1].job, "8_3");
  EXPECT_EQ(rows[1].nodes, "");
}

TEST(SlurmConfigText, WhatWeNeedToKnow) {
  const auto facts = parse_config(
      "Configuration data as of 2026-01-01T00:00:00\nMaxArraySize            = 5001\n"
      "MinJobAge               = 10 sec\nSLURM_VERSION           = 22.05.8\n");
  EXPECT_EQ(facts.max_array, 5001U);
  EXPECT_EQ(facts.min_job_age_s, 10);
  EXPECT_EQ(facts.version, "22.05.8");
  EXPECT_EQ(parse_config("rubbish").max_array, 1001U) << "Slurm's own default";
}

TEST(SlurmStates, LongShortAndDecoratedForms) {
  EXPECT_EQ(meaning_of_state("CANCELLED by 1000").verdict, Verdict::cancelled_by_user);
  EXPECT_EQ(meaning_of_state("COMPLETED+").verdict, Verdict::completed);
  EXPECT_EQ(meaning_of_state("NF").verdict, Verdict::node_failure);
  EXPECT_EQ(meaning_of_state("oom").verdict, Verdict::out_of_memory);
  EXPECT_EQ(meaning_of_state("S").state, AttemptState::suspended);
  EXPECT_EQ(meaning_of_state("CF").state, AttemptState::starting);
}

TEST(SlurmStates, EveryDocumentedOneIsKnown) {
  for (const char* state :
       {"BOOT_FAIL",     "CANCELLED",     "COMPLETED",     "CONFIGURING", "COMPLETING", "DEADLINE",
        "FAILED",        "NODE_FAIL",     "OUT_OF_MEMORY", "PENDING",     "PREEMPTED",  "RUNNING",
        "RESV_DEL_HOLD", "REQUEUE_FED",   "REQUEUE_HOLD",  "REQUEUED",    "RESIZING",   "REVOKED",
        "SIGNALING",     "SPECIAL_EXIT",  "STAGE_OUT",     "STOPPED",     "SUSPENDED",  "TIMEOUT",
        "LAUNCH_FAILED", "RECONFIG_FAIL", "POWER_UP_NODE"})
    EXPECT_TRUE(meaning_of_state(state).known) << state;
}

TEST(SlurmStates, AnUnknownOneIsARunningJob) {
  for (const char* state : {"", "UNKNOWN", "LEVITATING", "???", "(null)"}) {
    EXPECT_FALSE(meaning_of_state(state).known);
    EXPECT_TRUE(meaning_of_state(state).alive);
    EXPECT_EQ(meaning_of_state(state).state, AttemptState::running);
  }
}

TEST(SlurmReasons, InPlainWordsWithSlurmsOwn) {
  EXPECT_EQ(explain_reason("Priority", "7").words,
            "waits for its turn: other jobs have a higher priority (Priority)");
  EXPECT_EQ(explain_reason("JobHeldUser", "7").words, "held by you: scontrol release 7 (JobHeldUser)");
  EXPECT_TRUE(explain_reason("JobHeldAdmin", "7").stuck);
  EXPECT_TRUE(explain_reason("launch failed requeued held", "7").stuck);
  EXPECT_TRUE(explain_reason("(PartitionTimeLimit)", "7").stuck);
  EXPECT_TRUE(explain_reason("BadConstraints", "7").stuck);
  EXPECT_FALSE(explain_reason("QOSMaxJobsPerUserLimit", "7").stuck);
  EXPECT_EQ(explain_reason("QOSMaxWallDurationPerJobLimit", "7").words,
            "asks for more time than your QOS allows: lower 'time' or change 'qos' "
            "(QOSMaxWallDurationPerJobLimit)");
  EXPECT_EQ(explain_reason("ReqNodeNotAvail, UnavailableNodes:w[1-2]", "7").words,
            "the nodes it may use are down, drained or reserved (maintenance?) (ReqNodeNotAvail, "
            "UnavailableNodes:w[1-2])");
  EXPECT_EQ(explain_reason("SomethingNew", "7").words, "Slurm says: SomethingNew");
  EXPECT_EQ(explain_reason("None", "7").words, "");
}

TEST(SlurmRefusals, OnlyTheControllersOwnNoIsCertain) {
  const auto judge = [](const std::string& text) {
    return judge_submit_failure("sbatch: error: Batch job submission failed: " + text + "\n", 1).refusal;
  };
  EXPECT_EQ(judge("Socket timed out on send/recv operation"), Refusal::doubtful);
  EXPECT_EQ(judge("Unable to contact slurm controller (connect failure)"), Refusal::doubtful);
  EXPECT_EQ(judge("Zero Bytes were transmitted or received"), Refusal::doubtful);
  EXPECT_EQ(judge("something that nobody has seen before"), Refusal::doubtful);
  EXPECT_EQ(judge("Invalid partition name specified"), Refusal::never);
  EXPECT_EQ(judge("Requested node configuration is not available"), Refusal::never);
  EXPECT_EQ(judge("Invalid job array specification"), Refusal::too_large);
  EXPECT_EQ(judge("Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)"),
            Refusal::not_now);
  EXPECT_EQ(judge("Required partition not available (inactive or drain)"), Refusal::closed);
  EXPECT_EQ(judge_submit_failure(
                "sbatch: unrecognized option '--foo'\nTry \"sbatch --help\" for more information\n", 255)
                .message,
            "unrecognized option '--foo'");
  EXPECT_EQ(judge_submit_failure("", 9).message, "sbatch ended with exit code 9");
}

TEST(SlurmNames, TheSameTokensGiveTheSameIdAndItIsFoundAgain) {
  const std::vector<Token> tokens = {"r1/train[lr=0.1,x='é|]/1", "r1/b/1"};
  const std::string id = batch_id(tokens);
  EXPECT_EQ(id, batch_id(tokens));
  EXPECT_NE(id, batch_id(std::vector<Token>{tokens[1], tokens[0]}));
  EXPECT_EQ(find_batch_id(job_name(id, "train")), id);
  EXPECT_EQ(find_batch_id(job_comment(id, tokens)), id);
  EXPECT_EQ(job_comment("0123456789abcdef", tokens),
            "sluice:0123456789abcdef r1/train[lr=0.1,x=____]/1 and 1 more");
  EXPECT_EQ(find_batch_id("sluice:short sluice:0123456789abcdef"), "0123456789abcdef");
  EXPECT_EQ(find_batch_id("sluice"), "");
}

TEST(SlurmPace, FollowsTheQuietAndBacksOffFromFailures) {
  Pace pace(2, 60, 7);
  pace.changed(0);
  pace.answered(to_ns(10));
  EXPECT_EQ(pace.next_ns(to_ns(10)), to_ns(12));
  pace.answered(to_ns(100));
  EXPECT_EQ(pace.next_ns(to_ns(100)), to_ns(110));
  pace.answered(to_ns(10000));
  EXPECT_EQ(pace.next_ns(to_ns(10000)), to_ns(10060));
  double longest_s = 0;
  for (int i = 0; i < 12; ++i) {
    pace.failed(to_ns(10000));
    longest_s = static_cast<double>(pace.next_ns(0) - to_ns(10000)) * 1e-9;
  }
  EXPECT_GE(longest_s, 225);
  EXPECT_LE(longest_s, 375);
  pace.answered(to_ns(20000));
  EXPECT_EQ(pace.failures(), 0);
}

TEST(SlurmWords, QuotedForBash) {
  EXPECT_EQ(quoted("plain/word-1.sh"), "plain/word-1.sh");
  EXPECT_EQ(quoted("two words"), "'two words'");
  EXPECT_EQ(quoted("it's $HOME `x`"), "'it'\\''s $HOME `x`'");
  EXPECT_EQ(quoted(""), "''");
}

}  // namespace
}  // namespace sluice::executors::slurm

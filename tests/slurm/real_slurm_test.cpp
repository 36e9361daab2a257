// What the fake cluster can't prove: that Slurm itself behaves as we think.
#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "tests/slurm/real_cluster.h"

namespace sluice::tests {
namespace {

using namespace executors;  // NOLINT

constexpr const char* sleeper = "echo begun > begun; sleep 1000";
constexpr const char* saver =
    "trap 'echo saved > state; exit 75' TERM USR2; echo begun >> begun; while :; do sleep 0.1; done";

class RealConformance : public RealCluster, public testing::WithParamInterface<std::string> {};

TEST_P(RealConformance, IsMet) {
  const auto outcome = conformance::run_check(subject(), GetParam());
  for (const auto& complaint : outcome.complaints) ADD_FAILURE() << outcome.demand << ": " << complaint;
}

INSTANTIATE_TEST_SUITE_P(AllChecks, RealConformance, testing::ValuesIn(conformance::check_names()),
                         [](const auto& check) { return check.param; });

class RealSlurm : public RealCluster {};

std::vector<Token> tokens_of(const std::vector<AttemptSpec>& attempts) {
  std::vector<Token> tokens;
  for (const auto& attempt : attempts) tokens.push_back(attempt.token);
  return tokens;
}

TEST_F(RealSlurm, AnArrayEndsMemberByMember) {
  auto session = driver();
  std::vector<AttemptSpec> attempts;
  for (int i = 0; i < 60; ++i) {
    attempts.push_back(
        script("member", "echo " + std::to_string(i) + " > out; exit " + std::to_string(i % 3)));
    attempts.back().group = "members";
  }
  session->submit(attempts);
  ASSERT_TRUE(session->wait_finished(attempts)) << complaints();
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    EXPECT_EQ(conformance::read_file(attempts[i].folder + "/out"), std::to_string(i) + "\n");
    ASSERT_NE(session->record(attempts[i].token), nullptr);
    EXPECT_EQ(session->record(attempts[i].token)->exit_code, static_cast<int>(i % 3));
    EXPECT_EQ(session->record(attempts[i].token)->job, job_of(*session, attempts[i]));
  }
}

TEST_F(RealSlurm, ARequeuedJobGoesOnAndItsLastStartDecides) {
  config.requeue = true;
  auto session = driver();
  const auto attempt =
      script("requeued",
             "echo begun >> begun; test $(wc -l < begun) = 2 && exit 4; trap 'exit 75' TERM; "
             "while :; do sleep 0.1; done");
  session->submit({attempt});
  ASSERT_TRUE(wait_running(*session, attempt));
  slurm({"scontrol", "requeue", job_of(*session, attempt)});
  ASSERT_TRUE(session->wait_finished({attempt})) << complaints();
  ASSERT_NE(session->record(attempt.token), nullptr);
  EXPECT_EQ(session->record(attempt.token)->exit_code, 4);
  EXPECT_EQ(session->record(attempt.token)->restart, 1);
  EXPECT_EQ(session->count_finished(attempt.token), 1U);
}

TEST_F(RealSlurm, ANodeThatGoesDownIsAFailureOfTheNode) {
  auto session = driver();
  const auto attempt = script("node", sleeper);
  session->submit({attempt});
  ASSERT_TRUE(session->wait("its node is known", [&] {
    const auto* state = session->last<StateChanged>(attempt.token);
    return state != nullptr && !state->node.empty();
  }));
  const std::string node = session->last<StateChanged>(attempt.token)->node;
  slurm({"scontrol", "update", "nodename=" + node, "state=down", "reason=test"});
  ASSERT_TRUE(session->wait_finished({attempt})) << complaints();
  EXPECT_EQ(session->finished(attempt.token)->verdict, Verdict::node_failure);
  EXPECT_EQ(session->finished(attempt.token)->node, node);
  // The retry goes elsewhere.
  auto again = script("again", "echo $SLURMD_NODENAME");
  again.avoid_nodes = {node};
  repair();
  session->submit({again});
  ASSERT_TRUE(session->wait_finished({again})) << complaints();
  EXPECT_NE(session->finished(again.token)->node, node);
}

TEST_F(RealSlurm, APreemptedAttemptSavesItsWorkAndSaysSo) {
  auto session = driver();
  auto attempt = script("preempted", saver);
  attempt.resources.cpus = 4;
  session->submit({attempt});
  ASSERT_TRUE(wait_running(*session, attempt));
  slurm({"sbatch", "--partition=urgent", "--nodes=4", "--ntasks-per-node=4", "--output=/dev/null",
         "--wrap=sleep 2"});
  ASSERT_TRUE(session->wait_finished({attempt})) << complaints();
  EXPECT_EQ(session->finished(attempt.token)->verdict, Verdict::preempted);
  ASSERT_NE(session->record(attempt.token), nullptr);
  EXPECT_EQ(session->record(attempt.token)->exit_code, 75);
  EXPECT_EQ(session->record(attempt.token)->cause, Cause::preempted);
  EXPECT_EQ(conformance::read_file(attempt.folder + "/state"), "saved\n");
}

TEST_F(RealSlurm, WhereSlurmRequeuesAPreemptedJobTheAttemptSurvivesIt) {
  config.requeue = true;
  auto session = driver();
  auto attempt = script("preempted", "echo begun >> begun; test $(wc -l < begun) = 2 && exit 0; sleep 1000");
  attempt.resources.cpus = 4;
  session->submit({attempt});
  ASSERT_TRUE(wait_running(*session, attempt));
  slurm({"sbatch", "--partition=urgent", "--nodes=4", "--ntasks-per-node=4", "--output=/dev/null",
         "--wrap=sleep 1"});
  ASSERT_TRUE(session->wait_finished({attempt})) << complaints();
  ASSERT_NE(session->record(attempt.token), nullptr) << session->finished(attempt.token)->message;
  EXPECT_EQ(session->record(attempt.token)->exit_code, 0);
  EXPECT_EQ(session->record(attempt.token)->restart, 1);
}

TEST_F(RealSlurm, AScancelByAPersonIsSeenAsThat) {
  auto session = driver();
  const auto attempt = script("scancelled", sleeper);
  session->submit({attempt});
  ASSERT_TRUE(wait_running(*session, attempt));
  slurm({"scancel", job_of(*session, attempt)});
  ASSERT_TRUE(session->wait_finished({attempt})) << complaints();
  EXPECT_EQ(session->finished(attempt.token)->verdict, Verdict::cancelled_by_user);
  EXPECT_EQ(session->record(attempt.token), nullptr);
}

TEST_F(RealSlurm, AHeldJobSaysWhoHasToDoWhat) {
  config.extra = {"--hold"};
  auto session = driver();
  const auto attempt = script("held", "true");
  session->submit({attempt});
  ASSERT_TRUE(session->wait("its reason is known", [&] {
    const auto* state = session->last<StateChanged>(attempt.token);
    return state != nullptr && !state->reason.empty();
  }));
  EXPECT_EQ(session->last<StateChanged>(attempt.token)->reason,
            "held by you: scontrol release " + job_of(*session, attempt) + " (JobHeldUser)");
  slurm({"scontrol", "release", job_of(*session, attempt)});
  ASSERT_TRUE(session->wait_finished({attempt})) << complaints();
  EXPECT_EQ(session->record(attempt.token)->exit_code, 0);
}

TEST_F(RealSlurm, WhatCanNeverRunIsRejectedWithAHint) {
  config.constraint = "nosuchfeature";
  auto session = driver();
  const auto attempt = script("rejected", "true");
  session->submit({attempt});
  ASSERT_TRUE(
      session->wait("it is rejected", [&] { return session->last<Rejected>(attempt.token) != nullptr; }));
  EXPECT_TRUE(session->last<Rejected>(attempt.token)->permanent);
  EXPECT_EQ(session->last<Rejected>(attempt.token)->message,
            "sbatch: Invalid feature specification\n  correct 'constraint' in [executor.slurm]; `sinfo -o "
            "'%P %f'` lists "
            "the features");
}

TEST_F(RealSlurm, RanksRunUnderMpirunAndGpusAreAskedFor) {
  auto session = driver();
  auto ranks = script("ranks", "echo rank");
  ranks.resources.ranks = 3;
  ranks.resources.cpus = 3;
  auto gpu = script("gpu", "true");
  gpu.resources.gpus = 2;
  session->submit({ranks, gpu});
  ASSERT_TRUE(session->wait_finished({ranks, gpu})) << complaints();
  ASSERT_NE(session->record(ranks.token), nullptr);
  EXPECT_EQ(conformance::read_file(ranks.log), "rank\nrank\nrank\n");
  EXPECT_EQ(session->record(gpu.token)->exit_code, 0);
}

TEST_F(RealSlurm, AControllerThatHangsDuringASubmissionLosesAndDoublesNothing) {
  config.command_timeout_s = 2;
  auto session = driver();
  std::vector<AttemptSpec> attempts;
  for (int i = 0; i < 12; ++i) {
    attempts.push_back(script("hang", "echo ran >> ran"));
    if (i < 10) attempts.back().group = "array";
  }
  const auto warm_up = script("first", "true");
  session->submit({warm_up});
  ASSERT_TRUE(session->wait_finished({warm_up}));
  ::kill(controller(), SIGSTOP);
  session->submit(attempts);
  const bool told = session->wait("people are told", [&] {
    for (const auto& event : session->events())
      if (std::holds_alternative<Unreachable>(event)) return true;
    return false;
  });
  ::kill(controller(), SIGCONT);
  ASSERT_TRUE(told);
  ASSERT_TRUE(session->wait_finished(attempts)) << complaints();
  for (const auto& attempt : attempts) EXPECT_EQ(conformance::lines_in(attempt.folder + "/ran"), 1U);
  EXPECT_TRUE(std::holds_alternative<Reachable>(
      *std::find_if(session->events().begin(), session->events().end(),
                    [](const auto& event) { return std::holds_alternative<Reachable>(event); })));
}

TEST_F(RealSlurm, AControllerThatIsKilledTakesNoJobWithIt) {
  auto session = driver();
  const auto attempt =
      script("survivor", "echo begun >> begun; while ! test -e go; do sleep 0.1; done; exit 5");
  session->submit({attempt});
  ASSERT_TRUE(wait_running(*session, attempt));
  ASSERT_TRUE(session->wait("it is seen running", [&] {
    const auto* state = session->last<StateChanged>(attempt.token);
    return state != nullptr && state->state == AttemptState::running;
  }));
  // Once the controller has written down that it runs.
  const std::int64_t begun_ns = RealDisk().stat(attempt.folder + "/begun")->mtime_ns;
  for (int i = 0; i < 30 && state_saved_ns() <= begun_ns; ++i) session->idle(0.2);
  ::kill(controller(), SIGKILL);
  session->idle(2);
  EXPECT_EQ(session->finished(attempt.token), nullptr);
  repair();
  ASSERT_TRUE(RealDisk().write(attempt.folder + "/go", "", Sync::no));
  ASSERT_TRUE(session->wait_finished({attempt})) << complaints();
  ASSERT_NE(session->record(attempt.token), nullptr);
  EXPECT_EQ(session->record(attempt.token)->exit_code, 5);
  EXPECT_EQ(conformance::lines_in(attempt.folder + "/begun"), 1U);
}

TEST_F(RealSlurm, WhatEndedAndWasForgottenWhileTheDriverWasAwayIsFoundByItsRecord) {
  const auto attempt = script("forgotten", "echo begun > begun; exit 6");
  {
    auto session = driver();
    session->submit({attempt});
    ASSERT_TRUE(wait_running(*session, attempt));
    session->crash();
  }
  for (int i = 0; i < 60 && !slurm({"squeue", "--noheader", "--states=all", "--format=%i"}).empty(); ++i)
    ::sleep(1);
  auto next = driver();
  next->attach({attempt.token});
  ASSERT_TRUE(next->wait_finished({attempt})) << complaints();
  ASSERT_NE(next->record(attempt.token), nullptr);
  EXPECT_EQ(next->record(attempt.token)->exit_code, 6);
}

TEST_F(RealSlurm, TheWarningBeforeTheTimeLimitReachesTheProgramWhichSavesItsWork) {
  auto session = driver();
  auto attempt = script(
      "warned", "trap 'echo saved > state; exit 75' USR2; echo begun > begun; while :; do sleep 0.1; done");
  attempt.resources.time_s = 4 * 60;
  session->submit({attempt});
  ASSERT_TRUE(wait_running(*session, attempt));
  // Now the limit is as near as the warning is early. (Slurm looks at limits every thirty seconds.)
  slurm({"scontrol", "update", "jobid=" + job_of(*session, attempt), "timelimit=1"});
  ASSERT_TRUE(session->wait_finished({attempt})) << complaints();
  ASSERT_NE(session->record(attempt.token), nullptr);
  EXPECT_EQ(session->record(attempt.token)->exit_code, 75);
  EXPECT_EQ(conformance::read_file(attempt.folder + "/state"), "saved\n");
}

/// Each driver finds what those before it left, submits more, and dies at another instant: with submissions
/// in the air, with jobs queued, running and ending.
TEST_F(RealSlurm, DriversThatDieAtTwelveInstantsLoseNothingAndRunNothingTwice) {
  std::vector<AttemptSpec> attempts;
  for (const int instant_ms : {0, 2, 5, 10, 15, 25, 50, 100, 250, 600, 1200, 2500}) {
    std::vector<AttemptSpec> more;
    for (int i = 0; i < 12; ++i) {
      more.push_back(script("dies", "echo ran >> ran; sleep 0." + std::to_string(i)));
      if (i < 10) more.back().group = "array";
    }
    auto session = driver();
    session->attach(tokens_of(attempts));
    session->submit(more);
    session->idle(instant_ms / 1000.0);
    session->crash();
    attempts.insert(attempts.end(), more.begin(), more.end());
  }
  auto last = driver();
  last->attach(tokens_of(attempts));
  ASSERT_TRUE(last->wait("attach is answered", [&] {
    return std::all_of(attempts.begin(), attempts.end(), [&](const auto& attempt) {
      const auto* answer = last->last<Attached>(attempt.token);
      return answer != nullptr && answer->presence != Presence::ambiguous;
    });
  })) << complaints();
  std::vector<AttemptSpec> again;
  for (const auto& attempt : attempts)
    if (last->last<Attached>(attempt.token)->presence == Presence::absent) again.push_back(attempt);
  last->submit(again);
  ASSERT_TRUE(last->wait_finished(attempts)) << complaints();
  for (const auto& attempt : attempts) {
    EXPECT_EQ(conformance::lines_in(attempt.folder + "/ran"), 1U) << attempt.token;
    ASSERT_NE(last->record(attempt.token), nullptr);
    EXPECT_EQ(last->record(attempt.token)->exit_code, 0);
  }
}

}  // namespace
}  // namespace sluice::tests

#include "engine/store/transaction.h"

#include <gtest/gtest.h>

#include "tests/engine/store/store_rows.h"

namespace sluice::store {
namespace {

class Transactions : public ::testing::Test {
 protected:
  /// What the next driver, or a reader, would see.
  std::unique_ptr<Store> another() { return must_open(memory_.path()); }
  void commit() { must_commit(transaction_); }

  MemoryStore memory_;
  std::unique_ptr<Store> store_ = must_open(memory_.path());
  Transaction transaction_{*store_};
};

struct KnownTask {
  TaskId id;
  std::string name;
  TaskId owner;
  int attempts;
  Hash128 fingerprint;
  int result_attempt;
  std::string result_run, settled, settled_run, reason;
  std::vector<std::string> outputs, paths;
  std::vector<Content> contents;
};

std::vector<KnownTask> known_tasks(Store& store) {
  std::vector<KnownTask> tasks;
  EXPECT_TRUE(store.load_tasks([&](const Task& t) {
    tasks.push_back({t.id,
                     std::string(t.name),
                     t.owner,
                     t.attempts,
                     t.fingerprint,
                     t.result_attempt,
                     std::string(t.result_run),
                     std::string(t.settled),
                     std::string(t.settled_run),
                     std::string(t.reason),
                     {},
                     {},
                     {}});
    for (const Artifact& artifact : t.artifacts) {
      tasks.back().outputs.emplace_back(artifact.output);
      tasks.back().paths.emplace_back(artifact.path);
      tasks.back().contents.push_back(artifact.content);
    }
  }));
  return tasks;
}

TEST_F(Transactions, WriteNothingUntilTheyAreCommitted) {
  transaction_.task("simulate");
  EXPECT_FALSE(transaction_.empty());
  EXPECT_TRUE(known_tasks(*another()).empty());
  commit();
  EXPECT_TRUE(transaction_.empty());
  EXPECT_EQ(known_tasks(*another()).size(), 1U);
}

TEST_F(Transactions, LeaveNoTraceWithoutACommit) {
  {
    Transaction dropped(*store_);
    dropped.task("simulate");
  }
  EXPECT_TRUE(known_tasks(*another()).empty());
}

TEST_F(Transactions, WithNothingToWriteDoNotTouchTheStore) {
  int commits = 0;
  StoreOptions options;
  options.at_commit = [&](CommitPoint) { ++commits; };
  auto store = must_open(memory_.path(), options);
  Transaction empty(*store);
  must_commit(empty);
  EXPECT_EQ(commits, 0);
  empty.task("simulate");
  must_commit(empty);
  EXPECT_EQ(commits, 2);
}

TEST_F(Transactions, KnowATaskByOneNumber) {
  const TaskId first = transaction_.task("simulate[shard=1]");
  EXPECT_EQ(transaction_.task("simulate[shard=1]"), first);
  commit();
  EXPECT_EQ(transaction_.task("simulate[shard=1]"), first);
  EXPECT_NE(transaction_.task("simulate[shard=2]"), first);
  EXPECT_EQ(*store_->find_task("simulate[shard=1]"), first);
  EXPECT_EQ(*store_->find_task("simulate[shard=3]"), 0);
}

TEST_F(Transactions, RecordARun) {
  const std::string name = transaction_.begin_run(a_run());
  commit();
  auto run = another()->last_run();
  ASSERT_TRUE(run && *run);
  EXPECT_EQ((*run)->name, name);
  EXPECT_EQ((*run)->info.command_line, "sluice run mlpf.toml --set events=200");
  EXPECT_EQ((*run)->info.workflow_path, "/site/mlpf.toml");
  EXPECT_EQ((*run)->info.workflow_text, "sluice = 1\n");
  EXPECT_EQ((*run)->info.graph, R"({"stages": []})");
  EXPECT_EQ((*run)->info.params, a_run().params);
  EXPECT_EQ((*run)->info.host, "worker7");
  EXPECT_EQ((*run)->info.user, "me");
  EXPECT_EQ((*run)->info.version, "0.1.0");
  EXPECT_EQ((*run)->info.started_ns, 1'000);
  EXPECT_EQ((*run)->status, "");
  transaction_.end_run("succeeded", 9'000);
  commit();
  run = another()->last_run();
  EXPECT_EQ((*run)->status, "succeeded");
  EXPECT_EQ((*run)->ended_ns, 9'000);
}

TEST_F(Transactions, KeepAllRunsInTheirOrder) {
  const std::string first = transaction_.begin_run(a_run());
  const std::string second = transaction_.begin_run(a_run());
  commit();
  const auto runs = another()->runs();
  ASSERT_EQ(runs->size(), 2U);
  EXPECT_EQ((*runs)[0].name, first);
  EXPECT_EQ((*runs)[1].name, second);
}

TEST_F(Transactions, FollowAnAttemptThroughItsLife) {
  const std::string run = transaction_.begin_run(a_run());
  const TaskId task = transaction_.task("simulate[shard=1]");
  const AttemptId attempt = transaction_.submitting(an_attempt(task));
  commit();
  auto live = *another()->live_attempts();
  ASSERT_EQ(live.size(), 1U);
  EXPECT_EQ(live[0].id, attempt);
  EXPECT_EQ(live[0].token(), run + "/simulate[shard=1]/1");
  EXPECT_EQ(live[0].state, AttemptState::submitting);
  EXPECT_EQ(live[0].attempt.task, task);
  EXPECT_EQ(live[0].attempt.executor, "local");
  EXPECT_EQ(live[0].attempt.folder, ".sluice/attempts/simulate/shard=1.1");
  EXPECT_EQ(live[0].attempt.resources, an_attempt(task).resources);
  EXPECT_EQ(live[0].attempt.fingerprint, (Hash128{1, 2}));
  EXPECT_EQ(live[0].attempt.inputs, 0xffffffffffffffffULL);
  EXPECT_EQ(live[0].attempt.state_id, (Hash128{3, 4}));
  EXPECT_EQ(live[0].attempt.user_failures, 2);
  EXPECT_EQ(live[0].attempt.submitted_ns, 2'000);

  transaction_.accepted(attempt, "runner-1:17");
  commit();
  live = *another()->live_attempts();
  EXPECT_EQ(live[0].state, AttemptState::accepted);
  EXPECT_EQ(live[0].handle, "runner-1:17");

  transaction_.running(attempt, "node3", 3'000);
  commit();
  live = *another()->live_attempts();
  EXPECT_EQ(live[0].state, AttemptState::running);
  EXPECT_EQ(live[0].node, "node3");
  EXPECT_EQ(live[0].started_ns, 3'000);
  EXPECT_FALSE(live[0].evidence);

  executors::ExitRecord record;
  record.token = live[0].token();
  record.outputs.push_back({"events", "1.root", a_file()});
  transaction_.publishing(attempt, record);
  commit();
  live = *another()->live_attempts();
  EXPECT_EQ(live[0].state, AttemptState::publishing);
  ASSERT_TRUE(live[0].evidence);
  EXPECT_EQ(live[0].evidence->token, record.token);
  ASSERT_EQ(live[0].evidence->outputs.size(), 1U);
  EXPECT_EQ(live[0].evidence->outputs[0].content, a_file());

  transaction_.ended(attempt, an_end());
  commit();
  EXPECT_TRUE(another()->live_attempts()->empty());
}

TEST_F(Transactions, KeepTheHistoryOfATask) {
  const std::string run = transaction_.begin_run(a_run());
  const TaskId owner = transaction_.task("sweep");
  const TaskId task = transaction_.task("sweep/000001", owner);
  const AttemptId first = transaction_.submitting(an_attempt(task, 1));
  transaction_.accepted(first, "42");
  transaction_.ended(first, an_end("failure"));
  const AttemptId second = transaction_.submitting(an_attempt(task, 2));
  transaction_.running(second, "node4", 7'000);
  commit();
  const auto history = *another()->attempts_of(task);
  ASSERT_EQ(history.size(), 2U);
  const Attempt& ended = history[0];
  EXPECT_EQ(ended.run, run);
  EXPECT_EQ(ended.task, task);
  EXPECT_EQ(ended.task_name, "sweep/000001");
  EXPECT_EQ(ended.owner, owner);
  EXPECT_EQ(ended.number, 1);
  EXPECT_FALSE(ended.state);
  EXPECT_EQ(ended.executor, "local");
  EXPECT_EQ(ended.handle, "42");
  EXPECT_EQ(ended.folder, ".sluice/attempts/simulate/shard=1.1");
  EXPECT_EQ(ended.node, "node3");
  EXPECT_EQ(ended.resources, an_attempt(task).resources);
  EXPECT_EQ(ended.fingerprint, (Hash128{1, 2}));
  EXPECT_EQ(ended.submitted_ns, 2'000);
  EXPECT_EQ(ended.started_ns, 3'000);
  EXPECT_EQ(ended.ended_ns, 4'000);
  EXPECT_EQ(ended.outcome, "failure");
  EXPECT_EQ(ended.message, "exit code 1");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_EQ(ended.usage.user_s, 1.25);
  EXPECT_EQ(ended.usage.system_s, 0.5);
  EXPECT_EQ(ended.usage.peak_rss_bytes, 123'456'789U);
  EXPECT_EQ(ended.log, ".sluice/attempts/simulate/shard=1.1/log.txt");
  EXPECT_EQ(history[1].number, 2);
  EXPECT_EQ(history[1].state, AttemptState::running);
  EXPECT_EQ(history[1].node, "node4");
  EXPECT_EQ(history[1].ended_ns, 0);
  EXPECT_EQ(another()->attempts_in(run)->size(), 2U);
  EXPECT_TRUE(another()->attempts_in("another")->empty());
}

TEST_F(Transactions, AnAdoptedAttemptStillBelongsToTheRunThatSubmittedIt) {
  const std::string first = transaction_.begin_run(a_run());
  const TaskId task = transaction_.task("simulate");
  const AttemptId adopted = transaction_.submitting(an_attempt(task, 1));
  const std::string second = transaction_.begin_run(a_run());
  const AttemptId own = transaction_.submitting(an_attempt(task, 2));
  transaction_.ended(own, an_end());
  transaction_.ended(adopted, an_end());
  commit();
  const auto in = [&](const std::string& run) {
    std::vector<int> numbers;
    const auto attempts = another()->attempts_in(run);
    for (const Attempt& attempt : *attempts) numbers.push_back(attempt.number);
    return numbers;
  };
  EXPECT_EQ(in(first), std::vector<int>{1});
  EXPECT_EQ(in(second), std::vector<int>{2});
}

TEST_F(Transactions, AnEndWithoutAnExitRecordKeepsWhatWasSeenBefore) {
  transaction_.begin_run(a_run());
  const TaskId task = transaction_.task("simulate");
  const AttemptId attempt = transaction_.submitting(an_attempt(task));
  transaction_.running(attempt, "node4", 7'000);
  AttemptEnd end;
  end.outcome = "infrastructure";
  transaction_.ended(attempt, end);
  commit();
  const auto history = *another()->attempts_of(task);
  EXPECT_EQ(history.at(0).node, "node4");
  EXPECT_EQ(history.at(0).started_ns, 7'000);
}

TEST_F(Transactions, AnAttemptThatNeverStartedLeavesOnlyItsNumber) {
  transaction_.begin_run(a_run());
  const TaskId task = transaction_.task("simulate");
  const AttemptId attempt = transaction_.submitting(an_attempt(task, 3));
  commit();
  transaction_.forget(attempt);
  commit();
  EXPECT_TRUE(another()->attempts_of(task)->empty());
  EXPECT_TRUE(another()->live_attempts()->empty());
  EXPECT_EQ(known_tasks(*another()).at(0).attempts, 3);
}

TEST_F(Transactions, RecordAResult) {
  const std::string run = transaction_.begin_run(a_run());
  const TaskId task = transaction_.task("simulate");
  const Artifact artifacts[] = {{"events", "sim/1.root", a_file(1)},
                                {"log", "sim/log", {FileKind::folder, {5, 6}, 7, 8}}};
  transaction_.succeeded(task, 2, {9, 9}, artifacts, "program simulate results 1\n");
  commit();
  auto store = another();
  const auto tasks = known_tasks(*store);
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].fingerprint, (Hash128{9, 9}));
  EXPECT_EQ(tasks[0].result_attempt, 2);
  EXPECT_EQ(tasks[0].result_run, run);
  EXPECT_EQ(tasks[0].settled, "succeeded");
  EXPECT_EQ(tasks[0].settled_run, run);
  EXPECT_EQ(tasks[0].outputs, (std::vector<std::string>{"events", "log"}));
  EXPECT_EQ(tasks[0].paths, (std::vector<std::string>{"sim/1.root", "sim/log"}));
  EXPECT_EQ(tasks[0].contents, (std::vector<Content>{a_file(1), {FileKind::folder, {5, 6}, 7, 8}}));
  EXPECT_EQ(*store->recipe(task), "program simulate results 1\n");
}

TEST_F(Transactions, ANewResultReplacesTheOldOneWhole) {
  transaction_.begin_run(a_run());
  const TaskId task = transaction_.task("simulate");
  const Artifact two[] = {{"events", "sim/1.root", a_file(1)}, {"log", "sim/log", a_file(2)}};
  transaction_.succeeded(task, 1, {1, 1}, two, "old");
  transaction_.succeeded(task, 2, {2, 2}, std::span(two).first(1), "new");
  commit();
  auto store = another();
  EXPECT_EQ(known_tasks(*store).at(0).outputs, std::vector<std::string>{"events"});
  EXPECT_EQ(known_tasks(*store).at(0).fingerprint, (Hash128{2, 2}));
  EXPECT_EQ(*store->recipe(task), "new");
}

TEST_F(Transactions, AFailureKeepsTheLastResult) {
  transaction_.begin_run(a_run());
  const TaskId task = transaction_.task("simulate");
  const Artifact artifact{"events", "sim/1.root", a_file(1)};
  transaction_.succeeded(task, 1, {1, 1}, {&artifact, 1}, "recipe");
  transaction_.settled(task, "failed", "exit code 1");
  commit();
  const auto known = known_tasks(*another()).at(0);
  EXPECT_EQ(known.settled, "failed");
  EXPECT_EQ(known.reason, "exit code 1");
  EXPECT_EQ(known.fingerprint, (Hash128{1, 1}));
  EXPECT_EQ(known.outputs.size(), 1U);
}

TEST_F(Transactions, CanRefreshAndForgetAResult) {
  transaction_.begin_run(a_run());
  const TaskId task = transaction_.task("simulate");
  Artifact artifact{"events", "sim/1.root", a_file(1)};
  transaction_.succeeded(task, 1, {1, 1}, {&artifact, 1}, "recipe");
  artifact.path = "moved/1.root";
  artifact.content.signature = 99;
  transaction_.refresh(task, artifact);
  commit();
  EXPECT_EQ(known_tasks(*another()).at(0).paths, std::vector<std::string>{"moved/1.root"});
  EXPECT_EQ(known_tasks(*another()).at(0).contents.at(0).signature, 99U);
  transaction_.forget_result(task);
  commit();
  const auto known = known_tasks(*another()).at(0);
  EXPECT_TRUE(known.fingerprint.is_zero());
  EXPECT_TRUE(known.outputs.empty());
  EXPECT_EQ(*another()->recipe(task), "");
}

TEST_F(Transactions, RememberHowFarAStateFolderHadGot) {
  const TaskId task = transaction_.task("train");
  commit();
  EXPECT_EQ(*store_->state_mark(task, {1, 1}), std::nullopt);
  transaction_.state_mark(task, {1, 1}, {"epoch-12", 0});
  transaction_.state_mark(task, {2, 2}, {"epoch-3", 0});
  transaction_.state_mark(task, {1, 1}, {"epoch-12", 1});
  commit();
  EXPECT_EQ(*another()->state_mark(task, {1, 1}), (StateMark{"epoch-12", 1}));
  EXPECT_EQ(*another()->state_mark(task, {2, 2}), (StateMark{"epoch-3", 0}));
  transaction_.drop_state_marks(task);
  commit();
  EXPECT_EQ(*another()->state_mark(task, {1, 1}), std::nullopt);
}

TEST_F(Transactions, RememberFileHashesByInode) {
  const FileHash first{1, 2, 3, 4, {5, 6}};
  const FileHash changed{1, 2, 30, 40, {50, 60}};
  const FileHash other{0xffffffffffffffffULL, 0xfffffffffffffff0ULL, 0, 0, {7, 8}};
  transaction_.put_hashes(std::vector{first, other});
  transaction_.put_hashes(std::vector{changed});
  commit();
  std::vector<FileHash> known;
  EXPECT_TRUE(another()->load_hashes([&](const FileHash& hash) { known.push_back(hash); }));
  ASSERT_EQ(known.size(), 2U);
  EXPECT_EQ(known[0].device, other.device);
  EXPECT_EQ(known[0].inode, other.inode);
  EXPECT_EQ(known[1].size, 30U);
  EXPECT_EQ(known[1].hash, (Hash128{50, 60}));
}

TEST_F(Transactions, AppendToTheLog) {
  const std::string run = transaction_.begin_run(a_run());
  const TaskId task = transaction_.task("simulate");
  transaction_.event(1'000, 0, 0, "run-started");
  transaction_.event(2'000, task, 1, "submitted");
  transaction_.event(3'000, task, 1, "ended", "exit code 1");
  commit();
  const auto all = *another()->events_after(0, 100);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].task, "");
  EXPECT_EQ(all[2].run, run);
  EXPECT_EQ(all[2].task, "simulate");
  EXPECT_EQ(all[2].attempt, 1);
  EXPECT_EQ(all[2].wall_ns, 3'000);
  EXPECT_EQ(all[2].kind, "ended");
  EXPECT_EQ(all[2].detail, "exit code 1");
  EXPECT_EQ(another()->events_after(all[0].seq, 1)->at(0).kind, "submitted");
  const auto last = *another()->last_events(2);
  ASSERT_EQ(last.size(), 2U);
  EXPECT_EQ(last[0].kind, "submitted");
  EXPECT_EQ(last[1].kind, "ended");
}

TEST_F(Transactions, AreWholeOrNotThereAtAll) {
  struct Crash {};
  for (int writes = 1; writes <= 3; ++writes) {
    const MemoryStore memory;
    StoreOptions options;
    options.at_commit = [](CommitPoint point) {
      if (point == CommitPoint::before) throw Crash{};
    };
    auto store = must_open(memory.path(), options);
    Transaction transaction(*store);
    for (int i = 0; i < writes; ++i) transaction.task("task" + std::to_string(i));
    EXPECT_THROW((void)transaction.commit(), Crash);
    store.reset();
    EXPECT_TRUE(known_tasks(*must_open(memory.path())).empty());
  }
}

}  // namespace

TEST(Token, NamesOneAttempt) {
  EXPECT_EQ(make_token("k3x90qf2", "simulate[file=a/b.root]", 12), "k3x90qf2/simulate[file=a/b.root]/12");
  const auto parts = parse_token("k3x90qf2/simulate[file=a/b.root]/12");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->run, "k3x90qf2");
  EXPECT_EQ(parts->task, "simulate[file=a/b.root]");
  EXPECT_EQ(parts->number, 12);
}

TEST(Token, OfSomebodyElseIsNone) {
  for (const char* text :
       {"", "a", "a/b", "a/b/", "a/b/x", "a/b/1x", "/b/1", "a//1", "a/b/0", "a/b/-1", "a/b/99999999999"})
    EXPECT_FALSE(parse_token(text)) << text;
}

}  // namespace sluice::store

// Rows as tests write them: short to say, and with something in every field.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/store/store.h"
#include "engine/store/transaction.h"

namespace sluice::store {

inline std::unique_ptr<Store> must_open(const std::string& path, StoreOptions options = {}) {
  if (options.uid.empty()) options.uid = "test";
  auto store = Store::open(path, options);
  if (!store) throw std::runtime_error(to_string(store.error()));
  return *std::move(store);
}

inline void must_commit(Transaction& transaction) {
  const auto done = transaction.commit();
  if (!done) throw std::runtime_error(to_string(done.error()));
}

inline RunInfo a_run() {
  RunInfo info;
  info.command_line = "sluice run mlpf.toml --set events=200";
  info.workflow_path = "/site/mlpf.toml";
  info.workflow_text = "sluice = 1\n";
  info.graph = R"({"stages": []})";
  info.params = {{"events", "200"}, {"quote", "\"a\", 'b'"}};
  info.host = "worker7";
  info.user = "me";
  info.version = "0.1.0";
  info.started_ns = 1'000;
  return info;
}

inline NewAttempt an_attempt(TaskId task, int number = 1) {
  NewAttempt attempt;
  attempt.task = task;
  attempt.number = number;
  attempt.executor = "local";
  attempt.folder = ".sluice/attempts/simulate/shard=1." + std::to_string(number);
  attempt.resources = {4, 2'000'000'000, 1, 2, 600.5};
  attempt.fingerprint = {1, 2};
  attempt.inputs = 0xffffffffffffffffULL;
  attempt.state_id = {3, 4};
  attempt.user_failures = 2;
  attempt.submitted_ns = 2'000;
  return attempt;
}

inline AttemptEnd an_end(const std::string& outcome = "success") {
  AttemptEnd end;
  end.outcome = outcome;
  end.message = outcome == "success" ? "" : "exit code 1";
  end.exit_code = outcome == "success" ? 0 : 1;
  end.node = "node3";
  end.started_ns = 3'000;
  end.ended_ns = 4'000;
  end.usage = {1.25, 0.5, 123'456'789};
  end.log = ".sluice/attempts/simulate/shard=1.1/log.txt";
  return end;
}

inline Content a_file(std::uint64_t number = 1) {
  return {FileKind::file, {number, 77}, 10 * number, 1000 + number};
}

inline std::string recipe_of(Store& store, TaskId task) { return *store.recipe(task); }

/// One task from nothing to its result, in one transaction.
inline TaskId succeed(Store& store, const std::string& name, std::uint64_t fingerprint = 1) {
  Transaction transaction(store);
  const TaskId task = transaction.task(name);
  const AttemptId attempt = transaction.submitting(an_attempt(task));
  transaction.accepted(attempt, "runner-1:17");
  transaction.ended(attempt, an_end());
  const Artifact artifact{"events", "sim/1.root", a_file(fingerprint)};
  transaction.succeeded(task, 1, {fingerprint, 1}, {&artifact, 1}, "program simulate results 1\n\n");
  transaction.event(5'000, task, 1, "succeeded");
  must_commit(transaction);
  return task;
}

}  // namespace sluice::store

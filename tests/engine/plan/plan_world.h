// A small world for tests of the plan: a workflow, a disk and a store in memory, and somebody who does the
// work without a scheduler, as the driver would: everything that the plan says must run, in the order of the
// data.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/plan/plan.h"
#include "engine/store/store.h"
#include "engine/store/transaction.h"
#include "tests/support/workflow/loading.h"

namespace sluice::plan {

class StillClock final : public Clock {
 public:
  std::int64_t wall_ns() override { return now; }
  std::int64_t mono_ns() override { return now; }
  std::int64_t now = 1'000'000 * ns_per_s;
};

class PlanWorld {
 public:
  PlanWorld() {
    store::StoreOptions options;
    options.uid = "test";
    store_ = *store::Store::open(memory_.path(), options);
    disk.now_ns = [this] { return clock.now - 1000 * ns_per_s; };  // what lies there was written long ago
  }

  /// What a task writes into an output; by default something that follows from its recipe.
  std::map<std::string, std::string> writes;
  std::set<std::string> failing;  ///< tasks that fail

  workflow::Loading loading;
  tests::MemoryDisk& disk = loading.disk;
  StillClock clock;

  void load(const std::string& text) {
    loading.diagnostics = {};
    auto graph = loading.load(text);
    if (!graph) throw std::runtime_error(loading.diagnostics.render());
    graph_ = std::make_unique<TaskGraph>(*std::move(graph));
  }
  const TaskGraph& graph() const { return *graph_; }
  store::Store& store() { return *store_; }

  TaskIndex task(const std::string& name) const {
    const auto found = graph_->find_task(name);
    if (!found) throw std::runtime_error("no task " + name);
    return *found;
  }

  Result<std::unique_ptr<Plan>> try_plan(const Selection& selection = {}, int threads = 1) {
    PlanOptions options;
    options.run_folder = "/run";
    options.selection = selection;
    options.threads = threads;
    return Plan::make(*graph_, *store_, disk, clock, options);
  }
  std::unique_ptr<Plan> plan(const Selection& selection = {}) {
    auto made = try_plan(selection);
    if (!made) throw std::runtime_error(to_string(made.error()));
    return *std::move(made);
  }
  std::string complaint(const Selection& selection = {}) {
    auto made = try_plan(selection);
    return made ? "no complaint" : to_string(made.error());
  }

  /// "simulate run, import maybe, …"
  std::string decisions(const Selection& selection = {}) {
    const auto made = plan(selection);
    std::string text;
    for (TaskIndex t = 0; t < graph_->task_count(); ++t)
      text += (t == 0 ? "" : ", ") + graph_->names[t] + " " + std::string(to_string(made->decision(t)));
    return text;
  }
  std::string explain(const std::string& name, const Selection& selection = {}) {
    return to_string(name, plan(selection)->explain(task(name)));
  }

  /// Does what has to be done, and says what that was: "simulate import".
  std::string run(const Selection& selection = {}) {
    const auto made = plan(selection);
    std::string ran;
    {
      store::Transaction transaction(*store_);
      transaction.begin_run({});
      made->save(transaction);
      if (!transaction.commit()) throw std::runtime_error("commit");
    }
    for (TaskIndex t = 0; t < graph_->task_count(); ++t) {
      const Decision decision = made->decision(t);
      if (decision != Decision::run && decision != Decision::maybe) continue;
      if (decision == Decision::maybe) {
        auto up_to_date = made->check_one(t);
        if (!up_to_date) throw std::runtime_error(to_string(up_to_date.error()));
        if (*up_to_date) continue;
      }
      ran += (ran.empty() ? "" : " ") + graph_->names[t];
      attempt(*made, t);
    }
    return ran;
  }

  /// One attempt of one task, with its end recorded.
  void attempt(Plan& made, TaskIndex t) {
    auto prepared = made.prepare(t);
    if (!prepared) throw std::runtime_error(to_string(prepared.error()));
    store::Transaction transaction(*store_);
    const store::TaskId id = transaction.task(graph_->names[t]);
    store::NewAttempt row;
    row.task = id;
    row.number = made.attempts(t) + 1;
    const auto attempt = transaction.submitting(row);
    if (failing.contains(graph_->names[t])) {
      transaction.ended(attempt, {});
      transaction.settled(id, "failed", "exit code 1");
      made.lost(t);
    } else {
      record_success(made, t, id, row.number, *prepared, transaction);
      transaction.ended(attempt, {});
    }
    if (const auto done = transaction.commit(); !done) throw std::runtime_error(to_string(done.error()));
  }

 private:
  void record_success(Plan& made, TaskIndex t, store::TaskId id, int number, const Prepared& prepared,
                      store::Transaction& transaction) {
    std::vector<Content> contents;
    std::vector<store::Artifact> artifacts;
    const auto& outputs = graph_->stage(t).outputs;
    for (std::uint32_t i = 0; i < outputs.size(); ++i) {
      const std::string path = "/run/" + graph_->output_path(t, i);
      const auto wanted = writes.find(graph_->output_path(t, i));
      const std::string bytes =
          wanted != writes.end() ? wanted->second : to_hex(prepared.fingerprint) + outputs[i].name;
      disk.put(path, bytes);
      contents.push_back(*digest(disk, path));
      artifacts.push_back({outputs[i].name, graph_->output_path(t, i), contents.back()});
    }
    made.published(t, contents);
    transaction.succeeded(id, number, prepared.fingerprint, artifacts, prepared.recipe);
  }

  store::MemoryStore memory_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<TaskGraph> graph_;
};

}  // namespace sluice::plan

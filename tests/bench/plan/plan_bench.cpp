// What the store and the plan cost: recording N no-op tasks, and then finding out that nothing is to be done.
// Prints each figure beside the floor of the same machine in the same minute: as many stats of the same
// files.
//
//   plan_bench [N]
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>

#include "engine/plan/plan.h"
#include "engine/store/store.h"
#include "engine/store/transaction.h"
#include "engine/workflow/load.h"
#include "tests/support/temporary_folder.h"

namespace {

using namespace sluice;

double cpu_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Wall time tells what a person waits; CPU time of all threads tells more on a machine with other work.
struct Cost {
  double wall_s = 1e9;
  double cpu_s = 1e9;
};

Cost cost_of(const std::function<void()>& act) {
  const auto begin = std::chrono::steady_clock::now();
  const double cpu = cpu_s();
  act();
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), cpu_s() - cpu};
}

Cost least(const Cost& a, const Cost& b) {
  return {std::min(a.wall_s, b.wall_s), std::min(a.cpu_s, b.cpu_s)};
}

void print(const char* what, const Cost& cost) {
  std::printf("  %-32s %8.3f %8.3f s\n", what, cost.wall_s, cost.cpu_s);
}

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1000;
}

template <typename T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "%s\n", to_string(result.error()).c_str());
  std::exit(1);
}

workflow::TaskGraph load(const std::string& folder, int tasks, Disk& disk) {
  std::ofstream(folder + "/fan.toml")
      << "sluice = 1\n[stage.make]\ncommand = [\"true\", \"{shard}\", \"{outputs.x}\"]\n"
      << "each = { shard = \"1.." << tasks << "\" }\n"
      << "outputs = { x = \"out/{shard}.txt\" }\n";
  workflow::LoadOptions options;
  options.path = folder + "/fan.toml";
  options.search_path = "/usr/bin:/bin";
  Diagnostics diagnostics;
  auto graph = workflow::load(options, disk, nullptr, diagnostics);
  if (!graph) std::fprintf(stderr, "%s", diagnostics.render().c_str());
  return graph ? *std::move(graph) : workflow::TaskGraph();
}

/// Every task from submission to success, `batch` of them in a transaction, as the driver's loop does it.
void record_all(const workflow::TaskGraph& graph, plan::Plan& plan, store::Store& store,
                const std::string& folder) {
  constexpr std::size_t batch = 2;
  RealDisk disk;
  store::Transaction transaction(store);
  transaction.begin_run({});
  std::vector<store::AttemptId> attempts(graph.task_count());
  std::vector<plan::Prepared> prepared(graph.task_count());
  for (workflow::TaskIndex first = 0; first < graph.task_count(); first += batch) {
    const auto end = std::min<std::size_t>(first + batch, graph.task_count());
    for (auto task = first; task < end; ++task) {
      prepared[task] = must(plan.prepare(task));
      store::NewAttempt attempt;
      attempt.task = transaction.task(graph.names[task]);
      attempt.executor = "local";
      attempt.folder = ".sluice/attempts/make/shard=" + std::to_string(task) + ".1";
      attempt.fingerprint = prepared[task].fingerprint;
      attempt.submitted_ns = 1'700'000'000'000'000'000 + task;
      attempts[task] = transaction.submitting(attempt);
      transaction.event(attempt.submitted_ns, attempt.task, 1, "submitted");
    }
    must(transaction.commit());
    for (auto task = first; task < end; ++task) {
      transaction.accepted(attempts[task], "runner-1:" + std::to_string(task));
      transaction.running(attempts[task], "worker7", 1'700'000'000'000'000'000 + task);
    }
    must(transaction.commit());
    for (auto task = first; task < end; ++task) {
      const std::string path = graph.output_path(task, 0);
      const store::TaskId id = transaction.task(graph.names[task]);
      store::AttemptEnd ended;
      ended.outcome = "success";
      ended.node = "worker7";
      ended.started_ns = 1'700'000'000'000'000'000 + task;
      ended.ended_ns = ended.started_ns + 1'000'000;
      ended.usage = {0.001, 0.001, 3'000'000};
      transaction.ended(attempts[task], ended);
      const Content content = must(digest(disk, folder + "/" + path));
      const store::Artifact artifact{"x", path, content};
      transaction.succeeded(id, 1, prepared[task].fingerprint, {&artifact, 1}, prepared[task].recipe);
      transaction.event(ended.ended_ns, id, 1, "succeeded");
    }
    must(transaction.commit());
    prepared[first] = {};
  }
}

double file_mb(const std::string& path) {
  RealDisk disk;
  return static_cast<double>(must(disk.stat(path)).size) / 1e6;
}

}  // namespace

int main(int count, char** words) {
  const int tasks = count > 1 ? std::atoi(words[1]) : 100'000;
  const tests::TemporaryFolder folder;
  RealDisk disk;
  RealClock clock;
  workflow::TaskGraph graph;
  const Cost loading = cost_of([&] { graph = load(folder.path(), tasks, disk); });
  must(disk.make_folders(folder / "out"));
  for (workflow::TaskIndex task = 0; task < graph.task_count(); ++task)
    std::ofstream(folder / graph.output_path(task, 0)) << task;

  plan::PlanOptions options;
  options.run_folder = folder.path();
  std::unique_ptr<plan::Plan> plan;
  {
    auto store = must(store::Store::open(folder / "store.db"));
    const Cost planning =
        cost_of([&] { plan = must(plan::Plan::make(graph, *store, disk, clock, options)); });
    const Cost recording = cost_of([&] { record_all(graph, *plan, *store, folder.path()); });
    std::printf("%-36s %8s %8s\n", (std::to_string(tasks) + " tasks").c_str(), "wall", "cpu");
    print("workflow file to graph", loading);
    print("first plan, nothing ran", planning);
    print("record all, to durable", recording);
    std::printf("    each task                      %8.1f %8.1f us\n", recording.wall_s / tasks * 1e6,
                recording.cpu_s / tasks * 1e6);
  }
  std::printf("  store on disk                    %8.1f MB   %6.0f bytes a task\n",
              file_mb(folder / "store.db"), file_mb(folder / "store.db") / tasks * 1e6);
  Cost floor, opening, checking, reading, planning;
  std::size_t up_to_date = 0;
  for (int round = 0; round < 5; ++round) {
    floor = least(floor, cost_of([&] {
                    for (workflow::TaskIndex task = 0; task < graph.task_count(); ++task)
                      (void)disk.stat(folder / graph.output_path(task, 0));
                  }));
    std::unique_ptr<store::Store> store;
    opening = least(opening, cost_of([&] { store = must(store::Store::open(folder / "store.db")); }));
    checking = least(checking, cost_of([&] {
                       store::StoreOptions check;
                       check.check = true;
                       must(store::Store::open(folder / "store.db", check));
                     }));
    reading = least(reading, cost_of([&] { must(store->load_tasks([](const store::Task&) {})); }));
    planning =
        least(planning, cost_of([&] { plan = must(plan::Plan::make(graph, *store, disk, clock, options)); }));
    up_to_date = plan->counts().up_to_date;
  }
  print("stat of every output: the floor", floor);
  print("open the store", opening);
  print("open it after a crash", checking);
  print("load all results", reading);
  print("plan, nothing to do", planning);
  std::printf("    ratio to the floor             %8.2f %8.2f\n", planning.wall_s / floor.wall_s,
              planning.cpu_s / floor.cpu_s);
  std::printf("  peak memory                      %8.1f MB\n", peak_mb());
  return up_to_date == graph.task_count() ? 0 : 1;
}

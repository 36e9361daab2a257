#include "tests/support/report/example_run.h"

#include <stdexcept>
#include <vector>

#include "engine/base/disk.h"

namespace sluice::tests {

namespace {

using store::AttemptId;
using store::TaskId;

void must(const Status& status) {
  if (!status) throw std::runtime_error(to_string(status.error()));
}

executors::Resources resources(int cpus, std::uint64_t memory, int gpus = 0, double time_s = 0) {
  return {cpus, memory, gpus, 1, time_s};
}

report::StageSnapshot stage(const std::string& name, const std::string& program, std::uint32_t tasks,
                            const executors::Resources& asked) {
  report::StageSnapshot stage;
  stage.name = name;
  stage.program = program;
  stage.program_version = "0.1.0";
  stage.results_version = "1";
  stage.executor = "local";
  stage.resources = asked;
  stage.task_count = tasks;
  return stage;
}

class Writer {
 public:
  Writer(store::Store& store, std::string folder)
      : store_(store), transaction_(store), folder_(std::move(folder)) {}

  struct Try {
    std::string name;
    int number = 1;
    executors::Resources asked;
    std::int64_t begin_s = 0;
    std::int64_t seconds = 10;
    std::string outcome = "success";
    std::string message = {};
    int exit_code = 0;
    std::uint64_t peak = 500'000'000;
    std::string log = {};  ///< what it printed
    TaskId owner = 0;
    std::string node = "login3";
    std::string executor = "local";
  };

  AttemptId submit(const Try& attempt) {
    store::NewAttempt row;
    row.task = transaction_.task(attempt.name, attempt.owner);
    row.number = attempt.number;
    row.executor = attempt.executor;
    row.folder = ".sluice/attempts/" + std::to_string(row.task) + "." + std::to_string(attempt.number);
    row.resources = attempt.asked;
    row.fingerprint = {1, 2};
    row.submitted_ns = example_start_ns + (attempt.begin_s * second_ns) - second_ns / 2;
    folder_of_last_ = row.folder;
    task_ = row.task;
    if (!attempt.log.empty()) {
      RealDisk disk;
      must(disk.make_folders(folder_ + "/" + row.folder));
      must(disk.write(folder_ + "/" + row.folder + "/log.txt", attempt.log, Sync::no));
    }
    return transaction_.submitting(row);
  }
  void alive(const Try& attempt) {
    const AttemptId id = submit(attempt);
    transaction_.accepted(id, "4711");
    transaction_.running(id, attempt.node, example_start_ns + attempt.begin_s * second_ns);
  }
  TaskId end(const Try& attempt) {
    const AttemptId id = submit(attempt);
    store::AttemptEnd end;
    end.outcome = attempt.outcome;
    end.message = attempt.message;
    end.exit_code = attempt.exit_code;
    end.node = attempt.node;
    end.started_ns = example_start_ns + attempt.begin_s * second_ns;
    end.ended_ns = end.started_ns + attempt.seconds * second_ns;
    end.usage = {0.85 * static_cast<double>(attempt.seconds), 0.05 * static_cast<double>(attempt.seconds),
                 attempt.peak};
    if (!attempt.log.empty()) end.log = folder_of_last_ + "/log.txt";
    transaction_.ended(id, end);
    return task_;
  }
  void succeed(const Try& attempt, const std::string& output, std::uint64_t bytes) {
    const TaskId task = end(attempt);
    const store::Artifact artifact{"events", output, {FileKind::file, hash_bytes(output), bytes, 1}};
    transaction_.succeeded(task, attempt.number, {1, 2}, {&artifact, 1}, "");
    transaction_.settled(task, "succeeded", "");
  }
  store::Transaction& transaction() { return transaction_; }
  void commit() { must(transaction_.commit()); }

 private:
  store::Store& store_;
  store::Transaction transaction_;
  std::string folder_;
  std::string folder_of_last_;
  TaskId task_ = 0;
};

store::RunInfo run_info(const ExampleOptions& options, std::int64_t start_s, bool simulated) {
  report::GraphSnapshot graph = example_graph(options.shards);
  if (simulated) graph.stages[0].up_to_date = graph.stages[0].task_count;
  store::RunInfo info;
  info.command_line = "sluice run mlpf.toml --set 'title=<b>bold</b>'";
  info.workflow_path = "/home/me/mlpf.toml";
  info.workflow_text = "sluice = 1\nname = \"mlpf-clic\"  # <script>alert('workflow')</script>\n";
  info.graph = report::to_text(graph);
  info.params = {{"events", "200"}, {"title", "<b>bold</b>"}};
  info.host = "login3";
  info.user = "me";
  info.version = "0.1.0";
  info.started_ns = example_start_ns + start_s * second_ns;
  return info;
}

std::vector<std::string> tasks_of(const ExampleOptions& options, std::size_t stage) {
  const report::GraphSnapshot graph = example_graph(options.shards);
  return spelled_out(graph.stages[stage].name, graph.stages[stage].names);
}

void first_run(Writer& writer, const ExampleOptions& options) {
  writer.transaction().begin_run(run_info(options, 0, false));
  std::int64_t begin_s = 1;
  int i = 0;
  for (const std::string& name : tasks_of(options, 0)) {
    writer.succeed({.name = name,
                    .asked = resources(1, 4'000'000'000, 0, 3600),
                    .begin_s = begin_s,
                    .seconds = 20 + i % 7,
                    .peak = 900'000'000 + static_cast<std::uint64_t>(i % 10) * 10'000'000},
                   "sim/" + std::to_string(i) + ".root", 12'345'678);
    begin_s += i % 2 == 0 ? 0 : 27;
    ++i;
  }
  writer.transaction().end_run("stopped", example_start_ns + (begin_s + 30) * second_ns);
  writer.commit();
}

constexpr std::int64_t second_run_s = 100'000;

/// All of import but the last two tasks.
void imports(Writer& writer, const std::vector<std::string>& names) {
  std::int64_t begin_s = second_run_s + 2;
  for (std::size_t i = 0; i + 2 < names.size(); ++i) {
    Writer::Try attempt{.name = names[i],
                        .asked = resources(1, 2'000'000'000),
                        .begin_s = begin_s + static_cast<std::int64_t>(i / 2) * 13,
                        .seconds = 9 + static_cast<std::int64_t>(i % 4),
                        .peak = 1'950'000'000};
    if (i == 1) {
      attempt.outcome = "out-of-memory";
      attempt.message = "it ran out of memory: 2 GB asked for, 2.1 GB used";
      attempt.seconds = 5;
      writer.end(attempt);
      attempt = {.name = names[i],
                 .number = 2,
                 .asked = resources(1, 4'000'000'000),
                 .begin_s = attempt.begin_s + 6,
                 .seconds = 7,
                 .peak = 2'400'000'000};
    }
    writer.succeed(attempt, "events/" + std::to_string(i) + ".h5", 2'345'678);
  }
}

void failing_import(Writer& writer, const std::string& name, std::int64_t begin_s) {
  std::string log;
  for (int line = 1; line <= 30; ++line) log += "reading event " + std::to_string(line) + "\n";
  log += "\x1b[31merror\x1b[0m: no collection 'MCParticles' in </pre><script>alert('log')</script>\n";
  for (int number = 1; number <= 2; ++number) {
    const TaskId task = writer.end({.name = name,
                                    .number = number,
                                    .asked = resources(1, 2'000'000'000),
                                    .begin_s = begin_s + number * 4,
                                    .seconds = 3,
                                    .outcome = "failure",
                                    .message = "exit code 65",
                                    .exit_code = 65,
                                    .log = log});
    if (number == 2) writer.transaction().settled(task, "failed", "exit code 65");
  }
}

void second_run(Writer& writer, const ExampleOptions& options) {
  writer.transaction().begin_run(run_info(options, second_run_s, true));
  const std::vector<std::string> names = tasks_of(options, 1);
  imports(writer, names);
  const std::int64_t late_s = second_run_s + 2 + static_cast<std::int64_t>(names.size() / 2) * 13;
  failing_import(writer, names[names.size() - 2], late_s);
  const Writer::Try last{.name = names.back(),
                         .asked = resources(1, 2'000'000'000),
                         .begin_s = late_s + 3,
                         .seconds = 20,
                         .log = "reading event 1\n"};
  writer.transaction().event(example_start_ns + late_s * second_ns, 0, 0, "unreachable",
                             "slurm: <i>socket timed out</i>");
  if (!options.ended) {
    writer.alive(last);
  } else {
    writer.succeed(last, "events/last.h5", 2'345'678);
    for (const char* lost : {"preprocess", "sweep", "train"})
      writer.transaction().settled(writer.transaction().task(lost), "skipped",
                                   "it needs " + names[names.size() - 2]);
    writer.transaction().settled(writer.transaction().task("summary"), "cancelled", "");
    writer.transaction().end_run(options.status, example_start_ns + (late_s + 30) * second_ns);
  }
  writer.commit();
}

}  // namespace

report::GraphSnapshot example_graph(int shards) {
  report::GraphSnapshot graph;
  graph.workflow = "mlpf-clic";
  const auto fan_out = static_cast<std::uint32_t>(2 * shards);
  report::TaskNames names{{{"sample", {"ee_qq_380", "<b>tt&bar</b>"}}, {"shard", {}}}, {}, false};
  for (int shard = 1; shard <= shards; ++shard) names.keys[1].values.push_back(std::to_string(shard));
  graph.stages = {stage("simulate", "sluice-simulate", fan_out, resources(1, 4'000'000'000, 0, 3600)),
                  stage("import", "sluice-import", fan_out, resources(1, 2'000'000'000)),
                  stage("preprocess", "sluice-preprocess", 1, resources(2, 8'000'000'000)),
                  stage("sweep", "sluice-sweep", 1, resources(1, 0)),
                  stage("train", "sluice-train", 1, resources(8, 32'000'000'000, 1, 43'200)),
                  stage("summary", "python3", 1, resources(1, 0))};
  graph.stages[0].names = graph.stages[1].names = names;
  graph.stages[1].inputs = {{0, false}};
  graph.stages[2].inputs = {{1, true}};
  graph.stages[3].inputs = {{2, false}};
  graph.stages[3].trials = {{"sluice-train", "slurm", resources(4, 16'000'000'000, 1, 3600), 8}};
  graph.stages[4].inputs = {{2, false}, {3, false}};
  graph.stages[5].inputs = {{4, false}};
  graph.stages[5].program_version = graph.stages[5].results_version = "";
  graph.stages[5].is_final = true;
  return graph;
}

std::unique_ptr<store::Store> write_example_run(const std::string& folder, const ExampleOptions& options) {
  RealDisk disk;
  must(disk.make_folders(folder + "/.sluice"));
  store::StoreOptions how;
  how.uid = "example0";
  auto store = store::Store::open(folder + "/.sluice/store.db", how);
  if (!store) throw std::runtime_error(to_string(store.error()));
  Writer writer(**store, folder);
  first_run(writer, options);
  second_run(writer, options);
  return std::move(*store);
}

}  // namespace sluice::tests

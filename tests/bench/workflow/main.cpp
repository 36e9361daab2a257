// How long it takes to load a workflow of N tasks (a fan-out, its followers and a join), beside the time that
// it takes merely to write down the names and paths of its tasks: the floor.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "engine/workflow/load.h"

namespace {

using sluice::workflow::TaskIndex;

double now_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(now).count();
}

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double pages = 0;
  file >> pages >> pages;
  return pages * 4096;
}

std::string workflow_of(int fan_out) {
  const std::string n = std::to_string(fan_out);
  return "sluice = 1\n"
         "[stage.make]\neach = { i = \"1.." +
         n +
         "\" }\ncommand = [\"true\", \"{i}\", \"{outputs.out}\"]\n"
         "outputs = { out = \"make/{i}.txt\" }\n"
         "[stage.next]\neach = \"make\"\ncommand = [\"true\", \"{inputs.in}\"]\ninputs = { in = \"make.out\" "
         "}\n"
         "outputs = { out = \"next/{i}.txt\" }\n"
         "[stage.join]\ncommand = [\"true\", \"{inputs.parts}\"]\ninputs = { parts = \"next.out\" }\n"
         "outputs = { all = \"all.txt\" }\n";
}

/// The floor: each task's name, key and output path as strings in vectors.
double floor_ms(int fan_out) {
  const double start = now_ms();
  std::vector<std::string> names, keys, paths;
  for (const char* stage : {"make", "next"}) {
    for (int i = 1; i <= fan_out; ++i) {
      keys.push_back(std::to_string(i));
      names.push_back(std::string(stage) + "[i=" + keys.back() + "]");
      paths.push_back(std::string(stage) + "/" + keys.back() + ".txt");
    }
  }
  return now_ms() - start;
}

}  // namespace

int main(int argc, char** argv) {
  const int tasks = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const std::string text = workflow_of(tasks / 2);
  sluice::workflow::LoadOptions options;
  options.path = "/bench.toml";
  options.search_path = "/usr/bin:/bin";
  sluice::RealDisk disk;
  const sluice::workflow::Describe describe = [](const std::string&) -> sluice::Result<sluice::json::object> {
    return sluice::Error{"not a stage", "", ""};
  };

  const double bytes_before = resident_bytes();
  const double start = now_ms();
  sluice::Diagnostics diagnostics;
  const auto graph = sluice::workflow::load_text(text, options, disk, describe, diagnostics);
  const double load_ms = now_ms() - start;
  if (!graph) {
    std::fputs(diagnostics.render().c_str(), stderr);
    return 1;
  }
  const double bytes = resident_bytes() - bytes_before;
  const double recipes_start = now_ms();
  std::size_t words = 0;
  for (TaskIndex task = 0; task < graph->task_count(); ++task) words += graph->recipe(task).argv.size();
  const double recipes_ms = now_ms() - recipes_start;

  const double floor = floor_ms(tasks / 2);
  std::printf(
      "tasks %zu  load %.1f ms  floor %.1f ms  ratio %.1f  recipes %.1f ms (%zu words)  %.0f B/task\n",
      graph->task_count(), load_ms, floor, load_ms / floor, recipes_ms, words,
      bytes / static_cast<double>(graph->task_count()));
  return 0;
}

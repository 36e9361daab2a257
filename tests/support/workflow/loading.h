// Loads workflow files from memory, with programs that describe themselves as the test says.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/json.h"
#include "engine/workflow/load.h"
#include "tests/support/memory_disk.h"

namespace sluice::workflow {

struct Loading {
  tests::MemoryDisk disk;
  LoadOptions options;
  Diagnostics diagnostics;
  std::map<std::string, std::string> descriptions;  ///< by path
  std::vector<std::string> described;               ///< the programs that were asked

  Loading() {
    options.path = "/w/flow.toml";
    options.program_folder = "/bin";
    options.search_path = "/usr/bin";
    options.data_folders = {"/data"};
    disk.put("/usr/bin/tool", "tool", true);
    program("sluice-make",
            R"({"sluice_stage": 1, "name": "sluice-make", "version": "1.2", "results_version": "3",
        "parameters": [
          {"name": "events", "type": "int", "min": 1, "max": 1000, "default": 10, "help": "how many"},
          {"name": "scale", "type": "float", "min": 0, "unit": "GeV", "help": "energy scale"},
          {"name": "label", "type": "string", "help": "a label"},
          {"name": "fast", "type": "bool", "help": "less exact"},
          {"name": "mode", "type": "choice", "choices": ["gun", "pythia"], "help": "generator"},
          {"name": "cache", "type": "bytes", "max": "8 GB", "help": "cache size"},
          {"name": "limit", "type": "duration", "help": "time limit"},
          {"name": "layers", "type": "list<int>", "help": "layer sizes"},
          {"name": "epochs", "type": "int", "extending": true, "help": "how long"},
          {"name": "detector", "type": "string", "data": {"folder": "detectors", "suffix": ".toml"}, "help": "which"}],
        "inputs": [],
        "outputs": [{"name": "events", "kind": "file"}, {"name": "log", "kind": "file", "optional": true}]})");
    program("sluice-merge",
            R"({"sluice_stage": 1, "name": "sluice-merge", "version": "1.2", "results_version": "1",
        "parameters": [{"name": "name", "type": "string", "required": true, "help": "of the data set"}],
        "inputs": [{"name": "events", "kind": "file", "list": true, "help": "event files"}],
        "outputs": [{"name": "dataset", "kind": "folder", "help": "the data set"}], "resumable": true})");
    program("sluice-copy",
            R"({"sluice_stage": 1, "name": "sluice-copy", "version": "1", "results_version": "1",
        "parameters": [],
        "inputs": [{"name": "from", "kind": "file", "help": "what to copy"}],
        "outputs": [{"name": "to", "kind": "file", "help": "the copy"}]})");
    program("sluice-sweep",
            R"({"sluice_stage": 1, "name": "sluice-sweep", "version": "1", "results_version": "1",
        "parameters": [{"name": "trials", "type": "int", "extending": true, "help": "how many"}],
        "inputs": [{"name": "dataset", "kind": "folder", "help": "the data set"}],
        "outputs": [{"name": "best", "kind": "file", "help": "the best"}], "coordinator": true})");
    program("sluice-train",
            R"({"sluice_stage": 1, "name": "sluice-train", "version": "1", "results_version": "1",
        "parameters": [{"name": "loss", "type": "string", "help": "the loss"}],
        "inputs": [{"name": "dataset", "kind": "folder", "help": "the data set"},
                   {"name": "config", "kind": "file", "optional": true, "help": "settings"}],
        "outputs": [{"name": "model", "kind": "folder", "help": "the model"}]})");
  }

  void program(const std::string& name, const std::string& description) {
    disk.put("/bin/" + name, name, true);
    descriptions["/bin/" + name] = description;
  }

  std::optional<TaskGraph> load(const std::string& text) {
    std::mutex mutex;  // programs are asked at the same time
    const Describe describe = [this, &mutex](const std::string& path) -> Result<json::object> {
      {
        const std::lock_guard lock(mutex);
        described.push_back(path);
      }
      const auto found = descriptions.find(path);
      if (found == descriptions.end()) return Error{"it does not know --describe", "", ""};
      auto value = parse_json(found->second, path);
      if (!value) return value.error();
      return value->as_object();
    };
    return load_text(text, options, disk, describe, diagnostics);
  }
};

/// Everything that loading `text` says.
std::string complaints(Loading& loading, const std::string& text);
std::string complaints(const std::string& text);

/// A task's command line: inputs as <a,b> of their producers' names or files, outputs as >path.
std::string command_line(const TaskGraph& graph, const Recipe& recipe, TaskIndex task);
std::string command_line(const TaskGraph& graph, const std::string& task);

/// "[a b c]": the paths of what a task's input receives; in brackets when it is a list.
std::string input_of(const TaskGraph& graph, const std::string& task, std::size_t input = 0);

std::vector<std::string> names_of(const TaskGraph& graph);

}  // namespace sluice::workflow

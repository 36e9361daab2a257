// A stage on its way from the file to the task graph. It points into the parsed file, which outlives it; each
// step of load.cpp fills in the part that it is about and reports what is wrong there. What a later step
// can't know because an earlier one reported it is marked `broken`, so that one mistake gives one message.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/workflow/description.h"
#include "engine/workflow/each.h"
#include "engine/workflow/fanout.h"
#include "engine/workflow/settings.h"
#include "engine/workflow/task_graph.h"
#include "engine/workflow/template.h"

namespace sluice::workflow {

/// A word of a command line before the keys are in.
struct CompiledWord {
  std::vector<Part> parts;
  bool extending = false;
  /// Of a parameter that names a data file: the file behind each value it takes.
  std::shared_ptr<const std::unordered_map<std::string, std::string>> data_files;
};

using EnvWords = std::vector<std::pair<std::string, CompiledWord>>;  ///< sorted by name

/// One source of an input: `stage.output` or `file:...`.
struct InputItem {
  SourceRange range;
  bool is_file = false;
  Filled file;        ///< "file:data/{sample}.root" without its prefix
  std::string stage;  ///< as written
  std::string output;
  const TomlValue* value = nullptr;   ///< what was written
  std::vector<std::string> gathered;  ///< the producer's keys that the consumer does not have
  std::uint32_t producer = 0;         ///< index of the draft, when `resolved`
  std::uint32_t port = 0;             ///< index of its output
  bool resolved = false;
};

struct InputDraft {
  std::string name;
  SourceRange range;  ///< of the name
  SourceRange value_range;
  std::vector<InputItem> items;
  bool is_list = false;
  bool broken = false;
};

struct OutputDraft {
  std::string name;
  SourceRange range;
  Filled path;
  bool broken = false;
};

/// What is started: for a stage's tasks, or for its trials.
struct LaunchDraft {
  const TomlMember* program = nullptr;  ///< exactly one of program and command
  const TomlMember* command = nullptr;
  const TomlMember* inputs_table = nullptr;
  const TomlMember* args = nullptr;
  const TomlMember* env = nullptr;
  ProgramInfo info;
  std::shared_ptr<const Description> description;
  std::vector<CompiledWord> argv;
  EnvWords env_words;
  std::vector<PortName> inputs;  ///< under the names that the program knows them by
  bool inputs_broken = false;
  bool args_broken = false;
};

/// How it runs; the stage's own tables, the site's and the file's defaults laid over each other.
struct RunDraft {
  ExecutorChoice executor;
  executors::Resources resources;
  RetryRule retry;
};

struct StageDraft {
  std::string name;
  SourceRange range;  ///< of the name in its header
  const TomlMember* member = nullptr;
  const TomlMember* each_member = nullptr;
  const TomlMember* where = nullptr;
  const TomlMember* outputs_table = nullptr;
  const TomlMember* trials_member = nullptr;
  const TomlMember* final_member = nullptr;
  const TomlMember* tolerate_member = nullptr;

  Each each;
  Fanout fanout;
  std::vector<KeyName> keys;

  LaunchDraft launch;
  std::optional<LaunchDraft> trials;
  std::vector<InputDraft> inputs;  ///< its own, then those that only its trials take
  std::vector<OutputDraft> outputs;
  bool outputs_broken = false;

  RunDraft run;
  RunDraft trials_run;
  int parallel = 1;
  bool is_final = false;
  double tolerate = 0;
  std::vector<PoolUse> pools;

  std::vector<std::string> input_names() const;
  std::vector<std::string> output_names() const;
};

}  // namespace sluice::workflow

// What a workflow file means once every parameter is filled in and every fan-out unrolled: stages, their
// tasks, the artifacts that connect them. Made for 100,000 tasks: flat arrays, what repeats is shared, and
// the words of a command line are put together only when somebody asks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/diagnostics.h"
#include "executors/executor.h"

namespace sluice::workflow {

using TaskIndex = std::uint32_t;
using StageIndex = std::uint32_t;
using GroupIndex = std::uint32_t;
constexpr TaskIndex no_task = 0xffffffff;

/// One stretch of a command-line word. `input` and `output` become paths when the command is run, and content
/// hashes and names when it is fingerprinted.
struct Piece {
  enum class Kind : std::uint8_t {
    text,       ///< as it is
    input,      ///< the artifacts of input `index`; alone in its word it becomes one argument for each
    output,     ///< where output `index` is to be written
    data_file,  ///< `text` is passed on; the file at `path` counts by content (a detector preset)
  };
  Kind kind = Kind::text;
  std::uint32_t index = 0;
  std::string text;
  std::string path;
};

struct Word {
  std::vector<Piece> pieces;
  bool extending =
      false;  ///< only makes the work longer (trials, epochs): not part of the state folder's identity
};

/// How a task is started. argv[0] is the program. With `arguments_file` a long argv may go as @args.txt.
struct Recipe {
  std::vector<Word> argv;
  std::vector<std::pair<std::string, Word>> env;  ///< hashed
  bool arguments_file = false;
};

/// Escalation: what changes on a retry after running out of something.
struct RetryRule {
  int attempts = 1;                    ///< tries that may end in a user failure (exit code)
  std::vector<int> exit_codes;         ///< retry only these; empty: any
  double memory_factor = 1;            ///< "x2 on out-of-memory"
  double time_factor = 1;              ///< "x1.5 on timeout"
  std::uint64_t memory_cap_bytes = 0;  ///< 0: no cap
  double time_cap_s = 0;
  double delay_s = 0;  ///< before a retry; doubled each time
};

struct PoolUse {
  std::uint32_t pool = 0;  ///< index into TaskGraph::pools
  int amount = 1;
};

struct Pool {
  std::string name;
  int size = 1;
};

struct OutputInfo {
  std::string name;
  SourceRange range;
};

/// The program or command behind a stage, as the planner counts it.
struct ProgramInfo {
  std::string name;        ///< as written: "sluice-train", "python3"
  std::string path;        ///< the executable found
  bool described = false;  ///< a Sluice stage: counts by results_version, not by the bytes of its executable
  std::string version;     ///< from --describe; shown, not hashed
  std::string results_version;  ///< from --describe
  bool resumable =
      false;  ///< from --describe: keeps its progress in a state folder, may end with exit code 75
};

struct TrialsInfo {
  ProgramInfo program;
  std::vector<std::string>
      input_names;  ///< the trial's own inputs; their groups follow the owner's (see TaskGraph)
  int parallel = 1;
  std::string executor;
  executors::Resources resources;
  RetryRule retry;
};

struct Stage {
  std::string name;
  SourceRange range;
  ProgramInfo program;
  bool is_final = false;
  double tolerate = 0;  ///< share of its tasks that may fail
  std::vector<std::string> keys;
  std::vector<std::string> input_names;  ///< then, for a stage with trials, the trials' inputs not among them
  std::vector<OutputInfo> outputs;
  std::string executor;  ///< "local", or the name of an [executor.NAME] table
  executors::Resources resources;
  RetryRule retry;
  std::vector<PoolUse> pools;
  std::optional<TrialsInfo> trials;
  TaskIndex first_task = 0;  ///< tasks of a stage are neighbours, in declaration order
  std::uint32_t task_count = 0;
};

/// A producer's output, or (task == no_task) a file of the user's.
struct Member {
  TaskIndex task = no_task;
  std::uint32_t index = 0;  ///< of the output in its stage, or of the file in TaskGraph::files
};

/// The artifacts that one input receives. Tasks that receive the same ones share the group, so that a join of
/// 10,000 files read by 10,000 tasks costs 20,000 steps and not 10^8.
struct Group {
  std::uint32_t first = 0;  ///< into TaskGraph::members
  std::uint32_t count = 0;
  bool is_list = false;  ///< a gather: a list even when it holds one
};

/// A figure that the report of a run leads with: what stands at `pointer` in a JSON file that a stage makes.
struct ReportNumber {
  std::string label;
  std::string stage;  ///< of a single task
  std::string output;
  std::string pointer;  ///< RFC 6901: "/jets/iqr"

  bool operator==(const ReportNumber&) const = default;
};

struct ExecutorSettings {
  std::string name;
  SourceRange range;
  struct Setting {
    std::string key;
    std::string value;  ///< TOML text of scalars without quotes; arrays as JSON
    SourceRange range;
  };
  std::vector<Setting> settings;
  const std::string* find(std::string_view key) const;
};

class TaskGraph {
 public:
  std::string workflow_name;
  std::string workflow_path;
  std::vector<std::pair<std::string, std::string>> params;  ///< final values, for provenance
  std::vector<Stage> stages;                                ///< in an order that respects the data flow
  std::vector<Pool> pools;
  std::vector<ExecutorSettings> executors;
  std::vector<std::string> files;  ///< absolute paths of the user's files
  std::vector<ReportNumber> report_numbers;

  std::vector<std::string> names;  ///< "simulate[sample=qq,shard=3]", by task
  std::vector<StageIndex> stage_of;
  std::vector<std::uint32_t> group_begin;  ///< size tasks + 1, into task_groups
  std::vector<GroupIndex> task_groups;     ///< for each task one group for each of its stage's input_names
  std::vector<Group> groups;
  std::vector<Member> members;

  std::size_t task_count() const { return names.size(); }
  const Stage& stage(TaskIndex task) const { return stages[stage_of[task]]; }
  std::span<const GroupIndex> inputs(TaskIndex task) const;
  std::span<const Member> group_members(GroupIndex group) const;
  std::optional<TaskIndex> find_task(std::string_view name) const;

  /// Relative to the run folder.
  const std::string& output_path(TaskIndex task, std::uint32_t output) const;
  std::span<const std::string> key_values(TaskIndex task) const;  ///< one for each key of its stage
  Recipe recipe(TaskIndex task) const;
  Recipe trial_recipe(TaskIndex owner) const;  ///< only for a stage with trials

 private:
  friend class GraphBuilder;
  struct Form;  ///< how the words of a stage's command lines are put together
  struct NameIndex;

  Recipe fill_in(TaskIndex task, bool trial) const;

  std::vector<std::string> key_texts_;     ///< by task, then by key
  std::vector<std::size_t> key_begin_;     ///< by stage, into key_texts_
  std::vector<std::string> output_paths_;  ///< by task, then by output
  std::vector<std::size_t> output_begin_;  ///< by stage, into output_paths_
  std::shared_ptr<const std::vector<Form>> forms_;
  mutable std::shared_ptr<const NameIndex>
      name_index_;  ///< made when find_task is first asked; one thread at a time
};

}  // namespace sluice::workflow

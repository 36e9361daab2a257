// Fingerprints of tasks, from what is known of the contents of their inputs. Also keeps an eye on the files
// that are not ours (input files, data files, executables of commands): whoever is about to believe one,
// looks whether it is still what it was when it was read.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/disk.h"
#include "engine/base/result.h"
#include "engine/plan/contents.h"
#include "engine/plan/file_hashes.h"
#include "engine/plan/recipe_text.h"
#include "engine/workflow/task_graph.h"

namespace sluice::plan {

/// An error of Fingerprints that says that a file of the user's is not there.
bool is_missing_input(const Error& error);

class Fingerprints {
 public:
  Fingerprints(const workflow::TaskGraph& graph, Contents& contents, FileHashes& files, Disk& disk,
               Clock& clock);

  /// Reads a file of the user's, if it was not read before. Error: it is missing.
  Status read_file(std::uint32_t file);
  /// Reads the executables that a stage counts by content.
  Status read_programs(workflow::StageIndex stage);

  /// All files must have been read, all groups hashed; then several threads may ask.
  Result<Hash128> fingerprint(TaskIndex task);
  /// Without the words that only extend the work.
  Result<Hash128> state_id(TaskIndex task);
  /// What the fingerprint is the hash of, and the notes.
  Result<std::string> text(TaskIndex task);

  /// Looks at the task's files again, and reads what has changed since. Returns the paths of those.
  Result<std::vector<std::string>> refresh(TaskIndex task);
  /// Of the files as they were read.
  Result<std::uint64_t> signature(TaskIndex task);

 private:
  Status append_lines(std::string& out, TaskIndex task, RecipePart part);
  void append_notes(std::string& out, TaskIndex task, const workflow::Recipe& recipe);
  void append_members(std::string& out, GroupIndex group, std::string_view name);
  const std::string& member_path(const workflow::Member& member) const;

  /// Content of a file that is named by path: read once.
  Result<Content> content_at(const std::string& path);
  /// True: it is not what it was.
  Result<bool> reread(const std::string& path);
  Status refresh_group(GroupIndex group, std::vector<std::string>& changed);
  std::vector<std::string> named_files(TaskIndex task);
  RecipeSources sources(TaskIndex task, const workflow::ProgramInfo& program);

  const workflow::TaskGraph& graph_;
  Contents& contents_;
  FileHashes& files_;
  Disk& disk_;
  Clock& clock_;
  std::mutex reading_;
  std::unordered_map<std::string, Content> named_;             ///< data files and executables, by path
  std::vector<std::uint32_t> files_in_;                        ///< by group: how many files of the user's
  std::vector<std::uint32_t> readers_;                         ///< by group: how many tasks
  std::unordered_map<GroupIndex, std::int64_t> looked_at_ns_;  ///< large groups only
};

}  // namespace sluice::plan

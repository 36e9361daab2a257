// Which artifacts each task's inputs receive, written into the graph's groups and members. What can only be
// seen task by task is reported here: an input for which no producer's task agrees, a file that is not there.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/workflow/draft.h"
#include "engine/workflow/load_context.h"
#include "engine/workflow/task_graph.h"

namespace sluice::workflow {

class InputGroups {
 public:
  /// `first_tasks`: by draft; those of producers must be known when their consumers are asked for.
  InputGroups(const std::vector<StageDraft>& drafts, const std::vector<TaskIndex>& first_tasks,
              LoadContext& context, TaskGraph& graph)
      : drafts_(drafts), first_tasks_(first_tasks), context_(context), graph_(graph) {}

  /// The group of each task of the stage, in the order of its rows.
  std::vector<GroupIndex> groups_of(const StageDraft& stage, const InputDraft& input);

 private:
  /// One source of an input: for each row of the consumer the number of a set of members.
  struct Source {
    std::vector<std::uint32_t> set_of;
    std::vector<std::uint32_t> begin;
    std::vector<Member> members;
    std::span<const Member> set(std::uint32_t i) const {
      return {members.data() + begin[i], members.data() + begin[i + 1]};
    }
  };

  Source stage_source(const StageDraft& stage, const InputDraft& input, const InputItem& item);
  void report_lonely(const StageDraft& stage, const InputDraft& input, const InputItem& item,
                     const std::vector<std::uint32_t>& set_of);
  Source file_source(const StageDraft& stage, const InputItem& item);
  void check_file(const std::string& path, const InputItem& item);
  Source merge(const InputDraft& input, std::span<const Source> sources);

  const std::vector<StageDraft>& drafts_;
  const std::vector<TaskIndex>& first_tasks_;
  LoadContext& context_;
  TaskGraph& graph_;
  std::unordered_map<std::string, std::uint32_t> files_;
};

}  // namespace sluice::workflow

// The last step of loading: drafts without a mistake become tasks, artifacts and the groups that connect
// them. Mistakes that need all tasks to be seen are reported here.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/workflow/draft.h"
#include "engine/workflow/form.h"
#include "engine/workflow/load_context.h"
#include "engine/workflow/output_places.h"
#include "engine/workflow/task_graph.h"

namespace sluice::workflow {

class GraphBuilder {
 public:
  /// `order`: indices of the drafts, producers first.
  GraphBuilder(const std::vector<StageDraft>& drafts, const std::vector<std::uint32_t>& order,
               OutputPlaces places, LoadContext& context)
      : drafts_(drafts),
        order_(order),
        places_(std::move(places)),
        context_(context),
        first_tasks_(drafts.size(), no_task) {}

  /// Complete only if nothing was reported.
  TaskGraph build();

 private:
  void reserve();
  void add_stage(const StageDraft& draft);
  void add_tasks(const StageDraft& draft, const Stage& stage);
  void add_inputs();
  void add_form(const StageDraft& draft);

  const std::vector<StageDraft>& drafts_;
  const std::vector<std::uint32_t>& order_;
  OutputPlaces places_;
  LoadContext& context_;
  std::vector<TaskIndex> first_tasks_;  ///< by draft
  std::vector<TaskGraph::Form> forms_;
  TaskGraph graph_;
};

}  // namespace sluice::workflow

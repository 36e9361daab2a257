#include "engine/workflow/output_places.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "engine/workflow/output_paths.h"
#include "engine/workflow/render.h"

namespace sluice::workflow {

namespace {

/// The first key that does not stand in an output's path although it has several values: the usual cause of a
/// clash.
std::string missing_key(const StageDraft& draft, const OutputDraft& output) {
  for (std::uint32_t key = 0; key < draft.keys.size(); ++key) {
    const bool stands =
        std::any_of(output.path.parts.begin(), output.path.parts.end(),
                    [&](const Part& part) { return part.kind == Part::Kind::key && part.index == key; });
    if (!stands && draft.fanout.domains[key]->texts.size() > 1) return draft.keys[key].name;
  }
  return {};
}

bool is_broken(const StageDraft& draft) {
  return draft.fanout.broken || draft.outputs_broken ||
         std::any_of(draft.outputs.begin(), draft.outputs.end(),
                     [](const OutputDraft& output) { return output.broken; });
}

struct Place {
  const StageDraft* draft;
  const OutputDraft* output;
  std::string task;
};

class Placing {
 public:
  Placing(const std::vector<StageDraft>& drafts, LoadContext& context) : drafts_(drafts), context_(context) {}

  OutputPlaces run() {
    if (!check_task_count()) return {};
    reserve();
    for (const StageDraft& draft : drafts_) {
      places_.begin.push_back(places_.paths.size());
      if (!is_broken(draft)) add_outputs(draft);
    }
    check_clashes();
    return std::move(places_);
  }

 private:
  bool check_task_count() const {
    std::uint64_t tasks = 0;
    for (const StageDraft& draft : drafts_) {
      tasks += draft.fanout.rows;
      if (tasks <= context_.options.most_tasks) continue;
      context_.diagnostics.error(draft.range,
                                 "with this stage the workflow has more than " +
                                     std::to_string(context_.options.most_tasks) + " tasks",
                                 "that is the most it can have");
      return false;
    }
    return true;
  }

  void reserve() {
    std::size_t paths = 0;
    for (const StageDraft& draft : drafts_) paths += draft.fanout.rows * draft.outputs.size();
    places_.paths.reserve(paths);
    places_.begin.reserve(drafts_.size());
  }

  void add_outputs(const StageDraft& draft) {
    std::vector<bool> reported(draft.outputs.size(), false);
    for (std::size_t row = 0; row < draft.fanout.rows; ++row) {
      for (std::size_t i = 0; i < draft.outputs.size(); ++i) {
        const OutputDraft& output = draft.outputs[i];
        std::string path = output.path.text();
        append_parts(output.path.parts, draft.fanout, row, path);
        const std::string problem = reported[i] ? std::string() : output_path_problem(path);
        if (!problem.empty()) {
          reported[i] = true;
          context_.diagnostics.error(
              output.path.range, "the output path '" + path + "' of " + task_name(draft, row) + " " + problem,
              "outputs lie below the run folder: \"sim/{sample}.root\"");
        }
        places_.paths.push_back(std::move(path));
      }
    }
  }

  void check_clashes() {
    for (const PathClash& clash : find_clashes(places_.paths)) {
      report_clash(clash.outer, clash.inner, clash.nested);
      return;  // one forgotten {key} makes thousands; the first says it all
    }
  }

  void report_clash(std::size_t outer, std::size_t inner, bool nested) {
    const auto place_of = [&](std::size_t path) {
      const auto after = std::upper_bound(places_.begin.begin(), places_.begin.end(), path);
      const auto stage = static_cast<std::size_t>(after - places_.begin.begin()) - 1;
      const StageDraft& draft = drafts_[stage];
      const std::size_t offset = path - places_.begin[stage];
      const std::size_t row = offset / draft.outputs.size();
      return Place{&draft, &draft.outputs[offset % draft.outputs.size()], task_name(draft, row)};
    };
    const Place first = place_of(outer);
    const Place second = place_of(inner);
    const std::string key =
        first.output == second.output ? missing_key(*first.draft, *first.output) : std::string();
    const std::string hint = key.empty() ? "" : "put {" + key + "} into the path";
    if (nested)
      context_.diagnostics.error(second.output->path.range,
                                 "the output '" + places_.paths[inner] + "' of " + second.task +
                                     " lies inside '" + places_.paths[outer] + "', an output of " +
                                     first.task,
                                 hint);
    else
      context_.diagnostics.error(
          second.output->path.range,
          "'" + places_.paths[inner] + "' is an output of both " + first.task + " and " + second.task, hint);
    if (first.output != second.output)
      context_.diagnostics.note(first.output->path.range, "the other output is here");
  }

  const std::vector<StageDraft>& drafts_;
  LoadContext& context_;
  OutputPlaces places_;
};

}  // namespace

OutputPlaces place_outputs(const std::vector<StageDraft>& drafts, LoadContext& context) {
  return Placing(drafts, context).run();
}

}  // namespace sluice::workflow

#include "engine/report/block.h"
#include "engine/report/dot.h"
#include "engine/report/html.h"
#include "engine/report/page_parts.h"
#include "engine/report/timeline.h"

namespace sluice::report {

namespace {

/// Where Graphviz is not at hand: each stage with what it reads.
std::string graph_list(const RunSummary& summary) {
  std::vector<const StageSummary*> stages;
  for (const StageSummary& stage : summary.stages)
    if (!stage.is_trials) stages.push_back(&stage);
  std::string html = "<ul>\n";
  for (const StageSummary* stage : stages) {
    html += "<li>" + element("strong", "", stage->about.name) + " " +
            element("span", "quiet",
                    std::string(mood(stage->tally)) + ", " + count_of(stage->tally.total(), "task"));
    std::string from;
    for (const StageInput& input : stage->about.inputs)
      if (input.stage < stages.size()) from += (from.empty() ? "" : ", ") + stages[input.stage]->about.name;
    if (!from.empty()) html += " ← " + escape(from);
    html += "</li>\n";
  }
  return html + "</ul>\n";
}

}  // namespace

std::string graph_part(const RunSummary& summary, const std::string& svg, const std::string& note) {
  if (summary.stages.empty()) return "";
  if (svg.empty()) return element("p", "quiet", note) + "\n" + graph_list(summary);
  return "<div class=\"wide graph\">\n" + svg +
         "\n</div>\n<p class=\"quiet\">A thick arrow gathers the outputs of many tasks into one.</p>\n";
}

std::string timeline_part(const RunSummary& summary) {
  std::string html;
  if (!summary.spans.empty() && summary.timeline_run != summary.run)
    html += "<p>Nothing had to run this time. This is the time line of the run <code>" +
            escape(summary.timeline_run) + "</code>.</p>\n";
  return html + timeline_html(summary.spans, summary.stages);
}

}  // namespace sluice::report

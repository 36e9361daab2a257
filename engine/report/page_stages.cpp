#include <algorithm>
#include <cmath>

#include "engine/base/units.h"
#include "engine/report/advice.h"
#include "engine/report/block.h"
#include "engine/report/html.h"
#include "engine/report/page_parts.h"

namespace sluice::report {

namespace {

std::string number_cell(const std::string& text, const std::string& small = {}) {
  return "<td class=\"n\">" + escape(text) + (small.empty() ? "" : element("small", "", small)) + "</td>";
}

std::string count_cell(std::size_t count, bool is_bad) {
  if (count == 0) return "<td class=\"n quiet\">–</td>";
  const std::string text = std::to_string(count);
  return "<td class=\"n\">" + (is_bad ? element("span", "bad-number", text) : text) + "</td>";
}

std::string program_of(const StageSnapshot& about) {
  std::string text = about.program;
  if (!about.program_version.empty()) text += " " + about.program_version;
  if (!about.results_version.empty()) text += ", results " + about.results_version;
  if (!about.executor.empty()) text += (text.empty() ? "" : " · ") + about.executor;
  return text;
}

std::string asked_for(const executors::Resources& resources) {
  std::string text = count_of(static_cast<std::size_t>(std::max(resources.cpus, 1)), "CPU");
  if (resources.gpus > 0) text += ", " + count_of(static_cast<std::size_t>(resources.gpus), "GPU");
  if (resources.ranks > 1) text += ", " + std::to_string(resources.ranks) + " ranks";
  return text;
}

std::string memory_cell(const Cost& cost) {
  if (cost.peak_bytes == 0) return "<td class=\"n quiet\">–</td>";
  return number_cell(format_bytes(cost.peak_bytes),
                     cost.asked_bytes > 0 ? "of " + format_bytes(cost.asked_bytes) : "no limit asked");
}

std::string advice_cell(const Cost& cost) {
  std::string html;
  for (const std::string& advice : {memory_advice(cost), time_advice(cost)})
    if (!advice.empty()) html += "<div>" + escape(advice) + "</div>";
  return html.empty() ? "<td class=\"quiet\">–</td>" : "<td class=\"advice\">" + html + "</td>";
}

std::string cost_cells(const Cost& cost) {
  if (cost.attempts == 0) {
    std::string empty;
    for (int i = 0; i < 5; ++i) empty += "<td class=\"n quiet\">–</td>";
    return empty;
  }
  const double mean_wait = cost.queued_s / static_cast<double>(cost.attempts);
  std::string html = number_cell(format_seconds(cost.wall_s / static_cast<double>(cost.attempts)),
                                 "longest " + format_seconds(cost.longest_s));
  html += number_cell(format_seconds(cost.wall_s));
  html += number_cell(
      format_seconds(cost.cpu_s),
      cost.held_cpu_s > 0 ? svg_number(std::round(100 * cost.cpu_s / cost.held_cpu_s)) + "% of held" : "");
  html += number_cell(format_seconds(mean_wait));
  return html + memory_cell(cost);
}

std::string stage_row(const StageSummary& stage) {
  const Tally& tally = stage.tally;
  std::string html = stage.is_trials ? "<tr class=\"part\">" : "<tr>";
  html += "<td class=\"name\">" + escape(stage.about.name) + element("small", "", program_of(stage.about)) +
          element("small", "", asked_for(stage.about.resources)) + "</td>";
  html += "<td>" + tally_bar(tally, "bar small") +
          element("small", "", percent(tally.settled(), tally.total())) + "</td>";
  html += "<td class=\"n\">" + std::to_string(tally.total()) + "</td>";
  html += count_cell(tally.cached, false) + count_cell(tally.succeeded, false) +
          count_cell(tally.failed, true) + count_cell(tally.skipped + tally.cancelled, true);
  return html + cost_cells(stage.cost) + advice_cell(stage.cost) + "</tr>\n";
}

std::string sum_row(const RunSummary& summary) {
  const Tally total = summary.total();
  Cost cost;
  for (const StageSummary& stage : summary.stages) {
    cost.wall_s += stage.cost.wall_s;
    cost.cpu_s += stage.cost.cpu_s;
  }
  return "<tr class=\"sum\"><td>All</td><td></td><td class=\"n\">" + std::to_string(total.total()) + "</td>" +
         count_cell(total.cached, false) + count_cell(total.succeeded, false) +
         count_cell(total.failed, true) + count_cell(total.skipped + total.cancelled, true) + "<td></td>" +
         number_cell(format_seconds(cost.wall_s)) + number_cell(format_seconds(cost.cpu_s)) +
         "<td></td><td></td><td></td></tr>\n";
}

}  // namespace

std::string stages_part(const RunSummary& summary) {
  std::string html =
      "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">Stage</th><th scope=\"col\">Progress</th>"
      "<th scope=\"col\" class=\"n\">Tasks</th><th scope=\"col\" class=\"n\">Up to date</th>"
      "<th scope=\"col\" class=\"n\">Done</th><th scope=\"col\" class=\"n\">Failed</th>"
      "<th scope=\"col\" class=\"n\">Skipped</th><th scope=\"col\" class=\"n\">Time a task</th>"
      "<th scope=\"col\" class=\"n\">Time in all</th><th scope=\"col\" class=\"n\">CPU time</th>"
      "<th scope=\"col\" class=\"n\">Mean wait</th><th scope=\"col\" class=\"n\">Peak memory</th>"
      "<th scope=\"col\">Advice</th></tr></thead>\n<tbody>\n";
  for (const StageSummary& stage : summary.stages) html += stage_row(stage);
  if (summary.stages.size() > 1) html += sum_row(summary);
  return html +
         "</tbody></table></div>\n<p class=\"quiet\">Times and memory are those of this run's attempts and, "
         "for what was up to "
         "date, of the attempts that made it. Mean wait: from submission to start.</p>\n";
}

}  // namespace sluice::report

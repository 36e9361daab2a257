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
  const std::string text = grouped(count);
  return "<td class=\"n\">" + (is_bad ? element("span", "bad-number", text) : text) + "</td>";
}

/// What it runs, and what that asks for.
std::string small_print(const StageSnapshot& about) {
  std::string program = about.program;
  if (!about.program_version.empty()) program += " " + about.program_version;
  std::string rest = about.executor.empty() ? "" : about.executor + ", ";
  rest += count_of(static_cast<std::size_t>(std::max(about.resources.cpus, 1)), "CPU");
  if (about.resources.gpus > 0)
    rest += ", " + count_of(static_cast<std::size_t>(about.resources.gpus), "GPU");
  if (about.resources.ranks > 1) rest += ", " + std::to_string(about.resources.ranks) + " ranks";
  return (program.empty() ? "" : element("small", "", program)) + element("small", "", rest);
}

std::string memory_cell(const Cost& cost) {
  if (cost.peak_bytes == 0) return "<td class=\"n quiet\">–</td>";
  return number_cell(format_bytes(cost.peak_bytes),
                     cost.asked_bytes > 0 ? "of " + format_bytes(cost.asked_bytes) : "no limit asked");
}

std::string cost_cells(const Cost& cost) {
  if (cost.attempts == 0) {
    std::string empty;
    for (int i = 0; i < 4; ++i) empty += "<td class=\"n quiet\">–</td>";
    return empty;
  }
  const auto attempts = static_cast<double>(cost.attempts);
  std::string html =
      number_cell(format_seconds(cost.wall_s), "mean " + format_seconds(cost.wall_s / attempts) +
                                                   ", longest " + format_seconds(cost.longest_s));
  html += number_cell(format_seconds(cost.cpu_s),
                      cost.held_cpu_s > 0
                          ? svg_number(std::round(100 * cost.cpu_s / cost.held_cpu_s)) + "% of what it held"
                          : "");
  html += number_cell(format_seconds(cost.queued_s / attempts));
  return html + memory_cell(cost);
}

std::string progress_cell(const Tally& tally) {
  if (tally.total() == 0) return "<td class=\"quiet\">–</td>";
  std::string more = percent(tally.settled(), tally.total());
  const auto add = [&](std::size_t count, const char* word) {
    if (count > 0) more += ", " + grouped(count) + " " + word;
  };
  add(tally.running, "running");
  add(tally.skipped, "skipped");
  add(tally.cancelled, "cancelled");
  add(tally.excluded, "not selected");
  return "<td>" + tally_bar(tally, "bar small") + element("small", "", more) + "</td>";
}

std::string stage_row(const StageSummary& stage) {
  const Tally& tally = stage.tally;
  std::string html = stage.is_trials ? "<tr class=\"part\">" : "<tr>";
  html += "<td class=\"name\">" + escape(stage.about.name) + small_print(stage.about) + "</td>" +
          progress_cell(tally);
  html += "<td class=\"n\">" + grouped(tally.total()) + "</td>";
  html +=
      count_cell(tally.cached, false) + count_cell(tally.succeeded, false) + count_cell(tally.failed, true);
  return html + cost_cells(stage.cost) + "</tr>\n";
}

std::string sum_row(const RunSummary& summary) {
  const Tally total = summary.total();
  Cost cost;
  for (const StageSummary& stage : summary.stages) {
    cost.wall_s += stage.cost.wall_s;
    cost.cpu_s += stage.cost.cpu_s;
  }
  return "<tr class=\"sum\"><td>All</td><td></td><td class=\"n\">" + grouped(total.total()) + "</td>" +
         count_cell(total.cached, false) + count_cell(total.succeeded, false) +
         count_cell(total.failed, true) + number_cell(format_seconds(cost.wall_s)) +
         number_cell(format_seconds(cost.cpu_s)) + "<td></td><td></td></tr>\n";
}

/// Stage by stage what could be asked for instead.
std::string advice_list(const RunSummary& summary) {
  std::string items;
  for (const StageSummary& stage : summary.stages) {
    const std::string memory = memory_advice(stage.cost);
    const std::string time = time_advice(stage.cost);
    if (memory.empty() && time.empty()) continue;
    const std::string both = memory + (memory.empty() || time.empty() ? "" : "; ") + time;
    items += "<li>" + element("strong", "", stage.about.name) + ": " + escape(both) + "</li>\n";
  }
  return items.empty() ? "" : "<h3>What could be asked for instead</h3>\n<ul>\n" + items + "</ul>\n";
}

}  // namespace

std::string stages_part(const RunSummary& summary) {
  std::string html =
      "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">Stage</th><th scope=\"col\">Progress</th>"
      "<th scope=\"col\" class=\"n\">Tasks</th><th scope=\"col\" class=\"n\">Up to date</th>"
      "<th scope=\"col\" class=\"n\">Done</th><th scope=\"col\" class=\"n\">Failed</th>"
      "<th scope=\"col\" class=\"n\">Wall time</th><th scope=\"col\" class=\"n\">CPU time</th>"
      "<th scope=\"col\" class=\"n\">Mean wait</th><th scope=\"col\" class=\"n\">Peak "
      "memory</th></tr></thead>\n<tbody>\n";
  for (const StageSummary& stage : summary.stages) html += stage_row(stage);
  if (summary.stages.size() > 1) html += sum_row(summary);
  return html +
         "</tbody></table></div>\n<p class=\"quiet\">Times and memory are those of this run's attempts and, "
         "for what was up to "
         "date, of the attempts that made it. The wait is from submission to start.</p>\n" +
         advice_list(summary);
}

}  // namespace sluice::report

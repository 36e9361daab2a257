// The parts of the page that are about single tasks: failures, what runs, what took longest, what was tried
// again.
#include <algorithm>
#include <cmath>

#include "engine/base/units.h"
#include "engine/report/html.h"
#include "engine/report/page_parts.h"
#include "engine/report/read_run.h"

namespace sluice::report {

namespace {

constexpr std::size_t most_running = 50;
constexpr std::size_t most_slow = 15;

std::string failure_html(const FailedTask& failed) {
  std::string html =
      "<article class=\"failure\">\n" + element("h3", "", failed.task) + "\n<p>" + escape(failed.message);
  std::string facts;
  if (failed.attempt > 0) facts += "attempt " + std::to_string(failed.attempt);
  if (failed.seconds > 0) facts += ", after " + format_seconds(failed.seconds);
  if (!failed.node.empty()) facts += ", on " + failed.node;
  if (!facts.empty()) html += " " + element("span", "quiet", "(" + facts + ")");
  html += "</p>\n";
  if (!failed.tail.lines.empty()) {
    html += "<pre tabindex=\"0\">";
    if (failed.tail.cut) html += "…\n";
    for (const std::string& line : failed.tail.lines) html += escape(line) + "\n";
    html += "</pre>\n";
  }
  if (!failed.log.empty())
    html += "<p class=\"quiet\">Log: <code>" + escape(failed.log) + "</code></p>\n";
  else if (failed.attempt > 0)
    html += "<p class=\"quiet\">It printed nothing.</p>\n";
  return html + "</article>\n";
}

std::string table_head(std::initializer_list<const char*> columns) {
  std::string html = "<div class=\"wide\"><table>\n<thead><tr>";
  for (const std::string_view column : columns) {
    const bool is_number = column.starts_with('#');
    html += std::string("<th scope=\"col\"") + (is_number ? " class=\"n\"" : "") + ">" +
            escape(column.substr(is_number ? 1 : 0)) + "</th>";
  }
  return html + "</tr></thead>\n<tbody>\n";
}

/// Of the finished attempts of each stage.
std::vector<double> medians(const RunSummary& summary) {
  std::vector<std::vector<double>> seconds(summary.stages.size());
  for (const Span& span : summary.spans)
    if (!span.is_running)
      seconds[span.stage].push_back(1e-9 * static_cast<double>(span.end_ns - span.begin_ns));
  std::vector<double> medians;
  for (auto& stage : seconds) {
    if (stage.empty()) {
      medians.push_back(0);
      continue;
    }
    const auto middle = stage.begin() + static_cast<std::ptrdiff_t>(stage.size() / 2);
    std::nth_element(stage.begin(), middle, stage.end());
    medians.push_back(*middle);
  }
  return medians;
}

std::string times_median(double seconds, double median) {
  if (median <= 0) return "–";
  return svg_number(std::round(10 * seconds / median) / 10);
}

}  // namespace

std::string failures_part(const RunSummary& summary) {
  if (summary.failure_count == 0) return "";
  std::string html;
  for (const FailedTask& failed : summary.failures) html += failure_html(failed);
  if (summary.failure_count > summary.failures.size())
    html += "<p>And " + grouped(summary.failure_count - summary.failures.size()) +
            " more: <code>sluice status --json</code> lists all.</p>\n";
  return html;
}

std::string running_part(const RunSummary& summary) {
  if (summary.running.empty()) return "";
  std::string html = table_head({"Task", "#Attempt", "Executor", "Node", "#Running for"});
  for (std::size_t i = 0; i < std::min(summary.running.size(), most_running); ++i) {
    const RunningAttempt& running = summary.running[i];
    const std::int64_t since = running.started_ns != 0 ? running.started_ns : running.submitted_ns;
    const std::string time =
        format_seconds(std::max(0.0, 1e-9 * static_cast<double>(summary.now_ns - since)));
    html += "<tr>" + element("td", "name", running.task) +
            element("td", "n", std::to_string(running.attempt)) +
            element("td", "", running.executor + (running.handle.empty() ? "" : " " + running.handle)) +
            element("td", "", running.node.empty() ? "–" : running.node) +
            element("td", "n",
                    running.state == ended_unrecorded ? "ended, not recorded"
                    : running.started_ns != 0         ? time
                                                      : "submitted " + time + " ago") +
            "</tr>\n";
  }
  html += "</tbody></table></div>\n";
  if (summary.running.size() > most_running)
    html += "<p>And " + grouped(summary.running.size() - most_running) + " more.</p>\n";
  return html;
}

std::string slowest_part(const RunSummary& summary) {
  std::vector<const Span*> spans;
  for (const Span& span : summary.spans)
    if (!span.is_running) spans.push_back(&span);
  if (spans.empty()) return "";
  const auto length = [](const Span* span) { return span->end_ns - span->begin_ns; };
  const std::size_t count = std::min(spans.size(), most_slow);
  std::partial_sort(spans.begin(), spans.begin() + static_cast<std::ptrdiff_t>(count), spans.end(),
                    [&](const Span* a, const Span* b) { return length(a) > length(b); });
  const std::vector<double> median = medians(summary);
  std::string html = table_head({"Task", "#Attempt", "#Time", "#× stage median", "Where", "How it ended"});
  for (std::size_t i = 0; i < count; ++i) {
    const Span& span = *spans[i];
    const double seconds = 1e-9 * static_cast<double>(length(spans[i]));
    html += "<tr>" + element("td", "name", span.task) + element("td", "n", std::to_string(span.attempt)) +
            element("td", "n", format_seconds(seconds)) +
            element("td", "n", times_median(seconds, median[span.stage])) + element("td", "", span.place) +
            (span.is_bad ? element("td", "bad-number", "without success") : element("td", "", "done")) +
            "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string retries_part(const RunSummary& summary) {
  if (summary.retries.empty()) return "";
  std::string html = table_head({"Stage", "How it ended", "#Tries", "One of the messages"});
  for (const RetryCount& retry : summary.retries)
    html += "<tr>" + element("td", "name", retry.stage) + element("td", "", retry.outcome) +
            element("td", "n", grouped(retry.count)) + element("td", "", retry.example) + "</tr>\n";
  return html + "</tbody></table></div>\n";
}

std::string notes_part(const RunSummary& summary) {
  if (summary.notes.empty()) return "";
  std::string html = table_head({"When", "What", ""});
  for (const Note& note : summary.notes)
    html += "<tr>" + element("td", "n", time_text(note.wall_ns)) + element("td", "", note.kind) +
            element("td", "mono", note.text) + "</tr>\n";
  return html + "</tbody></table></div>\n";
}

}  // namespace sluice::report

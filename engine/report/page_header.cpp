#include <algorithm>
#include <cmath>

#include "engine/base/units.h"
#include "engine/report/block.h"
#include "engine/report/html.h"
#include "engine/report/page_parts.h"

namespace sluice::report {

namespace {

struct Kind {
  std::size_t count;
  const char* css;
  const char* word;
};

std::vector<Kind> kinds(const Tally& tally) {
  return {{tally.succeeded, "done", "done"},     {tally.cached, "cached", "up to date"},
          {tally.running, "running", "running"}, {tally.failed, "failed", "failed"},
          {tally.skipped, "lost", "skipped"},    {tally.cancelled, "lost", "cancelled"},
          {tally.waiting, "waiting", "waiting"}, {tally.excluded, "waiting", "not selected"}};
}

struct StateLook {
  const char* state;
  const char* css;
  const char* sign;
};

std::string pill(const std::string& state) {
  static constexpr StateLook looks[] = {
      {"succeeded", "good", "✓"},  {"failed", "bad", "✗"},     {"running", "busy", "▶"},
      {"interrupted", "off", "‖"}, {"stopped", "off", "‖"},    {"cancelled", "off", "⊘"},
      {"disk-full", "bad", "✗"},   {"fenced-off", "off", "‖"}, {"broken", "bad", "✗"}};
  const auto* found =
      std::find_if(std::begin(looks), std::end(looks), [&](const auto& look) { return look.state == state; });
  const StateLook look = found == std::end(looks) ? StateLook{"", "off", "?"} : *found;
  return "<span class=\"pill " + std::string(look.css) + "\">" + look.sign + " " + escape(state) + "</span>";
}

std::string figure(const std::string& name, const std::string& value, const std::string& more) {
  return "<div>" + element("dt", "", name) + "<dd>" + escape(value) +
         (more.empty() ? "" : element("small", "", more)) + "</dd></div>\n";
}

std::string tries_text(std::size_t count) {
  if (count == 0) return "every try succeeded";
  return count == 1 ? "1 try did not succeed" : grouped(count) + " tries did not succeed";
}

std::string used_share(const Cost& cost) {
  if (cost.held_cpu_s <= 0) return "";
  return svg_number(std::round(100 * cost.cpu_s / cost.held_cpu_s)) + "% of " +
         format_seconds(cost.held_cpu_s) + " held";
}

std::string figures(const RunSummary& summary) {
  const Tally total = summary.total();
  Cost cost;
  std::uint64_t bytes = 0;
  std::size_t files = 0;
  std::size_t bad_tries = 0;
  for (const StageSummary& stage : summary.stages) {
    cost.attempts += stage.cost.attempts;
    cost.wall_s += stage.cost.wall_s;
    cost.cpu_s += stage.cost.cpu_s;
    cost.held_cpu_s += stage.cost.held_cpu_s;
  }
  for (const StageOutputs& outputs : summary.outputs) {
    bytes += outputs.bytes;
    files += outputs.count;
  }
  for (const RetryCount& retry : summary.retries) bad_tries += retry.count;
  const bool is_open = summary.state == "running";
  std::string html = "<dl class=\"figures\">\n";
  html += figure("Tasks", grouped(total.settled()),
                 "of " + grouped(total.total()) + ", " + percent(total.settled(), total.total()));
  html += figure(is_open ? "Running for" : "Took", format_seconds(summary.seconds()),
                 "since " + time_text(summary.started_ns).substr(11, 5));
  html += figure("CPU time", format_seconds(cost.cpu_s), used_share(cost));
  html += figure("Failed", grouped(total.failed), tries_text(bad_tries));
  html += figure("Outputs", format_bytes(bytes), count_of(files, "artifact"));
  return html + "</dl>\n";
}

}  // namespace

std::string tally_bar(const Tally& tally, const std::string& css) {
  const double total = static_cast<double>(std::max<std::size_t>(tally.total(), 1));
  std::string label;
  std::string cells;
  for (const Kind& kind : kinds(tally)) {
    if (kind.count == 0) continue;
    label += (label.empty() ? "" : ", ") + grouped(kind.count) + " " + kind.word;
    cells += "<i class=\"" + std::string(kind.css) +
             "\" style=\"width:" + svg_number(100 * static_cast<double>(kind.count) / total) + "%\"></i>";
  }
  return "<div class=\"" + css + "\" role=\"img\" aria-label=\"" + label + "\" title=\"" + label + "\">" +
         cells + "</div>";
}

std::string tally_legend(const Tally& tally) {
  std::string html = "<ul class=\"legend\">";
  for (const Kind& kind : kinds(tally))
    if (kind.count > 0)
      html += "<li><i class=\"" + std::string(kind.css) + "\"></i>" + grouped(kind.count) + " " + kind.word +
              "</li>";
  return html + "</ul>\n";
}

std::string page_header(const RunSummary& summary) {
  std::string html = "<header class=\"top\">\n<p class=\"kicker\">Sluice run report</p>\n<h1>" +
                     escape(summary.workflow) + " " + pill(summary.state) + "</h1>\n";
  html += "<p class=\"sub\">Run <code>" + escape(summary.run) + "</code>, started " +
          escape(time_text(summary.started_ns)) + " by " + escape(summary.user) + " on " +
          escape(summary.host) + "</p>\n";
  if (summary.state == "interrupted")
    html +=
        "<p>The process that drove this run is gone. <code>sluice run</code> goes on where it was; nothing "
        "that was "
        "finished is lost.</p>\n";
  html += numbers_html(summary) + figures(summary);
  return html + tally_bar(summary.total(), "bar") + "\n" + tally_legend(summary.total()) + "</header>\n";
}

}  // namespace sluice::report

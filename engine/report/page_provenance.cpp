#include "engine/base/units.h"
#include "engine/report/html.h"
#include "engine/report/page_parts.h"

namespace sluice::report {

namespace {

constexpr std::size_t longest_text = 200'000;  // bytes of the workflow that are shown

std::string fact(const std::string& name, const std::string& value) {
  if (value.empty()) return "";
  return element("dt", "", name) + "<dd>" + element("code", "", value) + "</dd>\n";
}

std::string program_versions(const RunSummary& summary) {
  std::string text;
  for (const StageSummary& stage : summary.stages) {
    if (stage.about.program_version.empty()) continue;
    const std::string one = stage.about.program + " " + stage.about.program_version + " (results " +
                            stage.about.results_version + ")";
    if (text.find(one) == std::string::npos) text += (text.empty() ? "" : ", ") + one;
  }
  return text;
}

std::string outputs_html(const RunSummary& summary) {
  if (summary.outputs.empty()) return "";
  std::string html;
  for (const StageOutputs& outputs : summary.outputs) {
    html += "<details><summary>" + escape(outputs.stage) + ": " + count_of(outputs.count, "output") + ", " +
            format_bytes(outputs.bytes) +
            "</summary>\n<div class=\"wide\"><table><thead><tr><th scope=\"col\">Path</th><th "
            "scope=\"col\">Made by</th>"
            "<th scope=\"col\" class=\"n\">Size</th><th scope=\"col\">XXH3-128</th></tr></thead>\n<tbody>\n";
    for (const Output& output : outputs.some)
      html += "<tr>" + element("td", "mono", output.path) +
              element("td", "", output.task + ", " + output.name) +
              element("td", "n", format_bytes(output.size)) + element("td", "mono", output.hash) + "</tr>\n";
    html += "</tbody></table></div>\n";
    if (outputs.count > outputs.some.size())
      html += "<p class=\"quiet\">And " + grouped(outputs.count - outputs.some.size()) +
              " more; the store has the hash of each.</p>\n";
    html += "</details>\n";
  }
  return "<h3>Outputs</h3>\n" + html;
}

}  // namespace

std::string provenance_part(const RunSummary& summary) {
  std::string html =
      "<dl class=\"facts\">\n" + fact("Command line", summary.command_line) +
      fact("Workflow file", summary.workflow_path) + fact("Run folder", summary.run_folder) +
      fact("Run", summary.run) + fact("Store", summary.store_uid) + fact("Host", summary.host) +
      fact("User", summary.user) + fact("Sluice", summary.version) +
      fact("Programs", program_versions(summary)) + fact("Started", time_text(summary.started_ns)) +
      fact(summary.state == "running" ? "Looked at" : "Ended", time_text(summary.ended_ns)) + "</dl>\n";
  if (!summary.params.empty()) {
    html += "<h3>Parameters</h3>\n<dl class=\"facts\">\n";
    for (const auto& [name, value] : summary.params) html += fact(name, value);
    html += "</dl>\n";
  }
  html += outputs_html(summary);
  if (!summary.workflow_text.empty()) {
    const std::string shown = summary.workflow_text.substr(0, longest_text);
    html += "<details><summary>The workflow file as it was run</summary>\n<pre tabindex=\"0\">" +
            escape(shown) + (shown.size() < summary.workflow_text.size() ? "…" : "") + "</pre></details>\n";
  }
  return html;
}

}  // namespace sluice::report

// What the stages and the workflow put into the page: numbers to lead with, and pages inside of ours.
//
// Each page stands in a shadow tree of its own, which browsers make while they read the file, without a
// script: its style stays inside and ours outside, it flows and prints like the rest. A browser without that
// shows nothing but the link to the page itself.
#include "engine/report/contributions.h"
#include "engine/report/html.h"
#include "engine/report/page_parts.h"

namespace sluice::report {

namespace {

/// For pages that don't say it themselves: dark text on white, also where the rest is dark; and nothing cut
/// in two.
const std::string embedded_style =
    ":host{display:block;color:#1a1a1a;background:#fff}"
    "@media print{h2,h3{break-after:avoid}figure,svg,tr{break-inside:avoid}pre{white-space:pre-wrap}}";

std::string section_html(const Section& section, bool is_open) {
  std::string html = "<details" + std::string(is_open ? " open" : "") + "><summary>" +
                     (section.title.empty() ? "" : section.title + " ") + "<span class=\"quiet\">" +
                     escape(section.task) + "</span></summary>\n<p class=\"quiet\"><a href=\"" +
                     escape(section.link) + "\">" + escape(section.path) + "</a>";
  if (!section.problem.empty()) html += ": " + element("strong", "", section.problem);
  html += "</p>\n";
  if (!section.html.empty())
    html += "<div class=\"stage-page\"><template shadowrootmode=\"open\"><style>" + embedded_style +
            section.style + "</style>" + section.html + "</template></div>\n";
  return html + "</details>\n";
}

}  // namespace

std::string numbers_html(const RunSummary& summary) {
  if (summary.numbers.empty()) return "";
  std::string html = "<dl class=\"figures numbers\">\n";
  for (const Number& number : summary.numbers)
    html += "<div>" + element("dt", "", number.about.label) + "<dd>" +
            (number.problem.empty() ? escape(number_text(number)) : element("small", "", number.problem)) +
            "</dd></div>\n";
  return html + "</dl>\n";
}

std::string stage_pages_part(const RunSummary& summary, const std::string& stage) {
  std::string html;
  std::size_t count = 0;
  std::size_t shown = 0;
  for (const StageOutputs& outputs : summary.outputs)
    if (outputs.stage == stage) count = outputs.report_count;
  for (const Section& section : summary.sections)
    if (section.stage == stage) html += section_html(section, ++shown == 1);
  if (count > shown)
    html += "<p class=\"quiet\">And " + count_of(count - shown, "page") + " more of other tasks.</p>\n";
  return html;
}

std::vector<std::string> stages_with_pages(const RunSummary& summary) {
  std::vector<std::string> stages;
  for (const Section& section : summary.sections)
    if (stages.empty() || stages.back() != section.stage) stages.push_back(section.stage);
  return stages;
}

}  // namespace sluice::report

#include "engine/report/page.h"

#include "engine/report/html.h"
#include "engine/report/page_parts.h"
#include "engine/report/page_style.h"

namespace sluice::report {

namespace {

struct Part {
  std::string id;
  std::string title;
  std::string html;
};

/// In the order in which a person asks: is it all right, what did it do, what came out, where is it from?
std::vector<Part> parts_of(const RunSummary& summary, const std::string& graph_svg,
                           const std::string& graph_note) {
  std::vector<Part> parts = {{"failures", "Failures", failures_part(summary)},
                             {"running", "Running now", running_part(summary)},
                             {"stages", "Stages", stages_part(summary)},
                             {"graph", "Graph", graph_part(summary, graph_svg, graph_note)},
                             {"timeline", "Time line", timeline_part(summary)}};
  for (const std::string& stage : stages_with_pages(summary))
    parts.push_back({"stage-" + stage, "Results: " + stage, stage_pages_part(summary, stage)});
  parts.push_back({"slowest", "Slowest tasks", slowest_part(summary)});
  parts.push_back({"retries", "Tries that did not succeed", retries_part(summary)});
  parts.push_back({"notes", "Notes", notes_part(summary)});
  parts.push_back({"provenance", "Provenance", provenance_part(summary)});
  std::erase_if(parts, [](const Part& part) { return part.html.empty(); });
  return parts;
}

}  // namespace

std::string report_page(const RunSummary& summary, const std::string& graph_svg,
                        const std::string& graph_note) {
  const std::vector<Part> parts = parts_of(summary, graph_svg, graph_note);
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; img-src data:\">\n" +
      element("title", "", summary.workflow + " · " + summary.state) + "\n<style>" + page_style +
      "</style>\n</head>\n<body>\n" + page_patterns + page_header(summary);
  page += "<main>\n<nav aria-label=\"Parts of this page\">";
  for (const Part& part : parts)
    page += "<a href=\"#" + escape(part.id) + "\">" + escape(part.title) + "</a>\n";
  page += "</nav>\n";
  for (const Part& part : parts)
    page += "<section id=\"" + escape(part.id) + "\">\n<h2>" + escape(part.title) + "</h2>\n" + part.html +
            "</section>\n";
  page += "<footer>Made by Sluice " + escape(summary.version) + " on " + escape(time_text(summary.now_ns)) +
          " from the store <code>" + escape(summary.store_uid) +
          "</code>. This file needs nothing but itself.</footer>\n";
  return page + "</main>\n</body>\n</html>\n";
}

}  // namespace sluice::report

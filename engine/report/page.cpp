#include "engine/report/page.h"

#include "engine/report/html.h"
#include "engine/report/page_parts.h"
#include "engine/report/page_style.h"

namespace sluice::report {

namespace {

struct Part {
  const char* id;
  const char* title;
  std::string html;
};

}  // namespace

std::string report_page(const RunSummary& summary, const std::string& graph_svg,
                        const std::string& graph_note) {
  const Part parts[] = {{"failures", "Failures", failures_part(summary)},
                        {"running", "Running now", running_part(summary)},
                        {"stages", "Stages", stages_part(summary)},
                        {"graph", "Graph", graph_part(summary, graph_svg, graph_note)},
                        {"timeline", "Time line", timeline_part(summary)},
                        {"slowest", "Slowest tasks", slowest_part(summary)},
                        {"retries", "Tries that did not succeed", retries_part(summary)},
                        {"notes", "Notes", notes_part(summary)},
                        {"provenance", "Provenance", provenance_part(summary)}};
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n" +
      element("title", "", summary.workflow + " · " + summary.state) + "\n<style>" + page_style +
      "</style>\n</head>\n<body>\n" + page_patterns + page_header(summary);
  page += "<main>\n<nav aria-label=\"Parts of this page\">";
  for (const Part& part : parts)
    if (!part.html.empty()) page += "<a href=\"#" + std::string(part.id) + "\">" + part.title + "</a>\n";
  page += "</nav>\n";
  for (const Part& part : parts)
    if (!part.html.empty())
      page += "<section id=\"" + std::string(part.id) + "\">\n<h2>" + part.title + "</h2>\n" + part.html +
              "</section>\n";
  page += "<footer>Made by Sluice " + escape(summary.version) + " on " + escape(time_text(summary.now_ns)) +
          " from the store <code>" + escape(summary.store_uid) +
          "</code>. This file needs nothing but itself.</footer>\n";
  return page + "</main>\n</body>\n</html>\n";
}

}  // namespace sluice::report

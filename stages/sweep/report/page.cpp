#include "stages/sweep/report/page.h"

#include "engine/base/html_text.h"
#include "stages/sweep/report/parts.h"
#include "stages/sweep/report/style.h"

namespace sluice::sweep {

namespace {

struct Part {
  const char* id;
  const char* title;
  std::string html;
};

}  // namespace

std::string report_page(const View& view, const std::string& title) {
  const Part parts[] = {{"best", "Best so far", best_part(view)},
                        {"curves", "Learning curves", curves_part(view)},
                        {"parallel", "All parameters at once", parallel_part(view)},
                        {"importance", "Importance", importance_part(view)},
                        {"slices", "Each parameter", slices_part(view)},
                        {"timeline", "Time line", timeline_part(view)},
                        {"trials", "The best trials", table_part(view)},
                        {"settings", "The study", settings_part(view)}};
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n" +
      html::element("title", "", title) + "\n<style>" + page_style + "</style>\n</head>\n<body>\n" +
      page_patterns + header_part(view, title) + "<main>\n<nav aria-label=\"Parts of this page\">";
  for (const Part& part : parts)
    if (!part.html.empty()) page += "<a href=\"#" + std::string(part.id) + "\">" + part.title + "</a>\n";
  page += "</nav>\n";
  for (const Part& part : parts)
    if (!part.html.empty())
      page += "<section id=\"" + std::string(part.id) + "\">\n<h2>" + part.title + "</h2>\n" + part.html +
              "</section>\n";
  return page +
         "<footer>Made by sluice-sweep. This file needs nothing but "
         "itself.</footer>\n</main>\n</body>\n</html>\n";
}

std::string trial_tip(const View& view, const hpo::Observation& trial) {
  return "trial " + std::to_string(trial.trial) + ": " + point_text(view.space(), trial.point);
}

std::string drawn_note(std::size_t drawn, std::size_t all, const std::string& what) {
  if (drawn >= all) return {};
  return "<p class=\"quiet\">Drawn: " + std::to_string(drawn) + " of " + std::to_string(all) + " " + what +
         ".</p>\n";
}

}  // namespace sluice::sweep

#include <algorithm>

#include "engine/base/html_text.h"
#include "engine/base/text.h"
#include "stages/sweep/report/parts.h"
#include "stages/sweep/report/records.h"

namespace sluice::sweep {

namespace {

using html::escape;

constexpr std::size_t best_shown = 20;
constexpr std::size_t most_shown = 5000;

std::string head(const View& view) {
  std::string html =
      "<table><thead><tr><th class=\"n\">trial</th><th>state</th><th class=\"n\">step</th>"
      "<th class=\"n\">" +
      escape(view.settings().metric) + "</th>";
  for (const hpo::Parameter& parameter : view.space().parameters)
    html += "<th class=\"n\">" + escape(parameter.name) + "</th>";
  return html + "</tr></thead>\n";
}

std::string row(const View& view, const hpo::Observation& trial) {
  const bool has_loss = !trial.measures.empty();
  std::string html = &trial == view.study().best() ? "<tr class=\"best-row\">" : "<tr>";
  html += "<td class=\"n\">" + std::to_string(trial.trial) + "</td><td>" + view.state(trial) + "</td>" +
          "<td class=\"n\">" + (has_loss ? std::to_string(trial.measures.back().step) : "") +
          "</td><td class=\"n\">" + (has_loss ? short_number(view.value(trial)) : "") + "</td>";
  for (std::size_t i = 0; i < trial.point.size(); ++i)
    html += "<td class=\"n\">" + escape(value_text(view.space().parameters[i], trial.point[i])) + "</td>";
  return html + "</tr>\n";
}

/// For a link that is a file.
std::string percent_encoded(const std::string& text) {
  static constexpr const char* digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == ',' || c == '.' || c == '-' || c == '_';
    if (plain)
      encoded += c;
    else
      encoded += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return encoded;
}

}  // namespace

std::string table_part(const View& view) {
  if (view.trials().empty()) return {};
  const auto ranking = view.ranking();
  std::string html;
  if (!ranking.empty()) {
    html += "<div class=\"wide\">" + head(view);
    for (std::size_t i = 0; i < std::min(ranking.size(), best_shown); ++i) html += row(view, *ranking[i]);
    html += "</table></div>\n";
  }
  html += "<p><a download=\"trials.csv\" href=\"data:text/csv;charset=utf-8," +
          percent_encoded(trials_csv(view)) + "\">All " +
          plural(static_cast<std::int64_t>(view.trials().size()), "trial") + " as CSV</a></p>\n";
  if (view.trials().size() <= std::min(ranking.size(), best_shown)) return html;
  html += "<details><summary>All trials, by number</summary>\n<div class=\"wide\">" + head(view);
  for (std::size_t i = 0; i < std::min(view.trials().size(), most_shown); ++i)
    html += row(view, view.trials()[i]);
  return html + "</table></div></details>\n" +
         drawn_note(std::min(view.trials().size(), most_shown), view.trials().size(), "trials");
}

}  // namespace sluice::sweep

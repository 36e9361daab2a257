#include <algorithm>
#include <array>
#include <cstdio>

#include "engine/base/html_text.h"
#include "engine/base/text.h"
#include "stages/hpo/importance/importance.h"
#include "stages/sweep/report/parts.h"

namespace sluice::sweep {

namespace {

constexpr std::size_t most_pairs = 5;
constexpr double least_pair = 0.02;

struct Row {
  std::string name;
  double share = 0;
  bool is_pair = false;
};

std::string percent(double share) {
  std::array<char, 16> text = {};
  (void)std::snprintf(text.data(), text.size(), "%.1f %%", 100 * share);
  return text.data();
}

std::vector<Row> rows_of(const View& view, const hpo::Importance& importance) {
  const auto name = [&](std::size_t feature) {
    return view.space().parameters[importance.parameters[feature]].name;
  };
  std::vector<Row> rows;
  for (std::size_t j = 0; j < importance.shares.single.size(); ++j)
    rows.push_back({name(j), importance.shares.single[j], false});
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.share > b.share; });
  std::size_t pairs = 0;
  for (const hpo::PairShare& pair : importance.shares.pairs)
    if (pair.share >= least_pair && pairs++ < most_pairs)
      rows.push_back({name(pair.first) + " with " + name(pair.second), pair.share, true});
  return rows;
}

}  // namespace

std::string importance_part(const View& view) {
  const auto importance = hpo::importance_of(view.space(), view.trials(), view.settings().seed);
  if (!importance)
    return view.space().searched().empty() ? "" : "<p class=\"quiet\">Too few trials to tell.</p>\n";
  const auto rows = rows_of(view, *importance);
  double most = 0;
  for (const Row& row : rows) most = std::max(most, row.share);
  if (most <= 0) return "<p class=\"quiet\">All trials came out alike.</p>\n";
  std::string html = "<table class=\"importance\">\n";
  for (const Row& row : rows)
    html += "<tr><td class=\"name\">" + html::escape(row.name) + "</td><td class=\"n\">" +
            percent(row.share) + "</td><td class=\"bar\"><i class=\"" + (row.is_pair ? "pair" : "alone") +
            "\" style=\"width:" + html::svg_number(100 * row.share / most) + "%\"></i></td></tr>\n";
  return html + "</table>\n<p class=\"quiet\">How much of the variance of " +
         html::escape(view.settings().metric) +
         " each parameter explains while all others are averaged over their whole ranges, and two of them "
         "together beyond that: functional analysis of variance (Hutter, Hoos, Leyton-Brown, ICML 2014) on a "
         "forest that learned the ranks of " +
         plural(static_cast<std::int64_t>(importance->trials), "trial") + " at step " +
         std::to_string(importance->step) +
         ". The rest is noise and what three and more decide together.</p>\n";
}

}  // namespace sluice::sweep

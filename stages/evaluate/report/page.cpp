#include "stages/evaluate/report/page.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "engine/base/disk.h"
#include "engine/base/html_text.h"
#include "stages/evaluate/physics/measures.h"
#include "stages/evaluate/report/figures.h"

namespace sluice::evaluate {

namespace {

constexpr auto target = index(Source::target);
constexpr auto baseline = index(Source::baseline);
constexpr auto ours = index(Source::ours);

constexpr const char* head = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Evaluation</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>
body{font:15px/1.5 sans-serif;max-width:76em;margin:2em auto;padding:0 1em;color:#1a1a1a;background:#fff}
.wide{overflow-x:auto}table{border-collapse:collapse;margin:1em 0}
td,th{border-bottom:1px solid #9995;padding:.3em .8em;text-align:left;vertical-align:top;font-weight:normal}
thead th{font-weight:bold}
td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(26em,1fr));gap:1em}
figure{margin:0}figure svg{width:100%;height:auto}
figcaption{font-size:13px;opacity:.8}
a{color:inherit}
.better{color:#1a7f37}.worse{color:#c2452d}
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}.better{color:#5fce7f}.worse{color:#ff8a65}}
@media print{.figures{grid-template-columns:1fr 1fr}figure,tr{break-inside:avoid}h2{break-after:avoid}
.wide{overflow:visible}table{font-size:7.5pt}td,th{padding:.2em .5em}}
</style></head><body><h1>Particle flow: ours against the baseline</h1>
)";

/// To two digits of the error.
std::string shown(const std::optional<Estimate>& seen) {
  if (!seen) return "too few";
  constexpr int most_digits = 4;
  const int digits =
      seen->error > 0 ? std::clamp(1 - static_cast<int>(std::floor(std::log10(seen->error))), 0, most_digits)
                      : 3;
  std::array<char, 64> text{};
  (void)std::snprintf(text.data(), text.size(), "%.*f ± %.*f", digits, seen->value, digits, seen->error);
  return text.data();
}

std::string cell(const std::optional<Estimate>& seen) { return "<td class='n'>" + shown(seen) + "</td>"; }

enum class Better : std::uint8_t { lower, higher, neither };

/// Ours over the baseline; coloured when it is beyond two standard deviations.
std::string verdict(const std::optional<Estimate>& seen, Better better) {
  const char* style = "n";
  if (seen && better != Better::neither && std::abs(seen->value - 1) > 2 * seen->error)
    style = (seen->value < 1) == (better == Better::lower) ? "n better" : "n worse";
  return std::string("<td class='") + style + "'>" + shown(seen) + "</td>";
}

/// A row of the table of results: a quantity of each source, and ours over the baseline.
template <typename Quantity>
std::string row(const Tally& tally, const std::string& what, Better better, Quantity quantity) {
  std::string text = "<tr><th>" + what + "</th>";
  for (const std::size_t source : {target, baseline, ours})
    text += cell(estimate(tally.replicas(), [&](int r) { return quantity(source, r); }));
  return text +
         verdict(estimate(tally.replicas(), [&](int r) { return quantity(ours, r) / quantity(baseline, r); }),
                 better) +
         "</tr>\n";
}

std::string results(const Tally& tally) {
  std::string text =
      "<table><thead><tr><th></th><th>target</th><th>baseline</th><th>ours</th><th>ours / "
      "baseline</th></tr></thead>\n";
  const auto jets = [&](std::size_t source) -> const JetCell& { return tally.to_truth[source].inclusive; };
  text += row(tally, "jet response: IQR / median", Better::lower,
              [&](std::size_t s, int r) { return resolution(jets(s).response, r); });
  text += row(tally, "jet response: median", Better::neither,
              [&](std::size_t s, int r) { return median(jets(s).response, r); });
  text += row(tally, "true jets matched", Better::higher,
              [&](std::size_t s, int r) { return jets(s).matched.at(r) / jets(s).jets.at(r); });
  text += row(tally, "jets that match no true jet", Better::lower, [&](std::size_t s, int r) {
    return tally.to_truth[s].unmatched.at(r) / tally.to_truth[s].reconstructed.at(r);
  });
  text += row(tally, "missing <i>p</i><sub>T</sub> − true: IQR [GeV]", Better::lower,
              [&](std::size_t s, int r) { return iqr(tally.met[s].inclusive.residual, r); });
  text += row(tally, "missing <i>p</i><sub>T</sub> response: IQR / median", Better::lower,
              [&](std::size_t s, int r) { return resolution(tally.met[s].inclusive.response, r); });
  return text + "</table>\n";
}

std::string particles(const Tally& tally) {
  std::string text =
      "<div class='wide'><table><thead><tr><th>class</th><th>in an event: "
      "target</th><th>baseline</th><th>ours</th><th>efficiency: "
      "baseline</th><th>ours</th><th>fake rate: baseline</th><th>ours</th></tr></thead>\n";
  for (std::size_t i = 1; i < class_count; ++i) {
    text += "<tr><th>" + class_title(i) + "</th>";
    for (const std::size_t source : {target, baseline, ours})
      text += cell(ratio(tally.replicas(), tally.multiplicity[source][i], tally.events));
    for (const std::size_t source : {baseline, ours}) {
      const ClassCell& one = tally.classes[source][i].inclusive;
      text += cell(ratio(tally.replicas(), one.found, one.targets));
    }
    for (const std::size_t source : {baseline, ours}) {
      const ClassCell& one = tally.classes[source][i].inclusive;
      text += cell(ratio(tally.replicas(), one.fakes, one.particles));
    }
    text += "</tr>\n";
  }
  return text + "</table></div>\n";
}

Result<std::string> section(const std::string& title, const std::vector<Figure>& figures,
                            const std::string& folder) {
  std::string text = "<h2>" + title + "</h2>\n<div class='figures'>\n";
  for (const Figure& figure : figures) {
    auto svg = RealDisk().read(folder + "/figures/" + figure.name + ".svg");
    if (!svg) return std::move(svg).error();
    text += "<figure>" + svg->substr(svg->find("<svg")) + "<figcaption>" + html::escape(figure.caption) +
            " <a href='figures/" + figure.name + ".svg' download>SVG</a></figcaption></figure>\n";
  }
  return text + "</div>\n";
}

}  // namespace

Status write_report(const Tally& tally, const Facts& facts, const Figure& speed, const std::string& folder,
                    Processes& processes) {
  struct Section {
    std::string title;
    std::vector<Figure> figures;
  };
  std::vector<Section> sections = {{"Jets", jet_figures(tally)},
                                   {"Missing transverse momentum", met_figures(tally)},
                                   {"Particles", particle_figures(tally)}};
  if (!speed.name.empty()) sections.push_back({"Speed", {speed}});
  for (Section& one : sections)
    std::erase_if(one.figures, [](const Figure& figure) { return !shows_something(figure); });
  RealDisk disk;
  if (auto made = disk.make_folders(folder + "/figures"); !made) return made;
  std::vector<Figure> all;
  for (const Section& one : sections) all.insert(all.end(), one.figures.begin(), one.figures.end());
  if (auto drawn = draw(all, folder + "/figures", processes); !drawn) return drawn;
  std::string page = head;
  page += "<p>Uncertainties are standard deviations among " + std::to_string(tally.replicas()) +
          " bootstrap replicas of the events.</p>\n" + results(tally) + particles(tally) + "<table>\n";
  for (const auto& [name, value] : facts.rows)
    page += "<tr><th>" + html::escape(name) + "</th><td>" + html::escape(value) + "</td></tr>\n";
  page += "</table>\n";
  for (const Section& one : sections) {
    auto text = section(one.title, one.figures, folder);
    if (!text) return std::move(text).error();
    page += *text;
  }
  return disk.write(folder + "/report.html", page + "</body></html>\n", Sync::no);
}

}  // namespace sluice::evaluate

#include "stages/train/curves.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "engine/base/json.h"

namespace sluice::train {

namespace {

using Curve = std::vector<std::pair<double, double>>;  // epoch, value

constexpr double width = 420;
constexpr double height = 230;
constexpr double left = 58;
constexpr double right = 10;
constexpr double top = 26;
constexpr double bottom = 42;
constexpr std::size_t most_ticks = 6;

constexpr const char* head = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Training</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>
body{font:15px/1.5 sans-serif;max-width:76em;margin:2em auto;padding:0 1em 1em;color:#1a1a1a;background:#fff}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(22em,1fr));gap:1em}
svg{width:100%;height:auto;font-size:11px}text{fill:currentColor}
.frame{fill:none;stroke:currentColor;opacity:.5}.grid{stroke:currentColor;opacity:.15}
.train,.validation{fill:none;stroke-width:1.8}.train{stroke:#7fa8d1}.validation{stroke:#d55e00}
.train-word{fill:#4f82b5}.validation-word{fill:#d55e00}
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}}
@media print{.figures{grid-template-columns:1fr 1fr}svg{break-inside:avoid}}
</style></head><body><h1>Training</h1>
)";

std::string text_of(const char* format, double value) {
  std::array<char, 40> text{};
  (void)std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}
std::string place(double value) { return text_of("%.1f", value); }

std::vector<json::object> read(const std::vector<std::string>& history) {
  std::vector<json::object> lines;
  for (const std::string& line : history)
    if (auto value = parse_json(line, "history"); value && value->is_object())
      lines.push_back(std::move(value->get_object()));
  return lines;
}

Curve curve(const std::vector<json::object>& lines, const std::string& name) {
  Curve points;
  for (const json::object& line : lines) {
    const auto epoch = json_double(line, "epoch");
    const auto value = json_double(line, name);
    if (epoch && value && std::isfinite(*value)) points.emplace_back(*epoch, *value);
  }
  return points;
}

/// A round step so that no more than `most_ticks` fit.
double round_step(double range) {
  const double raw = range / static_cast<double>(most_ticks);
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= raw) return factor * power;
  return 10 * power;
}

struct Scale {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  double from = 0;  ///< on the page
  double to = 1;

  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  void widen() {
    if (high - low < 1e-12 * std::max(std::abs(high), 1.0)) {
      const double some = std::max(std::abs(high) / 10, 0.5);
      low -= some;
      high += some;
    }
  }
  double at(double value) const { return from + (to - from) * (value - low) / (high - low); }
  std::vector<double> ticks() const {
    const double step = round_step(high - low);
    std::vector<double> values;
    for (double tick = std::ceil(low / step); tick * step <= high * (1 + 1e-12); ++tick)
      values.push_back(tick * step);
    return values;
  }
};

std::string line(const Curve& points, const Scale& x, const Scale& y, const std::string& css) {
  if (points.size() == 1)
    return "<circle class=\"" + css + "\" cx=\"" + place(x.at(points[0].first)) + "\" cy=\"" +
           place(y.at(points[0].second)) + "\" r=\"2.5\"/>\n";
  std::string path;
  for (const auto& [epoch, value] : points)
    path += (path.empty() ? "M" : "L") + place(x.at(epoch)) + " " + place(y.at(value));
  return path.empty() ? "" : "<path class=\"" + css + "\" d=\"" + path + "\"/>\n";
}

std::string frame(const Scale& x, const Scale& y) {
  std::string svg;
  for (const double tick : y.ticks())
    svg += "<line class=\"grid\" x1=\"" + place(left) + "\" x2=\"" + place(width - right) + "\" y1=\"" +
           place(y.at(tick)) + "\" y2=\"" + place(y.at(tick)) + "\"/><text x=\"" + place(left - 6) +
           "\" y=\"" + place(y.at(tick) + 4) + "\" text-anchor=\"end\">" + text_of("%.4g", tick) +
           "</text>\n";
  for (const double tick : x.ticks())
    if (tick == std::floor(tick))
      svg += "<text x=\"" + place(x.at(tick)) + "\" y=\"" + place(height - bottom + 16) +
             "\" text-anchor=\"middle\">" + text_of("%.0f", tick) + "</text>\n";
  return svg + "<rect class=\"frame\" x=\"" + place(left) + "\" y=\"" + place(top) + "\" width=\"" +
         place(width - left - right) + "\" height=\"" + place(height - top - bottom) + "\"/><text x=\"" +
         place((left + width - right) / 2) + "\" y=\"" + place(height - 8) +
         "\" text-anchor=\"middle\">epoch</text>\n";
}

/// Empty without anything to draw.
std::string figure(const std::vector<json::object>& lines, const std::string& title,
                   const std::string& name) {
  const Curve training = curve(lines, name);
  const Curve validation = curve(lines, "val_" + name);
  Scale x{.from = left, .to = width - right};
  Scale y{.from = height - bottom, .to = top};
  for (const Curve* points : {&training, &validation})
    for (const auto& [epoch, value] : *points) {
      x.include(epoch);
      y.include(value);
    }
  if (training.empty() && validation.empty()) return "";
  x.widen();
  y.widen();
  std::string svg = "<svg viewBox=\"0 0 " + place(width) + " " + place(height) +
                    "\" role=\"img\" aria-label=\"" + title + "\">\n<text x=\"" + place(left) +
                    "\" y=\"16\" font-weight=\"bold\">" + title + "</text>\n";
  if (!validation.empty())
    svg += "<text x=\"" + place(width - right) + "\" y=\"16\" text-anchor=\"end\">" +
           (training.empty() ? "" : "<tspan class=\"train-word\">training</tspan>  ") +
           "<tspan class=\"validation-word\">validation</tspan></text>\n";
  return svg + frame(x, y) + line(training, x, y, "train") + line(validation, x, y, "validation") +
         "</svg>\n";
}

}  // namespace

std::string curves_page(const std::vector<std::string>& history) {
  const auto lines = read(history);
  std::string page = head;
  const Curve losses = curve(lines, "val_loss");
  if (!losses.empty()) {
    const auto best =
        std::min_element(losses.begin(), losses.end(), [](auto& a, auto& b) { return a.second < b.second; });
    page += "<p>" + std::to_string(lines.size()) + (lines.size() == 1 ? " epoch" : " epochs") +
            "; lowest validation loss " + text_of("%.5g", best->second) + " in epoch " +
            text_of("%.0f", best->first) + ".</p>\n";
  }
  page += "<div class=\"figures\">\n";
  for (const auto& [title, name] : {std::pair{"loss", "loss"},
                                    {"is it a particle?", "loss_binary"},
                                    {"which particle?", "loss_class"},
                                    {"transverse momentum", "loss_pt"},
                                    {"energy", "loss_energy"},
                                    {"pseudorapidity", "loss_eta"},
                                    {"sine of the azimuth", "loss_sin_phi"},
                                    {"cosine of the azimuth", "loss_cos_phi"},
                                    {"share of elements classified right", "accuracy"},
                                    {"learning rate", "lr"}})
    page += figure(lines, title, name);
  return page + "</div>\n</body></html>\n";
}

}  // namespace sluice::train

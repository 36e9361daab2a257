// The page of a study. Pictures are drawn as SVG, so that one file shows everything anywhere, without a
// network.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "stages/hpo/space/cube.h"
#include "stages/sweep/results.h"

namespace sluice::sweep {

namespace {

using hpo::Observation;

constexpr double width = 640;
constexpr double height = 240;
constexpr double margin = 48;

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '<')
      safe += "&lt;";
    else if (c == '>')
      safe += "&gt;";
    else if (c == '&')
      safe += "&amp;";
    else
      safe += c;
  }
  return safe;
}

std::string short_number(double value) {
  std::array<char, 32> text = {};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

struct Axis {
  double low = 0;
  double high = 1;

  void see(double value) {
    if (!std::isfinite(value)) return;
    low = empty ? value : std::min(low, value);
    high = empty ? value : std::max(high, value);
    empty = false;
  }
  double at(double value, double begin, double end) const {
    return high > low ? begin + (value - low) / (high - low) * (end - begin) : (begin + end) / 2;
  }
  bool empty = true;
};

/// A frame with its two axes, into which points and lines are drawn.
class Picture {
 public:
  Picture(std::string title, std::string x_name, Axis x, Axis y)
      : title_(std::move(title)), x_name_(std::move(x_name)), x_(x), y_(y) {}

  void line(const std::vector<std::pair<double, double>>& points, const std::string& style) {
    body_ += "<polyline fill=\"none\" class=\"" + style + "\" points=\"";
    for (const auto& [x, y] : points) body_ += place(x, y);
    body_ += "\"/>";
  }
  void dot(double x, double y, const std::string& style, const std::string& tip) {
    body_ += "<circle r=\"3\" class=\"" + style + "\" cx=\"" + short_number(px(x)) + "\" cy=\"" +
             short_number(py(y)) + "\"><title>" + escaped(tip) + "</title></circle>";
  }
  std::string text() const {
    const auto label = [](double x, double y, const std::string& anchor, const std::string& words) {
      return "<text x=\"" + short_number(x) + "\" y=\"" + short_number(y) + "\" text-anchor=\"" + anchor +
             "\">" + escaped(words) + "</text>";
    };
    return "<figure><figcaption>" + escaped(title_) + "</figcaption><svg viewBox=\"0 0 " +
           short_number(width) + " " + short_number(height) + "\"><rect class=\"frame\" x=\"" +
           short_number(margin) + "\" y=\"8\" width=\"" + short_number(width - margin - 8) + "\" height=\"" +
           short_number(height - 40) + "\"/>" + label(margin - 4, 16, "end", short_number(y_.high)) +
           label(margin - 4, height - 34, "end", short_number(y_.low)) +
           label(margin, height - 16, "start", short_number(x_.low)) +
           label(width - 8, height - 16, "end", short_number(x_.high)) +
           label((width + margin) / 2, height - 16, "middle", x_name_) + body_ + "</svg></figure>\n";
  }

 private:
  double px(double x) const { return x_.at(x, margin + 6, width - 14); }
  double py(double y) const { return y_.at(y, height - 38, 14); }
  std::string place(double x, double y) const {
    return short_number(px(x)) + "," + short_number(py(y)) + " ";
  }

  std::string title_;
  std::string x_name_;
  Axis x_;
  Axis y_;
  std::string body_;
};

Axis loss_axis(const hpo::Study& study) {
  // Diverged trainings would press all others into one line: the axis ends at the ninth decile.
  std::vector<double> losses;
  for (const Observation& trial : study.trials())
    for (const hpo::Measure& measure : trial.measures) losses.push_back(measure.loss);
  std::sort(losses.begin(), losses.end());
  Axis axis;
  for (std::size_t i = 0; i < losses.size(); ++i)
    if (i * 10 <= losses.size() * 9) axis.see(study.reported(losses[i]));
  return axis;
}

bool is_inside(const Axis& axis, double value) { return value >= axis.low && value <= axis.high; }

std::string best_so_far(const hpo::Study& study, const Axis& losses) {
  Axis trials;
  std::vector<std::pair<double, double>> best;
  double least = std::numeric_limits<double>::infinity();
  for (const Observation& trial : study.trials()) {
    trials.see(static_cast<double>(trial.trial));
    least = std::min(least, trial.loss());
    if (std::isfinite(least)) best.emplace_back(static_cast<double>(trial.trial), study.reported(least));
  }
  Picture picture("Best so far", "trial", trials, losses);
  picture.line(best, "best");
  for (const Observation& trial : study.trials())
    if (is_inside(losses, study.reported(trial.loss())))
      picture.dot(
          static_cast<double>(trial.trial), study.reported(trial.loss()),
          trial.state == hpo::TrialState::finished ? "whole" : "cut",
          "trial " + std::to_string(trial.trial) + ": " + to_text(study.settings().space, trial.point));
  return picture.text();
}

std::string curves(const hpo::Study& study, const Axis& losses) {
  Axis steps;
  for (const Observation& trial : study.trials())
    for (const hpo::Measure& measure : trial.measures) steps.see(static_cast<double>(measure.step));
  Picture picture("Losses at milestones", "step", steps, losses);
  for (const Observation& trial : study.trials()) {
    std::vector<std::pair<double, double>> points;
    for (const hpo::Measure& measure : trial.measures) {
      const double loss = std::clamp(study.reported(measure.loss), losses.low, losses.high);
      points.emplace_back(static_cast<double>(measure.step), loss);
    }
    picture.line(points, &trial == study.best() ? "best" : "curve");
    if (!points.empty())
      picture.dot(points.back().first, points.back().second, "cut", "trial " + std::to_string(trial.trial));
  }
  return picture.text();
}

std::string slice(const hpo::Study& study, std::size_t index, const Axis& losses) {
  const hpo::Parameter& parameter = study.settings().space.parameters[index];
  Axis unit;
  unit.see(0);
  unit.see(parameter.is_unordered() ? static_cast<double>(parameter.values.size()) - 1 : 1);
  std::string name = parameter.name;
  if (parameter.is_number())
    name += " from " + short_number(parameter.low) + " to " + short_number(parameter.high) +
            (parameter.log ? ", logarithmic" : "");
  Picture picture(name, parameter.name, unit, losses);
  for (const Observation& trial : study.trials()) {
    const double loss = study.reported(trial.loss());
    if (std::isnan(trial.point[index]) || !is_inside(losses, loss)) continue;
    picture.dot(coordinate(parameter, trial.point[index]), loss,
                trial.state == hpo::TrialState::finished ? "whole" : "cut",
                to_text(study.settings().space, trial.point));
  }
  return picture.text();
}

std::string table(const hpo::Study& study) {
  std::string text = "<table><tr><th>trial</th><th>step</th><th>" + escaped(study.settings().metric) +
                     "</th><th>configuration</th></tr>\n";
  std::vector<const Observation*> order;
  for (const Observation& trial : study.trials())
    if (!trial.measures.empty()) order.push_back(&trial);
  std::stable_sort(order.begin(), order.end(),
                   [](const Observation* a, const Observation* b) { return a->loss() < b->loss(); });
  for (const Observation* trial : order)
    text += "<tr><td>" + std::to_string(trial->trial) + "</td><td>" +
            std::to_string(trial->measures.back().step) + "</td><td>" +
            short_number(study.reported(trial->loss())) + "</td><td>" +
            escaped(to_text(study.settings().space, trial->point)) + "</td></tr>\n";
  return text + "</table>\n";
}

constexpr const char* style =
    "body{font:15px sans-serif;max-width:1400px;margin:2em auto;padding:0 1em;color:#222}"
    "figure{display:inline-block;width:640px;max-width:100%;margin:.5em}figcaption{font-weight:bold}"
    "svg text{font-size:11px;fill:#555}.frame{fill:#fafafa;stroke:#ccc}.best{stroke:#c2410c;stroke-width:2}"
    ".curve{stroke:#94a3b8}.whole{fill:#1d4ed8}.cut{fill:#94a3b8}"
    "td,th{text-align:left;padding:.15em .8em}tr:nth-child(2n){background:#f4f4f4}";

}  // namespace

std::string report_html(const hpo::Study& study, const std::string& title) {
  const Axis losses = loss_axis(study);
  std::string page = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>" + escaped(title) +
                     "</title><style>" + style + "</style></head><body><h1>" + escaped(title) + "</h1><pre>" +
                     escaped(status_text(study)) + "</pre>\n";
  page += best_so_far(study, losses) + curves(study, losses);
  for (const std::size_t index : study.settings().space.searched()) page += slice(study, index, losses);
  return page + table(study) + "</body></html>\n";
}

}  // namespace sluice::sweep

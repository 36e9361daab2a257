#include "stages/sweep/report/chart.h"

#include "engine/base/html_text.h"
#include "engine/base/text.h"

namespace sluice::sweep {

using html::escape;
using html::svg_number;

namespace {

constexpr double under_axis = 16;   // from an axis to the middle of its numbers
constexpr double under_ticks = 34;  // to its name

std::string svg_line(double x1, double y1, double x2, double y2, const std::string& css) {
  return "<line class=\"" + css + "\" x1=\"" + svg_number(x1) + "\" y1=\"" + svg_number(y1) + "\" x2=\"" +
         svg_number(x2) + "\" y2=\"" + svg_number(y2) + "\"/>\n";
}

}  // namespace

std::string svg_text(double x, double y, const std::string& css, const std::string& words) {
  return "<text class=\"" + css + "\" x=\"" + svg_number(x) + "\" y=\"" + svg_number(y) + "\">" +
         escape(words) + "</text>\n";
}

std::string svg_tip(const std::string& text) {
  return text.empty() ? "" : "<title>" + escape(text) + "</title>";
}

std::string shortened(const std::string& text, std::size_t most) {
  const auto characters = utf8_characters(text);
  if (characters.size() <= most) return text;
  std::string start;
  for (std::size_t i = 0; i + 1 < most; ++i) start += characters[i];
  return start + "…";
}

void Chart::x_axis(const Axis& axis, const std::string& name, std::size_t most_ticks) {
  for (const Tick& tick : axis.ticks(most_ticks)) {
    const double x = px(tick.place);
    if (axis.names().empty()) axes_ += svg_line(x, bottom(), x, top(), "grid");
    const std::size_t room = axis.names().empty() ? 40 : std::max<std::size_t>(4, 40 / axis.names().size());
    axes_ += svg_text(x, bottom() + under_axis, "tick middle", shortened(tick.label, room));
  }
  axes_ += svg_text(px(0.5), bottom() + under_ticks, "axis middle", name);
}

void Chart::y_axis(const Axis& axis, const std::string& name, std::size_t most_ticks) {
  constexpr double beside = 7;
  constexpr double half_a_letter = 4;
  for (const Tick& tick : axis.ticks(most_ticks)) {
    const double y = py(tick.place);
    axes_ += svg_line(left(), y, right(), y, "grid");
    axes_ += svg_text(left() - beside, y + half_a_letter, "tick end", tick.label);
  }
  if (name.empty()) return;
  constexpr double margin = 13;
  axes_ += "<text class=\"axis middle\" transform=\"translate(" + svg_number(margin) + " " +
           svg_number(py(0.5)) + ") rotate(-90)\">" + escape(name) + "</text>\n";
}

void Chart::upright(double x, const std::string& css, const std::string& word) {
  constexpr double above = 4;
  axes_ += svg_line(px(x), bottom(), px(x), top(), css);
  axes_ += svg_text(px(x), top() - above, "tick middle", word);
}

void Chart::line(const Points& points, const std::string& css, const std::string& tip) {
  if (points.size() < 2) return;
  std::string places;
  for (const auto& [x, y] : points) places += svg_number(px(x)) + "," + svg_number(py(y)) + " ";
  places.pop_back();
  body_ += "<polyline class=\"" + css + "\" points=\"" + places + "\">" + svg_tip(tip) + "</polyline>\n";
}

void Chart::dot(double x, double y, const std::string& css, const std::string& tip, double radius) {
  body_ += "<circle class=\"" + css + "\" cx=\"" + svg_number(px(x)) + "\" cy=\"" + svg_number(py(y)) +
           "\" r=\"" + svg_number(radius) + "\">" + svg_tip(tip) + "</circle>\n";
}

void Chart::cross(double x, double y, const std::string& tip) {
  constexpr double arm = 3.5;
  const double cx = px(x);
  const double cy = py(y);
  body_ += "<path class=\"cross\" d=\"M" + svg_number(cx - arm) + " " + svg_number(cy - arm) + "l" +
           svg_number(2 * arm) + " " + svg_number(2 * arm) + "m0 " + svg_number(-2 * arm) + "l" +
           svg_number(-2 * arm) + " " + svg_number(2 * arm) + "\">" + svg_tip(tip) + "</path>\n";
}

void Chart::bar(double x, double y, double width, double height, const std::string& css,
                const std::string& tip) {
  body_ += "<rect class=\"" + css + "\" x=\"" + svg_number(x) + "\" y=\"" + svg_number(y) + "\" width=\"" +
           svg_number(width) + "\" height=\"" + svg_number(height) + "\">" + svg_tip(tip) + "</rect>\n";
}

void Chart::text(double x, double y, const std::string& css, const std::string& words) {
  body_ += svg_text(px(x), py(y), css, words);
}

std::string Chart::svg(const std::string& title, bool framed) const {
  std::string frame;
  if (framed)
    frame = "<rect class=\"frame\" x=\"" + svg_number(left()) + "\" y=\"" + svg_number(top()) +
            "\" width=\"" + svg_number(right() - left()) + "\" height=\"" + svg_number(bottom() - top()) +
            "\"/>\n";
  return "<svg viewBox=\"0 0 " + svg_number(size_.width) + " " + svg_number(size_.height) +
         "\" role=\"img\" aria-label=\"" + escape(title) + "\">\n" + frame + axes_ + body_ + "</svg>\n";
}

}  // namespace sluice::sweep

// A picture as SVG: a frame with two axes, and what is drawn into it. Places are shares of the frame, 0 … 1
// from left to right and from bottom to top. Colours come from the page's style sheet, by class.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "stages/sweep/report/axis.h"

namespace sluice::sweep {

struct ChartSize {
  double width = 1100;
  double height = 300;
  double left = 64;
  double right = 16;
  double top = 14;
  double bottom = 42;
  double inset = 8;  ///< between the frame and 0 or 1, so that a dot at the end is whole
};

class Chart {
 public:
  explicit Chart(const ChartSize& size) : size_(size) {}

  void x_axis(const Axis& axis, const std::string& name, std::size_t most_ticks = 10);
  void y_axis(const Axis& axis, const std::string& name, std::size_t most_ticks = 6);
  /// A line across the frame with a word at its upper end.
  void upright(double x, const std::string& css, const std::string& word);

  using Points = std::vector<std::pair<double, double>>;
  void line(const Points& points, const std::string& css, const std::string& tip = "");
  void dot(double x, double y, const std::string& css, const std::string& tip, double radius = 3.5);
  void cross(double x, double y, const std::string& tip);
  /// `width` and `height` in the units of the picture.
  void bar(double x, double y, double width, double height, const std::string& css, const std::string& tip);
  void text(double x, double y, const std::string& css, const std::string& words);
  void add(const std::string& svg) { body_ += svg; }

  double px(double x) const { return size_.left + size_.inset + x * inner_width(); }
  double py(double y) const { return size_.height - size_.bottom - size_.inset - y * inner_height(); }
  double inner_width() const { return size_.width - size_.left - size_.right - 2 * size_.inset; }
  double inner_height() const { return size_.height - size_.top - size_.bottom - 2 * size_.inset; }

  /// `title`: what is seen, for those who can't see it.
  std::string svg(const std::string& title, bool framed = true) const;

 private:
  double left() const { return size_.left; }
  double right() const { return size_.width - size_.right; }
  double top() const { return size_.top; }
  double bottom() const { return size_.height - size_.bottom; }

  ChartSize size_;
  std::string axes_;
  std::string body_;
};

/// <text> in the units of a picture.
std::string svg_text(double x, double y, const std::string& css, const std::string& words);
/// <title>, which browsers show where the pointer rests; empty for an empty text.
std::string svg_tip(const std::string& text);
/// Not more than `most` characters.
std::string shortened(const std::string& text, std::size_t most);

}  // namespace sluice::sweep

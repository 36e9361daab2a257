// A figure as data, and how gnuplot draws it: SVG that follows the page's or the viewer's light or dark
// colours, with an optional panel of ratios below.
#pragma once

#include <string>
#include <vector>

#include "engine/base/process.h"
#include "engine/base/result.h"

namespace sluice::evaluate {

struct Point {
  double x_low = 0;
  double x = 0;
  double x_high = 0;
  double y = 0;
  double error = 0;
};

struct Series {
  std::string title;
  std::string colour;  ///< "#1f78b4", or `foreground`
  bool steps = false;  ///< a histogram's outline; otherwise points with error bars
  std::vector<Point> points;
};

/// The colour of text: black on light pages, white on dark ones.
constexpr const char* foreground = "#010101";

/// A matrix of shares, drawn as coloured squares with numbers; row 0 on top.
struct Heatmap {
  std::vector<std::string> names;
  std::vector<std::vector<double>> shares;  ///< NaN: nothing there
};

struct Figure {
  std::string name;  ///< of its file, without suffix
  std::string title;
  std::string x_label;
  std::string y_label;
  std::string caption;
  bool log_x = false;
  bool log_y = false;
  bool from_zero = false;  ///< of y; what a width or a count begins at
  bool wide_key = false;   ///< titles of series are sentences, and stand above
  std::vector<Series> series;
  std::string ratio_label;
  std::vector<Series> ratios;
  Heatmap heatmap;  ///< instead of series, when it has names
};

/// False: there were too few events for every point of it.
bool shows_something(const Figure& figure);

/// Draws all of them into FOLDER/NAME.svg with one run of gnuplot.
Status draw(const std::vector<Figure>& figures, const std::string& folder, Processes& processes);

/// For a test, and for whoever wants to change a figure by hand.
std::string gnuplot_script(const Figure& figure);

}  // namespace sluice::evaluate

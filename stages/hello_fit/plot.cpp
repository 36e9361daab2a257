#include "stages/hello_fit/plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace sluice::hello {

namespace {

constexpr double width = 720;
constexpr double height = 420;
constexpr double left = 64;
constexpr double right = 20;
constexpr double top = 44;
constexpr double bottom = 52;

template <typename... Values>
std::string format(const char* pattern, Values... values) {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), pattern, values...);
  return text.data();
}

/// From time and count (logarithmic) to the page.
struct Axes {
  double gate_us;
  double decades;  ///< of counts, from 1 up

  double x(double time_us) const { return left + (width - left - right) * time_us / gate_us; }
  double y(double count) const {
    const double level = std::log10(std::max(count, 1.0)) / decades;
    return height - bottom - (height - top - bottom) * level;
  }
};

std::string count_axis(const Axes& axes) {
  std::string svg;
  for (int decade = 0; decade <= static_cast<int>(axes.decades); ++decade) {
    const double y = axes.y(std::pow(10, decade));
    svg +=
        format("<line class='grid' x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f'/>\n", left, y, width - right, y);
    svg +=
        format("<text x='%.1f' y='%.1f' text-anchor='end'>10<tspan dy='-5' font-size='9'>%d</tspan></text>\n",
               left - 8, y + 4, decade);
  }
  return svg;
}

std::string time_axis(const Axes& axes) {
  std::string svg;
  constexpr int ticks = 5;
  for (int tick = 0; tick <= ticks; ++tick) {
    const double time_us = axes.gate_us * tick / ticks;
    svg += format("<text x='%.1f' y='%.1f' text-anchor='middle'>%g</text>\n", axes.x(time_us),
                  height - bottom + 18, time_us);
  }
  svg += format("<text x='%.1f' y='%.1f' text-anchor='middle'>time after the stop (&#181;s)</text>\n",
                (left + width - right) / 2, height - 12);
  return svg;
}

std::string steps(const Axes& axes, const Histogram& histogram) {
  std::string path = format("<path class='data' d='M%.2f %.2f", axes.x(0), axes.y(0));
  for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin)
    path += format("V%.2fH%.2f", axes.y(static_cast<double>(histogram.counts[bin])),
                   axes.x(histogram.bin_width_us() * static_cast<double>(bin + 1)));
  return path + format("V%.2fZ'/>\n", axes.y(0));
}

std::string curve(const Axes& axes, const Histogram& histogram, const LifetimeFit& fit,
                  std::size_t first_bin) {
  std::string path = "<path class='fit' d='";
  for (std::size_t bin = first_bin; bin < histogram.counts.size(); ++bin)
    path += format("%s%.2f %.2f", bin == first_bin ? "M" : "L",
                   axes.x(histogram.bin_width_us() * (static_cast<double>(bin) + 0.5)),
                   axes.y(expected(fit, bin - first_bin, histogram.bin_width_us())));
  return path + "'/>\n";
}

constexpr const char* style =
    "<style>.page{fill:#fff}text{font:12px sans-serif;fill:#333}.title{font-size:15px}.grid{stroke:#ddd}"
    ".data{fill:#8fb8de;stroke:#3d7ab5;stroke-width:.6}.fit{fill:none;stroke:#c2452d;stroke-width:1.8}"
    "@media(prefers-color-scheme:dark){.page{fill:#1c1c1c}text{fill:#ddd}.grid{stroke:#444}.data{fill:#"
    "2c5680;stroke:#6fa8dc}"
    ".fit{stroke:#ff8a65}}</style>\n";

}  // namespace

std::string plot(const Histogram& histogram, const LifetimeFit& fit, std::size_t first_bin) {
  const auto highest = *std::max_element(histogram.counts.begin(), histogram.counts.end());
  const double decades = std::ceil(std::log10(std::max(static_cast<double>(highest), 10.0)));
  const Axes axes{histogram.gate_us, decades};
  std::string svg =
      format("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %.0f %.0f'>\n", width, height) + style;
  svg += format("<rect class='page' width='%.0f' height='%.0f'/>\n", width, height);
  svg += count_axis(axes) + time_axis(axes) + steps(axes, histogram) + curve(axes, histogram, fit, first_bin);
  svg += format("<text class='title' x='%.1f' y='26'>Muons in %s live %.4f &#177; %.4f &#181;s ", left,
                histogram.absorber.c_str(), fit.lifetime_us, fit.error_us);
  svg += format("(&#967;&#178;/dof %.2f)</text>\n", fit.chi2_per_dof);
  return svg + "</svg>\n";
}

}  // namespace sluice::hello

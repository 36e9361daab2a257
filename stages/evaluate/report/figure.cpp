#include "stages/evaluate/report/figure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "engine/base/disk.h"

namespace sluice::evaluate {

namespace {

std::string text_of(double value) {
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

/// As it stands between single quotes in gnuplot.
std::string quoted(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '\'' ? "''" : std::string(1, c);
  return "'" + result + "'";
}

bool has_points(const std::vector<Series>& all) {
  return std::any_of(all.begin(), all.end(), [](const Series& one) { return !one.points.empty(); });
}

std::string data_block(const std::string& name, const Series& series) {
  std::string text = "$" + name + " << EOD\n";
  for (const Point& p : series.points) {
    if (series.steps)
      text += text_of(p.x_low) + " " + text_of(p.y) + "\n" + text_of(p.x_high) + " " + text_of(p.y) + "\n";
    else
      text += text_of(p.x) + " " + text_of(p.y) + " " + text_of(p.x_low) + " " + text_of(p.x_high) + " " +
              text_of(p.y - p.error) + " " + text_of(p.y + p.error) + "\n";
  }
  return text + "EOD\n";
}

std::string plot(const std::string& prefix, const std::vector<Series>& all, bool titles) {
  std::string data;
  std::string command;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Series& one = all[i];
    if (one.points.empty()) continue;
    const std::string name = prefix + std::to_string(i);
    data += data_block(name, one);
    command += (command.empty() ? "plot $" : ", $") + name;
    command += one.steps ? " with lines lw 1.8"
                         : " with xyerrorbars pt " + std::to_string(i % 2 == 0 ? 7 : 5) + " ps 0.55 lw 1.4";
    command += " lc rgb '" + one.colour + "' " + (titles ? "title " + quoted(one.title) : "notitle");
  }
  return data + command + "\n";
}

/// Title on the left and key on the right of the same line, above the plot: neither can cover a point.
std::string look(const Figure& figure, int height) {
  const std::string colour = std::string("textcolor rgb '") + foreground + "'";
  const double line = 1 - 18.0 / height;
  return "reset\nset terminal svg size 560," + std::to_string(height) +
         " enhanced font 'sans-serif,13'\nset encoding utf8\nset output " + quoted(figure.name + ".svg") +
         "\nset border lc rgb '" + foreground + "' lw 0.8\nset tics " + colour +
         "\nset mxtics\nset mytics\nset grid lc rgb '#999999' lw 0.4 dt 3\nset xlabel " + colour +
         "\nset ylabel " + colour + "\nset lmargin at screen 0.145\nset rmargin at screen 0.965\n" +
         "set label 100 " + quoted("{/:Bold " + figure.title + "}") + " at screen 0.145, screen " +
         text_of(line) + " left " + colour + "\nset key " + colour + " at screen 0.975, screen " +
         text_of(figure.wide_key ? line - 20.0 / height : line + 10.0 / height) +
         (figure.wide_key ? " right top vertical Left reverse samplen 1.5\n"
                          : " right top horizontal maxrows 1 samplen 1 width -2\n") +
         "set offsets 0, 0, graph 0.06, graph 0.06\n";
}

std::string axes(const Figure& figure) {
  std::string text;
  if (figure.log_x) text += "set logscale x\n";
  if (figure.log_y) text += "set logscale y\nset format y '10^{%T}'\nunset offsets\n";
  if (figure.from_zero) text += "set yrange [0:*]\nset offsets 0, 0, graph 0.06, 0\n";
  return text;
}

/// All points with their errors, and 1; with three or four round ticks.
std::string ratio_axis(const std::vector<Series>& ratios) {
  double low = 1;
  double high = 1;
  for (const Series& series : ratios)
    for (const Point& p : series.points)
      low = std::min(low, p.y - p.error), high = std::max(high, p.y + p.error);
  constexpr double least_span = 0.01;
  constexpr double most = 5;  // few events make wild ratios, which would press all others flat
  low = std::max(low, -0.0), high = std::min(high, most);
  const double span = std::max(high - low, least_span);
  const double decade = std::pow(10, std::floor(std::log10(span / 3)));
  const double digit = span / 3 / decade;
  const double step = decade * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
  return "set yrange [" + text_of(low - 0.12 * span) + ":" + text_of(high + 0.12 * span) + "]\nset ytics " +
         text_of(step) + "\n";
}

/// From the leftmost bin to the rightmost, in both panels.
std::string x_range(const Figure& figure) {
  double low = INFINITY;
  double high = -INFINITY;
  for (const Series& series : figure.series)
    for (const Point& p : series.points) low = std::min(low, p.x_low), high = std::max(high, p.x_high);
  return low < high ? "set xrange [" + text_of(low) + ":" + text_of(high) + "]\n" : "";
}

std::string curves(const Figure& figure) {
  const bool two = has_points(figure.ratios);
  std::string text = look(figure, two || figure.wide_key ? 440 : 340) + axes(figure) + x_range(figure) +
                     "set ylabel " + quoted(figure.y_label) + " offset 0.5\nset tmargin at screen " +
                     (figure.wide_key ? "0.76\n" : "0.92\n");
  const std::string x_label = "set xlabel " + quoted(figure.x_label) + "\n";
  if (!two) return text + x_label + plot("d", figure.series, true) + "unset output\n";
  text += "set multiplot\nset bmargin at screen 0.38\nset format x ''\n" + plot("d", figure.series, true);
  text += "unset label 100\nset tmargin at screen 0.355\nset bmargin at screen 0.13\nset format x '%g'\n";
  text += x_label + "unset logscale y\nset format y '%g'\nunset offsets\nunset mytics\n";
  text += ratio_axis(figure.ratios) + "set ylabel " + quoted(figure.ratio_label) +
          " offset 0.5\nset arrow 1 from graph 0, first 1 to graph 1, first 1 nohead lc rgb '#999999' lw 1\n";
  return text + plot("r", figure.ratios, false) + "unset multiplot\nunset output\n";
}

std::string heatmap(const Figure& figure) {
  const auto& names = figure.heatmap.names;
  const std::size_t n = names.size();
  std::string text =
      look(figure, 470) + "set tmargin at screen 0.92\nset xlabel " + quoted(figure.x_label) +
      "\nset ylabel " + quoted(figure.y_label) +
      "\nset lmargin at screen 0.27\nunset grid\nunset mxtics\nunset mytics\nunset colorbox\nunset key\n"
      "unset offsets\nset cbrange [0:1]\nset palette defined (0 '#eef4fb', 0.5 '#6aaed6', 1 '#08468b')\n"
      "set size noratio\nset tics scale 0\n";
  text += "set xrange [-0.5:" + text_of(static_cast<double>(n) - 0.5) + "]\nset yrange [" +
          text_of(static_cast<double>(n) - 0.5) + ":-0.5]\n";
  std::string ticks;
  for (std::size_t i = 0; i < n; ++i)
    ticks += (i == 0 ? "" : ", ") + quoted(names[i]) + " " + std::to_string(i);
  text += "set xtics (" + ticks + ") rotate by 25 right\nset ytics (" + ticks + ")\n$m << EOD\n";
  std::string labels;
  for (std::size_t y = 0; y < n; ++y)
    for (std::size_t x = 0; x < n; ++x) {
      const double share = figure.heatmap.shares[y][x];
      text += std::to_string(x) + " " + std::to_string(y) + " " + (std::isnan(share) ? "0" : text_of(share)) +
              "\n";
      std::array<char, 16> percent{};
      (void)std::snprintf(percent.data(), percent.size(), "%.1f", 100 * share);
      labels += "set label " + quoted(std::isnan(share) ? "–" : percent.data()) + " at " + std::to_string(x) +
                "," + std::to_string(y) + " center front textcolor rgb '" +
                (share > 0.5 ? "#ffffff" : "#222222") + "'\n";
    }
  return text + "EOD\n" + labels + "plot $m using 1:2:3 with image pixels\nunset output\n";
}

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

/// What gnuplot draws in the foreground's colour takes the page's. A file on its own asks the viewer.
std::string follow_the_page(std::string svg) {
  for (const char* fixed : {"rgb(  1,   1,   1)", "rgb(1,1,1)", foreground})
    replace_all(svg, fixed, "currentColor");
  replace_all(svg, " color=\"black\"", "");
  if (const auto end = svg.find('>', svg.find("<svg")); end != std::string::npos)
    svg.insert(end + 1,
               "\n<style>svg:root{color:#1a1a1a}@media(prefers-color-scheme:dark){"
               "svg:root{color:#e6e6e6;background:#161616}}</style>");
  return svg;
}

Error cannot_draw(const std::string& said) {
  return {"gnuplot can't draw the figures" + (said.empty() ? said : ": " + said), "gnuplot",
          "install it (gnuplot-nox), or leave the report out", ErrorKind::io};
}

}  // namespace

bool shows_something(const Figure& figure) {
  return !figure.heatmap.names.empty() || has_points(figure.series);
}

std::string gnuplot_script(const Figure& figure) {
  return figure.heatmap.names.empty() ? curves(figure) : heatmap(figure);
}

Status draw(const std::vector<Figure>& figures, const std::string& folder, Processes& processes) {
  RealDisk disk;
  std::string script = "cd " + quoted(folder) + "\n";
  for (const Figure& figure : figures) script += gnuplot_script(figure);
  const std::string path = folder + "/figures.gnuplot";
  if (auto written = disk.write(path, script, Sync::no); !written) return written;
  constexpr int limit_s = 300;
  auto drawn = processes.capture({"gnuplot", path}, limit_s);
  if (!drawn || drawn->exit_code != 0) return cannot_draw(drawn ? drawn->err : "");
  if (auto removed = disk.remove_tree(path); !removed) return removed;
  for (const Figure& figure : figures) {
    const std::string file = folder + "/" + figure.name + ".svg";
    auto svg = disk.read(file);
    if (!svg || svg->find("</svg>") == std::string::npos)
      return Error{"gnuplot did not finish this figure", file, "is the disk full?", ErrorKind::io};
    if (auto written = disk.write(file, follow_the_page(*std::move(svg)), Sync::no); !written) return written;
  }
  return Ok{};
}

}  // namespace sluice::evaluate

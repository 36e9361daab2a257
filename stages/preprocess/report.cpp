#include "stages/preprocess/report.h"

#include "engine/base/disk.h"
#include "engine/base/html_text.h"
#include "engine/base/json.h"

namespace sluice::preprocess {

namespace {

constexpr std::size_t bins = 100;

/// As it stands between single quotes in gnuplot.
std::string quoted(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '\'' ? "''" : std::string(1, c);
  return "'" + result + "'";
}

std::string script_of(const Distribution& figure) {
  std::string script =
      "set terminal svg size 480,300 noenhanced font 'sans-serif,11'\nset style fill solid 0.6 noborder\n"
      "set boxwidth 1 relative\nunset key\nset yrange [0:*]\nset tics nomirror\nset border 3\n";
  script += "set xlabel " + quoted(figure.what()) + "\n";
  script += "plot '-' using 1:2 with boxes linecolor rgb '#3d7ab5'\n";
  const auto counts = figure.histogram(bins);
  const double width = (figure.high() - figure.low()) / static_cast<double>(bins);
  for (std::size_t i = 0; i < bins; ++i)
    script += std::to_string(figure.low() + (static_cast<double>(i) + 0.5) * width) + " " +
              std::to_string(counts[i]) + "\n";
  return script + "e\n";
}

Result<std::string> draw(const Distribution& figure, Processes& processes, const std::string& scratch) {
  const std::string path = scratch + "/figure.gnuplot";
  if (auto written = RealDisk().write(path, script_of(figure), Sync::no); !written)
    return std::move(written).error();
  auto drawn = processes.capture({"gnuplot", path}, 60);
  if (!drawn || drawn->exit_code != 0)
    return Error{"gnuplot can't draw the report's figures" + (drawn ? ": " + drawn->err : ""), "gnuplot",
                 "install it (gnuplot-nox), or leave the report out", ErrorKind::io};
  (void)RealDisk().remove_tree(path);
  // From "<svg" on: an HTML page needs no XML declaration.
  const auto start = drawn->out.find("<svg");
  if (start == std::string::npos)
    return Error{"gnuplot wrote no SVG", "gnuplot", "is its svg terminal there?", ErrorKind::io};
  return drawn->out.substr(start);
}

constexpr const char* head = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Dataset validation</title>
<meta name="viewport" content="width=device-width">
<style>body{font:15px/1.5 sans-serif;max-width:62em;margin:2em auto;padding:0 1em;color:#222}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ddd;padding:.3em .6em;text-align:left;vertical-align:top}
.pass{color:#1a7f37}.fail{color:#fff;background:#c2452d}.warn{background:#ffe08a}.skip{color:#888}
figure{display:inline-block;width:47%;margin:.5em 1%;background:#fff;break-inside:avoid}
figure svg{width:100%;height:auto}h2{break-after:avoid}</style></head><body><h1>Dataset validation</h1>
)";

}  // namespace

std::string report_json(const Report& report) {
  json::array gates;
  bool passed = true;
  for (const GateResult& gate : report.gates) {
    passed = passed && gate.verdict != Verdict::fail;
    gates.push_back(json::object{{"name", gate.name},
                                 {"verdict", name_of(gate.verdict)},
                                 {"condition", gate.condition},
                                 {"seen", gate.seen}});
  }
  json::object facts;
  for (const auto& [name, value] : report.facts) facts[name] = value;
  return pretty_json(
      json::object{{"passed", passed}, {"facts", std::move(facts)}, {"gates", std::move(gates)}});
}

Result<std::string> report_html(const Report& report, Processes& processes, const std::string& scratch) {
  std::string page = head;
  page += "<table>\n";
  for (const auto& [name, value] : report.facts)
    page += "<tr><th>" + html::escape(name) + "</th><td>" + html::escape(value) + "</td></tr>\n";
  page +=
      "</table>\n<h2>Gates</h2>\n<table>\n<tr><th>gate</th><th></th><th>condition</th><th>seen</th></tr>\n";
  for (const GateResult& gate : report.gates) {
    const std::string verdict = name_of(gate.verdict);
    page += "<tr><td>" + gate.name + "</td><td class='" + verdict + "'>" + verdict + "</td><td>" +
            html::escape(gate.condition) + "</td><td>" + html::escape(gate.seen) + "</td></tr>\n";
  }
  page += "</table>\n<h2>Figures</h2>\n";
  for (const Distribution& figure : report.figures) {
    if (figure.count() == 0) continue;
    auto svg = draw(figure, processes, scratch);
    if (!svg) return svg;
    page += "<figure>" + *svg + "</figure>\n";
  }
  return page + "</body></html>\n";
}

}  // namespace sluice::preprocess

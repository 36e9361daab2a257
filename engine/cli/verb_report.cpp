#include <cstdlib>

#include "engine/base/disk.h"
#include "engine/base/text.h"
#include "engine/base/units.h"
#include "engine/cli/common_options.h"
#include "engine/cli/last_run.h"
#include "engine/cli/verbs.h"
#include "engine/report/contributions.h"
#include "engine/report/dot.h"
#include "engine/report/draw.h"
#include "engine/report/page.h"
#include "engine/report/read_run.h"
#include "engine/report/report_json.h"

namespace sluice::cli {

namespace {

constexpr const char* usual_name = "sluice-report.html";

std::string search_path() {
  const char* path = std::getenv("PATH");
  return path == nullptr ? "" : path;
}

std::string page_of(const report::RunSummary& summary, Processes& processes) {
  const auto svg =
      report::draw_svg(processes, report::stages_dot(summary.stages, summary.workflow), search_path());
  return svg ? report::report_page(summary, report::svg_element(*svg), "")
             : report::report_page(summary, "", svg.error().what + ".");
}

/// A name on the command line is only a check: the report is about the last run.
Status same_workflow(const std::string& given, const report::RunSummary& summary) {
  if (given.empty() || file_name(given) == file_name(summary.workflow_path)) return Ok{};
  return Error{"the last run here was of " + summary.workflow_path + ", not of " + given, summary.run_folder,
               "run that first, or leave its name out", ErrorKind::usage};
}

/// "report.json" beside "report.html".
std::string json_path(const std::string& page) {
  const std::string suffix = ".html";
  return (page.ends_with(suffix) ? page.substr(0, page.size() - suffix.size()) : page) + ".json";
}

/// One line: where it is, and what it leads with.
std::string last_line(const report::RunSummary& summary, const std::string& path, std::size_t size) {
  std::string text = "report: " + absolute_path(path) + " (" + format_bytes(size) + ")";
  for (const report::Number& number : summary.numbers)
    text += " | " + printable(number.about.label) + ": " +
            (number.problem.empty() ? report::number_text(number) : printable(number.problem));
  return text + "\n";
}

Result<int> write_files(const report::RunSummary& summary, const std::string& page, const std::string& path,
                        Console& console) {
  RealDisk disk;
  const std::string data = pretty_json(report::report_json(summary));
  if (auto written = disk.write(path, page, Sync::no); !written) {
    Error error = written.error();
    error.hint = "check the permissions of this path, or write it elsewhere: sluice report -o FILE";
    return error;
  }
  if (auto written = disk.write(json_path(path), data, Sync::no); !written) return written.error();
  console.out << last_line(summary, path, page.size());
  return exit_done;
}

Result<int> run(const Arguments& arguments, Console& console) {
  report::ReadOptions options;
  options.run_folder = run_folder(arguments);
  options.ended = [&] { return ended_here(arguments); };
  auto summary = report::read_last_run(options);
  if (!summary) return std::move(summary).error();
  if (auto same = same_workflow(arguments.operand(0), *summary); !same) return same.error();
  const std::string output = arguments.text("output", join_path(options.run_folder, usual_name));
  RealDisk disk;
  report::read_contributions(disk, *summary, output == "-" ? "/" : parent_path(absolute_path(output)));
  if (arguments.has("json")) {
    console.out << pretty_json(report::report_json(*summary));
    return exit_done;
  }
  RealProcesses processes;
  const std::string page = page_of(*summary, processes);
  if (output != "-") return write_files(*summary, page, output, console);
  console.out << page;
  return exit_done;
}

}  // namespace

Verb report_verb() {
  return {
      .name = "report",
      .summary = "Write one HTML file about the last run: results, stages, graph, time line, failures",
      .details =
          "The file needs nothing but itself. It can be written at any time, also while the run goes on. "
          "Beside "
          "it, with the suffix .json, come the same facts for programs.",
      .operands = {{.name = "WORKFLOW", .names = Names::workflow}},
      .options = {{.name = "output",
                   .letter = 'o',
                   .value = "FILE",
                   .help =
                       "where to (default: sluice-report.html in the run folder; - is the standard output)",
                   .names = Names::file},
                  json_option(),
                  dir_option()},
      .run = run};
}

}  // namespace sluice::cli

#include <cstdlib>

#include "engine/base/disk.h"
#include "engine/base/units.h"
#include "engine/cli/common_options.h"
#include "engine/cli/verbs.h"
#include "engine/report/dot.h"
#include "engine/report/draw.h"
#include "engine/report/page.h"
#include "engine/report/read_run.h"

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

Result<int> run(const Arguments& arguments, Console& console) {
  report::ReadOptions options;
  options.run_folder = run_folder(arguments);
  const auto summary = report::read_last_run(options);
  if (!summary) return summary.error();
  if (auto same = same_workflow(arguments.operand(0), *summary); !same) return same.error();
  RealProcesses processes;
  const std::string page = page_of(*summary, processes);
  const std::string output = arguments.text("output", join_path(options.run_folder, usual_name));
  if (output == "-") {
    console.out << page;
    return exit_done;
  }
  RealDisk disk;
  if (auto written = disk.write(output, page, Sync::no); !written) return written.error();
  console.out << "report: " << absolute_path(output) << " (" << format_bytes(page.size()) << ")\n";
  return exit_done;
}

}  // namespace

Verb report_verb() {
  return {
      .name = "report",
      .summary = "Write one HTML file about the last run: stages, graph, time line, failures, provenance",
      .details =
          "The file needs nothing but itself. It can be written at any time, also while the run goes on.",
      .operands = {{.name = "WORKFLOW", .names = Names::workflow}},
      .options = {{.name = "output",
                   .letter = 'o',
                   .value = "FILE",
                   .help =
                       "where to (default: sluice-report.html in the run folder; - is the standard output)",
                   .names = Names::file},
                  dir_option()},
      .run = run};
}

}  // namespace sluice::cli

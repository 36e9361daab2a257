#include "engine/base/json.h"
#include "engine/cli/common_options.h"
#include "engine/cli/last_run.h"
#include "engine/cli/verbs.h"
#include "engine/report/read_run.h"
#include "engine/report/status.h"

namespace sluice::cli {

namespace {

constexpr std::size_t failures_shown = 10;
constexpr std::size_t lines_shown = 5;

Result<int> run(const Arguments& arguments, Console& console) {
  report::ReadOptions options;
  options.run_folder = run_folder(arguments);
  options.with_history = false;
  options.most_failures = arguments.has("json") ? static_cast<std::size_t>(-1) : failures_shown;
  options.log_lines = lines_shown;
  options.ended = [&] { return ended_here(arguments); };
  const auto summary = report::read_last_run(options);
  if (!summary) return summary.error();
  if (arguments.has("json"))
    console.out << pretty_json(report::status_json(*summary));
  else
    console.out << report::status_text(*summary, console.out_terminal);
  return exit_done;
}

}  // namespace

Verb status_verb() {
  return {.name = "status",
          .summary = "Say where the last run stands: stages, what runs, what failed",
          .details = "Reads the run folder only, so it can be asked at any time, also from another machine.",
          .operands = {},
          .options = {dir_option(), json_option()},
          .run = run};
}

}  // namespace sluice::cli

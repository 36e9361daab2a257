#include <chrono>
#include <thread>

#include "engine/base/text.h"
#include "engine/cli/common_options.h"
#include "engine/cli/verbs.h"
#include "engine/report/log_copy.h"
#include "engine/report/read_run.h"
#include "engine/report/task_log.h"

namespace sluice::cli {

namespace {

constexpr std::size_t most_listed = 20;
constexpr auto look_every = std::chrono::milliseconds(200);
constexpr int looks_between_questions = 5;  // the log is looked at more often than the store is asked

/// Several tasks: their names, for the user to choose from.
Error ambiguous(const std::string& wanted, const std::vector<std::string>& names) {
  std::string list = "name one of them:";
  for (std::size_t i = 0; i < std::min(names.size(), most_listed); ++i)
    list += "\n    " + printable(names[i]);
  if (names.size() > most_listed) list += "\n    and " + std::to_string(names.size() - most_listed) + " more";
  return {"'" + printable(wanted) + "' means " + std::to_string(names.size()) + " tasks", "", list,
          ErrorKind::usage};
}

std::string ending(const report::TaskLog& log) {
  const std::string attempt = printable(log.task) + " attempt " + std::to_string(log.attempt);
  if (log.is_alive) return attempt + " is running";
  return attempt + " ended: " + printable(log.message.empty() ? log.outcome : log.message);
}

/// Until the attempt has ended and all that it wrote is shown.
Status follow(store::Store& store, const std::string& folder, report::TaskLog log, std::uint64_t& offset,
              Console& console) {
  for (int looks = 1; log.is_alive; ++looks) {
    std::this_thread::sleep_for(look_every);
    if (looks % looks_between_questions == 0) {
      auto now = report::find_log(store, folder, log.task, log.attempt);
      if (!now) return std::move(now).error();
      log = std::move(*now);
    }
    if (auto copied = report::copy_log(log.path, offset, console.out, console.out_terminal.interactive);
        !copied)
      return copied;
    if (!console.out) return Ok{};
  }
  console.err << "sluice: " << ending(log) << "\n";
  return Ok{};
}

Result<int> run(const Arguments& arguments, Console& console) {
  const std::string folder = run_folder(arguments);
  const auto store = report::open_for_reading(folder);
  if (!store) return store.error();
  const auto names = report::find_tasks(**store, arguments.operand(0));
  if (!names) return names.error();
  if (names->size() > 1) return ambiguous(arguments.operand(0), *names);
  const auto log =
      report::find_log(**store, folder, names->front(), static_cast<int>(arguments.number("attempt", 0)));
  if (!log) return log.error();

  std::uint64_t offset = 0;
  if (arguments.has("tail")) {
    const auto last =
        report::offset_of_last(log->path, static_cast<std::size_t>(arguments.number("tail", 0)));
    if (!last) return last.error();
    offset = *last;
  }
  const bool is_terminal = console.out_terminal.interactive;
  if (auto copied = report::copy_log(log->path, offset, console.out, is_terminal); !copied)
    return copied.error();
  if (arguments.has("follow")) {
    if (auto followed = follow(**store, folder, *log, offset, console); !followed) return followed.error();
  } else if (offset == 0) {
    console.err << "sluice: " << ending(*log) << ", and has printed nothing\n";
  }
  return exit_done;
}

}  // namespace

Verb logs_verb() {
  return {.name = "logs",
          .summary = "Show what a task printed, also while it runs",
          .details =
              "TASK is a name as `sluice status` shows it, its beginning, or a pattern with * and ?. If it "
              "means\n"
              "several tasks, they are listed.",
          .operands = {{.name = "TASK", .names = Names::task, .required = true}},
          .options = {{.name = "attempt",
                       .value = "N",
                       .help = "of this attempt (default: the latest)",
                       .names = Names::number},
                      {.name = "follow", .letter = 'f', .value = "", .help = "go on until the attempt ends"},
                      {.name = "tail", .value = "N", .help = "only the last N lines", .names = Names::number},
                      dir_option()},
          .run = run};
}

}  // namespace sluice::cli

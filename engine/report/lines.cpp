#include "engine/report/lines.h"

#include "engine/base/text.h"
#include "engine/base/units.h"
#include "engine/report/block.h"
#include "engine/report/paint.h"

namespace sluice::report {

std::string prefix(const Tally& total) {
  return "[" + std::to_string(total.settled()) + "/" + std::to_string(total.total()) + "] ";
}

std::string done_text(std::string_view task, double seconds) {
  return printable(task) + " done " + format_seconds(seconds);
}

std::string up_to_date_text(std::string_view task) { return printable(task) + " up to date"; }

std::string cancelled_text(std::string_view task) { return printable(task) + " cancelled"; }

std::string skipped_text(std::size_t tasks, std::string_view one_of_them, std::string_view reason) {
  const std::string who = tasks == 1 ? printable(one_of_them) : plural(tasks, "task");
  return who + " skipped: " + printable(reason);
}

std::string failure_text(const Failure& failure, bool colour) {
  std::string head = printable(failure.task) + " FAILED";
  if (failure.seconds > 0) head += " after " + format_seconds(failure.seconds);
  if (!failure.message.empty()) head += ": " + printable(failure.message);
  std::string text = paint(head, Tone::bad, colour);
  if (!failure.tail.lines.empty() && failure.tail.cut) text += "\n    | " + paint("...", Tone::faint, colour);
  for (const std::string& line : failure.tail.lines) text += "\n    | " + line;
  if (!failure.tail.lines.empty() && !failure.log.empty())
    text += "\n    " + paint("log: " + printable(failure.log), Tone::faint, colour);
  return text;
}

std::string retry_text(std::string_view task, int attempt, std::string_view message, double delay_s) {
  std::string text =
      printable(task) + " attempt " + std::to_string(attempt) + ": " + printable(message) + "; trying again";
  if (delay_s > 0) text += " in " + format_seconds(delay_s);
  return text;
}

std::string summary_text(const Tally& total, double seconds) {
  std::string text = plural(total.total(), "task") + ": " + std::to_string(total.succeeded) + " done, " +
                     std::to_string(total.cached) + " up to date, " + std::to_string(total.failed) +
                     " failed";
  const auto add = [&](std::size_t count, const char* word) {
    if (count > 0) text += ", " + std::to_string(count) + " " + word;
  };
  add(total.skipped, "skipped");
  add(total.cancelled, "cancelled");
  add(total.open(), "not finished");
  add(total.excluded, "not selected");
  return text + " in " + format_seconds(seconds);
}

std::string still_running_text(const Progress& progress) {
  const Tally total = progress.total();
  std::string text = prefix(total) + std::to_string(total.running) + " running";
  if (progress.left) text += ", " + to_string(*progress.left);
  if (!progress.running.empty())
    text += "; longest: " + printable(progress.running.front().name) + " " +
            format_seconds(progress.running.front().seconds);
  if (!progress.running.empty() && !progress.running.front().note.empty())
    text += " (" + printable(progress.running.front().note) + ")";
  return text;
}

}  // namespace sluice::report

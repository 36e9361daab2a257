#include <algorithm>
#include <cmath>

#include "engine/base/text.h"
#include "engine/base/units.h"
#include "engine/report/block.h"
#include "engine/report/html.h"
#include "engine/report/lines.h"
#include "engine/report/paint.h"
#include "engine/report/read_run.h"
#include "engine/report/status.h"

namespace sluice::report {

namespace {

constexpr std::size_t most_running = 20;
constexpr std::size_t most_failures = 10;
constexpr std::size_t most_notes = 5;

double seconds_since(std::int64_t begin_ns, std::int64_t now_ns) {
  return std::max(0.0, 1e-9 * static_cast<double>(now_ns - begin_ns));
}

std::string owner_line(const RunSummary& summary) {
  if (summary.owner.empty()) return "";
  const RunOwner& owner = summary.owner.front();
  std::string line = "driven by " + printable(owner.host) + " pid " + std::to_string(owner.pid);
  const std::string beat = format_seconds(std::floor(seconds_since(owner.heartbeat_ns, summary.now_ns)));
  if (owner.is_certain && !owner.is_alive) return "";
  if (!owner.is_certain) line += owner.is_alive ? ", heartbeat " + beat + " ago" : ", silent for " + beat;
  return line + "\n";
}

std::string head(const RunSummary& summary, const Terminal& terminal) {
  const Tone tone = summary.state == "succeeded" ? Tone::good
                    : summary.state == "running" ? Tone::active
                    : summary.state == "failed"  ? Tone::bad
                                                 : Tone::strong;
  std::string text = paint(printable(summary.workflow), Tone::strong, terminal.colour) + ": " +
                     paint(printable(summary.state), tone, terminal.colour);
  if (summary.state == "running")
    text += " for " + format_seconds(summary.seconds());
  else if (summary.state != "interrupted")
    text += " after " + format_seconds(summary.seconds());
  text += ", started " + time_text(summary.started_ns) + " (run " + printable(summary.run) + ")\n" +
          owner_line(summary);
  if (summary.state == "interrupted")
    text += "its driver is gone; `sluice run` goes on where it was, and finds again what still runs\n";
  return text;
}

/// The rows of the live block, without its head and the running tasks.
std::string stage_rows(const RunSummary& summary, Terminal terminal) {
  Progress progress;
  for (const StageSummary& stage : summary.stages)
    if (!stage.is_trials || stage.tally.total() > 0)
      progress.stages.push_back({stage.about.name, stage.depth, stage.tally});
  terminal.height = static_cast<int>(progress.stages.size()) + 4;
  terminal.width = std::max(terminal.width, 40);
  const auto lines = block(progress, terminal);
  std::string text;
  for (std::size_t i = 1; i < lines.size(); ++i) text += lines[i] + "\n";
  return text;
}

std::string running_line(const RunningAttempt& running, std::int64_t now_ns) {
  std::string line = "  " + printable(running.task);
  if (running.attempt > 1) line += "  attempt " + std::to_string(running.attempt);
  line += "  " + printable(running.executor + (running.handle.empty() ? "" : " " + running.handle));
  if (!running.node.empty()) line += " on " + printable(running.node);
  if (running.state == ended_unrecorded) return line + "\n";
  if (running.started_ns != 0)
    return line + "  " + format_seconds(std::floor(seconds_since(running.started_ns, now_ns))) + "\n" +
           (running.progress ? "    " + to_string(*running.progress) + "\n" : "");
  line += "  submitted " + format_seconds(std::floor(seconds_since(running.submitted_ns, now_ns))) + " ago\n";
  if (!running.waits_for.empty()) line += "    " + printable(running.waits_for) + "\n";
  return line;
}

/// Some of what is in flight, below a title.
std::string flight_lines(const RunSummary& summary, bool has_ended, const std::string& title) {
  std::string text;
  std::size_t count = 0;
  for (const RunningAttempt& attempt : summary.running) {
    if ((attempt.state == ended_unrecorded) != has_ended || ++count > most_running) continue;
    text += running_line(attempt, summary.now_ns);
  }
  if (count > most_running) text += "  and " + std::to_string(count - most_running) + " more\n";
  return count == 0 ? "" : "\n" + title + ":\n" + text;
}

std::string running_lines(const RunSummary& summary) {
  return flight_lines(summary, false, summary.state == "running" ? "running" : "may still run") +
         flight_lines(summary, true, "ended, not recorded yet; `sluice run` takes them in");
}

std::string failure_lines(const RunSummary& summary, const Terminal& terminal) {
  if (summary.failure_count == 0) return "";
  std::string text = "\n";
  const std::size_t shown = std::min(summary.failures.size(), most_failures);
  for (std::size_t i = 0; i < shown; ++i) {
    const FailedTask& failed = summary.failures[i];
    text += failure_text({failed.task, failed.seconds, failed.message, failed.log, failed.tail},
                         terminal.colour) +
            "\n";
  }
  if (summary.failure_count > shown)
    text += "and " + std::to_string(summary.failure_count - shown) +
            " more failed: sluice status --json lists all\n";
  return text + "`sluice logs TASK` shows all that a task printed\n";
}

/// What is out of order just now or was worth a remark: an executor that does not answer stays until it does.
std::string note_lines(const RunSummary& summary) {
  std::string text;
  const std::size_t skipped = summary.notes.size() > most_notes ? summary.notes.size() - most_notes : 0;
  for (std::size_t i = skipped; i < summary.notes.size(); ++i) {
    const Note& note = summary.notes[i];
    text += "  " + time_text(note.wall_ns) + "  " + printable(note.kind) +
            (note.text.empty() ? "" : ": " + printable(note.text)) + "\n";
  }
  return text.empty() ? "" : "\nnotes:\n" + text;
}

}  // namespace

std::string status_text(const RunSummary& summary, const Terminal& terminal) {
  return head(summary, terminal) + stage_rows(summary, terminal) + running_lines(summary) +
         failure_lines(summary, terminal) + note_lines(summary);
}

}  // namespace sluice::report

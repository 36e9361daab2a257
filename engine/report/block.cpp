#include "engine/report/block.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>

#include "engine/base/text.h"
#include "engine/base/units.h"
#include "engine/report/paint.h"

namespace sluice::report {

namespace {

constexpr std::size_t narrowest_with_bars = 50;
constexpr std::size_t widest_bar = 40;
constexpr std::size_t narrowest_bar = 8;
constexpr std::size_t widest_name = 24;
constexpr std::size_t shortest_title = 8;

struct Segment {
  std::size_t count;
  const char* utf8;
  const char* ascii;
  Tone tone;
};

std::array<Segment, 6> segments(const Tally& tally) {
  return {{{tally.cached, "▓", "=", Tone::kept},
           {tally.succeeded, "█", "#", Tone::good},
           {tally.failed, "×", "x", Tone::bad},
           {tally.skipped + tally.cancelled + tally.excluded, "·", "-", Tone::faint},
           {tally.running, "▒", ">", Tone::active},
           {tally.waiting, "░", ".", Tone::faint}}};
}

/// Cells by share; whoever has any gets at least one, taken from the widest.
std::array<std::size_t, 6> share_cells(const std::array<Segment, 6>& parts, std::size_t cells) {
  std::size_t total = 0;
  for (const Segment& part : parts) total += part.count;
  std::array<std::size_t, 6> width{};
  if (total == 0) return width;
  std::size_t before = 0;
  std::size_t used = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    before += parts[i].count;
    const std::size_t end = before * cells / total;
    width[i] = end - used;
    used = end;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].count == 0 || width[i] > 0) continue;
    const auto widest = std::max_element(width.begin(), width.end());
    if (*widest < 2) continue;
    --*widest;
    ++width[i];
  }
  return width;
}

/// "2 running, 1 failed"; what is least expected comes first.
std::string remarks(const Tally& tally, const Terminal& terminal) {
  std::string text;
  const auto add = [&](std::size_t count, const char* word, Tone tone) {
    if (count == 0) return;
    if (!text.empty()) text += ", ";
    text += paint(std::to_string(count) + " " + word, tone, terminal.colour);
  };
  add(tally.failed, "failed", Tone::bad);
  add(tally.skipped, "skipped", Tone::bad);
  add(tally.cancelled, "cancelled", Tone::bad);
  add(tally.running, "running", Tone::active);
  add(tally.cached, "up to date", Tone::kept);
  add(tally.excluded, "not selected", Tone::faint);
  return text;
}

/// As much of the remarks as fits; they are separated by commas.
std::string remarks_within(const Tally& tally, std::size_t width, const Terminal& terminal) {
  std::string text = remarks(tally, terminal);
  while (visible_width(text) > width) {
    const std::size_t comma = text.rfind(", ");
    if (comma == std::string::npos) return "";
    text.resize(comma);
  }
  return text;
}

struct Columns {
  std::size_t name = 0;
  std::size_t bar = 0;  ///< 0: no bars
  std::size_t count = 0;
};

std::string count_text(const Tally& tally) {
  return std::to_string(tally.settled()) + "/" + std::to_string(tally.total());
}

Columns columns(const std::vector<const StageProgress*>& stages, std::size_t width) {
  Columns columns;
  for (const StageProgress* stage : stages) {
    columns.name = std::max(columns.name, utf8_length(stage->name));
    columns.count = std::max(columns.count, count_text(stage->tally).size());
  }
  columns.name = std::min({columns.name, widest_name, std::max<std::size_t>(width / 3, 4)});
  if (width < narrowest_with_bars) return columns;
  const std::size_t taken = 2 + columns.name + 2 + 2 + columns.count + 2;
  const std::size_t remarks = 28;  // room for "3 failed, 12 running"
  const std::size_t room = width > taken + remarks ? width - taken - remarks : 0;
  columns.bar = std::clamp(room, narrowest_bar, widest_bar);
  return columns;
}

std::string stage_line(const StageProgress& stage, const Columns& columns, const Terminal& terminal) {
  const auto width = static_cast<std::size_t>(terminal.width);
  const bool done = stage.tally.open() == 0 && stage.tally.total() > 0;
  const std::string count = count_text(stage.tally);
  std::string line = "  " + paint(fitted(stage.name, columns.name, terminal.utf8),
                                  stage.tally.failed > 0 ? Tone::bad
                                  : done                 ? Tone::plain
                                                         : Tone::strong,
                                  terminal.colour);
  if (columns.bar > 0) line += "  " + bar(stage.tally, columns.bar, terminal);
  line += "  " + std::string(columns.count - count.size(), ' ') + count;
  const std::size_t used = visible_width(line) + 2;
  const std::string extra = used < width ? remarks_within(stage.tally, width - used, terminal) : "";
  return extra.empty() ? line : line + "  " + extra;
}

/// With too little room for all stages: those in which something happens, then those that wait, then those
/// that are done.
std::vector<const StageProgress*> chosen_stages(const std::vector<StageProgress>& stages, std::size_t room) {
  std::vector<const StageProgress*> all;
  for (const StageProgress& stage : stages) all.push_back(&stage);
  if (all.size() <= room) return all;
  const auto rank = [](const StageProgress* stage) {
    if (stage->tally.running > 0 || (stage->tally.failed > 0 && stage->tally.open() > 0)) return 0;
    if (stage->tally.failed > 0) return 1;
    return stage->tally.open() > 0 ? 2 : 3;
  };
  std::stable_sort(all.begin(), all.end(), [&](const auto* a, const auto* b) { return rank(a) < rank(b); });
  all.resize(room);
  std::sort(all.begin(), all.end());  // in the order of the workflow again
  return all;
}

std::string head_line(const Progress& progress, const Terminal& terminal) {
  const auto width = static_cast<std::size_t>(terminal.width);
  const std::string dot = terminal.utf8 ? " · " : " - ";
  std::string right = format_seconds(std::floor(progress.elapsed_s));
  if (progress.left) right += dot + to_string(*progress.left);
  if (!progress.state.empty()) right = progress.state + dot + right;
  right = clipped(right, width, terminal.utf8);
  const std::size_t taken = utf8_length(right) + 2;
  if (taken + shortest_title > width) return right;
  const Tally total = progress.total();
  const std::string counts = count_text(total) + dot + percent(total.settled(), total.total());
  const std::string left = clipped(progress.workflow + "  " + counts, width - taken, terminal.utf8);
  const std::size_t gap = width - utf8_length(left) - utf8_length(right);
  const std::string name = left.substr(0, std::min(left.size(), progress.workflow.size()));
  return paint(name, Tone::strong, terminal.colour) + left.substr(name.size()) + std::string(gap, ' ') +
         right;
}

std::string running_text(const RunningTask& task, const Terminal& terminal) {
  std::string text = "    " + task.name;
  if (task.attempt > 1) text += "  attempt " + std::to_string(task.attempt);
  if (!task.note.empty()) text += "  " + task.note;
  return clipped(text, static_cast<std::size_t>(terminal.width), terminal.utf8);
}

/// Names on the left, times in a column of their own.
std::vector<std::string> running_lines(std::span<const RunningTask> tasks, const Terminal& terminal) {
  const auto width = static_cast<std::size_t>(terminal.width);
  std::size_t longest_text = 0;
  std::size_t longest_time = 0;
  std::vector<std::string> times;
  for (const RunningTask& task : tasks) {
    times.push_back(format_seconds(std::floor(task.seconds)));
    longest_text = std::max(longest_text, utf8_length(running_text(task, terminal)));
    longest_time = std::max(longest_time, times.back().size());
  }
  const std::size_t room = width > longest_time + 2 ? std::min(longest_text, width - longest_time - 2) : 0;
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const std::string text = fitted(running_text(tasks[i], terminal), room, terminal.utf8);
    const std::string time = std::string(longest_time - times[i].size(), ' ') + times[i];
    lines.push_back(clipped(text + "  " + time, width, terminal.utf8));
    lines.back() = paint(lines.back(), Tone::faint, terminal.colour);
  }
  return lines;
}

/// Where there is no room for a block.
std::string one_line(const Progress& progress, const Terminal& terminal) {
  const Tally total = progress.total();
  std::string text = "[" + count_text(total) + "] " + std::to_string(total.running) + " running";
  if (total.failed > 0) text += ", " + std::to_string(total.failed) + " failed";
  if (progress.left) text += ", " + to_string(*progress.left);
  return clipped(text, static_cast<std::size_t>(terminal.width), terminal.utf8);
}

}  // namespace

std::string percent(std::size_t part, std::size_t whole) {
  if (whole == 0) return "100%";
  return std::to_string(part * 100 / whole) + "%";
}

std::string to_string(const TimeLeft& left) {
  constexpr double minute = 60;
  double seconds = std::max(1.0, std::round(left.seconds));
  if (seconds > 5 * minute) seconds = std::round(seconds / minute) * minute;  // nobody knows it to the second
  std::string time = format_seconds(seconds);
  if (time.ends_with(" min 00 s")) time.resize(time.size() - std::string_view(" 00 s").size());
  return (left.at_least ? "at least " : "about ") + time + " left";
}

std::string bar(const Tally& tally, std::size_t cells, const Terminal& terminal) {
  const auto parts = segments(tally);
  const auto width = share_cells(parts, cells);
  std::string text;
  std::size_t used = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::string stretch;
    for (std::size_t cell = 0; cell < width[i]; ++cell)
      stretch += terminal.utf8 ? parts[i].utf8 : parts[i].ascii;
    text += paint(stretch, parts[i].tone, terminal.colour);
    used += width[i];
  }
  return text + std::string(cells - used, ' ');
}

std::vector<std::string> block(const Progress& progress, const Terminal& terminal) {
  const auto height = static_cast<std::size_t>(std::max(terminal.height, 1));
  if (height < 4 || terminal.width < 20) return {one_line(progress, terminal)};
  std::vector<std::string> lines = {head_line(progress, terminal)};
  const std::size_t room = height - 2;  // the head, and the line that the cursor stands on
  const std::size_t stages = progress.stages.size();
  const std::size_t for_stages = stages <= room ? stages : room - 1;
  const auto chosen = chosen_stages(progress.stages, for_stages);
  const Columns layout = columns(chosen, static_cast<std::size_t>(terminal.width));
  for (const StageProgress* stage : chosen) lines.push_back(stage_line(*stage, layout, terminal));
  if (for_stages < stages)
    lines.push_back(
        paint("  and " + std::to_string(stages - for_stages) + " more stages", Tone::faint, terminal.colour));
  const std::size_t for_tasks =
      std::min({most_running_in_block, height - 1 - lines.size(), progress.running.size()});
  for (std::string& line : running_lines(std::span(progress.running).first(for_tasks), terminal))
    lines.push_back(std::move(line));
  return lines;
}

}  // namespace sluice::report

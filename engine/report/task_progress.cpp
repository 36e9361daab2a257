#include "engine/report/task_progress.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/report/block.h"

namespace sluice::report {

namespace {

constexpr std::size_t most_bytes = 4096;  // of either end; a line has less
constexpr double soonest_guess_s = 5;     // after so much work

struct Said {
  double time_s = 0;
  TaskProgress progress;
};

std::optional<Said> said_in(std::string_view line) {
  const auto value = parse_json(line, "");
  if (!value || !value->is_object()) return std::nullopt;
  const json::object& object = value->get_object();
  Said said;
  const auto time = json_double(object, "t");
  if (!time) return std::nullopt;
  said.time_s = *time;
  said.progress.done = std::max<std::int64_t>(json_int(object, "done").value_or(0), 0);
  said.progress.total = std::max<std::int64_t>(json_int(object, "total").value_or(0), 0);
  said.progress.unit = printable(json_string(object, "unit").value_or(""));
  said.progress.note = printable(json_string(object, "note").value_or(""));
  return said;
}

std::string bytes_at(int fd, off_t offset) {
  std::string bytes(most_bytes, '\0');
  const ssize_t got = ::pread(fd, bytes.data(), bytes.size(), offset);
  bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return bytes;
}

/// The last line that has its end.
std::string_view last_line(std::string_view text) {
  const std::size_t end = text.rfind('\n');
  if (end == std::string_view::npos) return {};
  const std::size_t before = end == 0 ? std::string_view::npos : text.rfind('\n', end - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  return text.substr(begin, end - begin);
}

/// At the pace since the first line: of this attempt, whatever was done before it.
std::optional<double> time_left(const Said& first, const Said& last, double now_s) {
  const std::int64_t done = last.progress.done - first.progress.done;
  const double took = last.time_s - first.time_s;
  const std::int64_t open = last.progress.total - last.progress.done;
  if (done <= 0 || took < soonest_guess_s || open <= 0) return std::nullopt;
  const double left = static_cast<double>(open) * took / static_cast<double>(done) - (now_s - last.time_s);
  if (left <= 0) return std::nullopt;  // it said nothing for longer than it wanted to take
  return left;
}

}  // namespace

std::optional<TaskProgress> task_progress(const std::string& attempt_folder, double now_s) {
  const std::string path = attempt_folder + "/progress.jsonl";
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return std::nullopt;
  struct stat stat {};
  std::string begin;
  std::string end;
  if (::fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode)) {
    begin = bytes_at(fd, 0);
    end = bytes_at(fd, std::max<off_t>(stat.st_size - static_cast<off_t>(most_bytes), 0));
  }
  ::close(fd);
  auto last = said_in(last_line(end));
  if (!last) return std::nullopt;
  if (const auto first = said_in(std::string_view(begin).substr(0, begin.find('\n'))))
    last->progress.left_s = time_left(*first, *last, now_s);
  if (to_string(last->progress).empty()) return std::nullopt;
  return std::move(last->progress);
}

std::string to_string(const TaskProgress& progress) {
  std::string text;
  const auto number = [](std::int64_t value) { return std::to_string(value); };
  if (progress.total > 0)
    text = percent(static_cast<std::size_t>(std::min(progress.done, progress.total)),
                   static_cast<std::size_t>(progress.total)) +
           " of " + number(progress.total);
  else if (progress.done > 0)
    text = number(progress.done);
  if (!text.empty() && !progress.unit.empty()) text += " " + progress.unit;
  if (progress.left_s) text += ", " + to_string(TimeLeft{*progress.left_s, false});
  if (!progress.note.empty()) text += (text.empty() ? "" : "; ") + progress.note;
  return text;
}

}  // namespace sluice::report

#include "stages/stage/progress.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/base/units.h"

namespace sluice::stage {

namespace {

constexpr std::int64_t file_interval_ns = 500 * ns_per_ms;
constexpr std::int64_t bar_interval_ns = 100 * ns_per_ms;
constexpr std::int64_t bar_width = 24;
constexpr std::size_t longest_note = 200;

/// "950", "12.3k", "4.2M": four characters or so.
std::string short_count(double count) {
  static constexpr std::array<const char*, 5> prefixes = {"", "k", "M", "G", "T"};
  std::size_t prefix = 0;
  while (count >= 999.5 && prefix + 1 < prefixes.size()) {
    count /= 1000;
    ++prefix;
  }
  std::array<char, 32> text{};
  const int decimals = prefix == 0 || count >= 99.95 ? 0 : 1;
  std::snprintf(text.data(), text.size(), "%.*f%s", decimals, count, prefixes.at(prefix));
  return text.data();
}

std::string shortened(const std::string& text) {
  std::string out;
  for (const std::string_view character : utf8_characters(text))
    if (out.size() + character.size() <= longest_note && character != "\n") out += character;
  return out;
}

}  // namespace

Progress::Progress(Clock& clock, const std::string& file, std::ostream* terminal)
    : clock_(clock),
      terminal_(terminal),
      interval_ns_(terminal == nullptr ? file_interval_ns : bar_interval_ns),
      next_report_ns_(std::numeric_limits<std::int64_t>::max()) {
  if (!file.empty()) file_ = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
}

Progress::~Progress() {
  if (file_ >= 0) ::close(file_);
}

void Progress::start(std::string unit, std::int64_t total, std::int64_t done) {
  const std::lock_guard lock(mutex_);
  unit_ = std::move(unit);
  total_ = total;
  done_before_ = done;
  done_ = done;
  started_ns_ = clock_.mono_ns();
  report(started_ns_, nullptr);
}

void Progress::add(std::int64_t count) {
  done_.fetch_add(count, std::memory_order_relaxed);
  if (file_ < 0 && terminal_ == nullptr) return;
  const std::int64_t now = clock_.mono_ns();
  std::int64_t due = next_report_ns_.load(std::memory_order_relaxed);
  // One thread wins the turn; the others go on counting.
  if (now < due || !next_report_ns_.compare_exchange_strong(due, now + interval_ns_)) return;
  const std::lock_guard lock(mutex_);
  report(now, nullptr);
}

void Progress::note(std::string_view text) {
  const std::lock_guard lock(mutex_);
  note_ = shortened(printable(text));
  report(clock_.mono_ns(), nullptr);
}

void Progress::finish(const std::map<std::string, std::int64_t>& skipped) {
  const std::lock_guard lock(mutex_);
  if (unit_.empty() && note_.empty() && skipped.empty()) return;
  report(clock_.mono_ns(), &skipped);
  if (bar_drawn_) *terminal_ << "\n" << std::flush;
  bar_drawn_ = false;
}

void Progress::report(std::int64_t now_ns, const std::map<std::string, std::int64_t>* skipped) {
  next_report_ns_ = now_ns + interval_ns_;
  if (file_ >= 0) write_line(skipped);
  if (terminal_ != nullptr) draw_bar(now_ns);
}

void Progress::write_line(const std::map<std::string, std::int64_t>* skipped) {
  json::object line;
  line["done"] = done_.load();
  line["total"] = total_;
  line["unit"] = unit_;
  if (!note_.empty()) line["note"] = note_;
  if (skipped != nullptr && !skipped->empty()) {
    json::object& reasons = (line["skipped"] = json::object()).get_object();
    for (const auto& [reason, count] : *skipped) reasons[reason] = count;
  }
  std::array<char, 32> time{};
  std::snprintf(time.data(), time.size(), "%.3f",
                static_cast<double>(clock_.wall_ns()) / static_cast<double>(ns_per_s));
  const std::string text =
      std::string("{\"t\":") + time.data() + "," + json::serialize(line).substr(1) + "\n";
  // One write of an appended line: a reader sees it whole, or sees a last line without its end.
  if (::write(file_, text.data(), text.size()) == static_cast<ssize_t>(text.size())) return;
  ::close(file_);
  file_ = -1;
}

void Progress::draw_bar(std::int64_t now_ns) {
  const std::int64_t done = done_;
  const double elapsed_s = static_cast<double>(now_ns - started_ns_) / static_cast<double>(ns_per_s);
  const double rate = elapsed_s > 0 ? static_cast<double>(done - done_before_) / elapsed_s : 0;
  std::string text = "\r\033[K";
  if (total_ > 0) {
    const std::int64_t shown = std::clamp<std::int64_t>(done, 0, total_);
    const auto filled = static_cast<std::size_t>(bar_width * shown / total_);
    text += "[" + std::string(filled, '#') + std::string(bar_width - filled, '.') + "] ";
    text += std::to_string(100 * shown / total_) + "%  ";
  }
  text += short_count(static_cast<double>(done));
  if (total_ > 0) text += "/" + short_count(static_cast<double>(total_));
  text += " " + unit_;
  if (rate > 0) text += "  " + short_count(rate) + "/s";
  if (rate > 0 && total_ > done)
    text += "  " + format_seconds(static_cast<double>(total_ - done) / rate) + " left";
  if (!note_.empty()) text += "  " + note_;
  *terminal_ << text << std::flush;
  bar_drawn_ = true;
}

}  // namespace sluice::stage

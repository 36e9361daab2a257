#include "executors/external/lines.h"

namespace sluice::executors::external {

void LineSplitter::add(std::string_view bytes, const OnLine& on_line, const OnTooLong& on_too_long) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) return keep(bytes, on_too_long);
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    if (!dropping_ && (!rest_.empty() || line.size() >= longest_)) {
      keep(line, on_too_long);
      line = rest_;
    }
    if (!dropping_) on_line(line);
    dropping_ = false;
    rest_.clear();
  }
}

void LineSplitter::keep(std::string_view bytes, const OnTooLong& on_too_long) {
  if (dropping_) return;
  if (rest_.size() + bytes.size() < longest_) {
    rest_ += bytes;
    return;
  }
  constexpr std::size_t enough_to_recognise = 200;
  rest_ += bytes.substr(0, enough_to_recognise);
  on_too_long(std::string_view(rest_).substr(0, enough_to_recognise));
  dropping_ = true;
  rest_.clear();
  rest_.shrink_to_fit();
}

}  // namespace sluice::executors::external

#include "stages/stage/context.h"

#include "stages/stage/stop_signal.h"

namespace sluice::stage {

bool Context::should_stop() const { return state_ != nullptr && stop_requested(); }

Status Context::skip(const std::string& reason, const std::string& where) {
  if (strict_)
    return Error{reason, where, "without --strict such events are skipped and counted", ErrorKind::data};
  const std::lock_guard lock(mutex_);
  Skips& skips = skips_[reason];
  if (skips.count++ == 0) skips.first = where;
  return Ok{};
}

std::map<std::string, std::int64_t> Context::skipped() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, std::int64_t> counts;
  for (const auto& [reason, skips] : skips_) counts[reason] = skips.count;
  return counts;
}

std::string Context::skipped_summary() const {
  const std::lock_guard lock(mutex_);
  std::int64_t total = 0;
  std::string parts;
  for (const auto& [reason, skips] : skips_) {
    total += skips.count;
    parts += (parts.empty() ? "" : ", ") + std::to_string(skips.count) + " x " + reason +
             " (first: " + skips.first + ")";
  }
  return parts.empty() ? "" : "skipped " + std::to_string(total) + ": " + parts;
}

}  // namespace sluice::stage

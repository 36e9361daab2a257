// What the driver tells whoever shows the run: plain notices, cheap enough to send at 10,000 tasks a second.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/schedule/scheduler.h"

namespace sluice::run {

struct StartedNotice {
  schedule::Unit unit;
  std::string_view task;
  int attempt;
  std::string_view log;  ///< path
};

struct SettledNotice {
  schedule::Unit unit;
  std::string_view task;
  schedule::UnitState state;
  schedule::Why why;
  std::string_view culprit;  ///< the task that failed first, when `why` is upstream
  double seconds;            ///< of the last attempt; 0 when none ran
  std::string_view message;  ///< of a failure
  std::string_view log;      ///< path; may not exist
};

struct RetryNotice {
  std::string_view task;
  int attempt;  ///< that ended
  schedule::Outcome outcome;
  std::string_view message;
  double delay_s;
};

enum class MessageLevel : std::uint8_t { info, warning, error };

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void started(const StartedNotice& notice) = 0;
  virtual void settled(const SettledNotice& notice) = 0;
  virtual void retrying(const RetryNotice& notice) = 0;
  virtual void message(MessageLevel level, std::string_view text) = 0;
};

}  // namespace sluice::run

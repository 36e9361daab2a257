// Some of a source's events, spread evenly over all of them: files of a dataset lie one after another, so its
// first thousand events may well be of one process. For trials, which can't look at everything.
#pragma once

#include <algorithm>

#include "stages/train/events.h"

namespace sluice::train {

class Sample final : public EventSource {
 public:
  /// 0 wanted: all of them.
  Sample(const EventSource& all, std::int64_t wanted)
      : all_(all), events_(wanted > 0 ? std::min(wanted, all.events()) : all.events()) {}

  /// An event's number among all.
  std::int64_t number(std::int64_t event) const {
    const std::int64_t each = all_.events() / events_;
    return event * each + event * (all_.events() % events_) / events_;
  }

  std::int64_t events() const override { return events_; }
  std::int64_t features() const override { return all_.features(); }
  std::int64_t elements(std::int64_t event) const override { return all_.elements(number(event)); }
  EventView event(std::int64_t event) const override { return all_.event(number(event)); }

 private:
  const EventSource& all_;
  std::int64_t events_;
};

}  // namespace sluice::train

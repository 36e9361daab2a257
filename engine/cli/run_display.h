// What `sluice run` shows while it works: notices of the driver become lines, or the live block of a terminal.
#pragma once

#include <string>

#include "engine/cli/console.h"
#include "engine/plan/plan.h"
#include "engine/run/driver.h"
#include "engine/run/observer.h"

namespace sluice::cli {

class RunDisplay final : public run::Observer {
 public:
  RunDisplay(const workflow::TaskGraph& graph, plan::Plan& plan, const run::Layout& layout, Console& console, bool as_json);

  void watch(const run::Driver& driver) { driver_ = &driver; }
  void redraw();
  void summary();

  void started(const run::StartedNotice& notice) override;
  void settled(const run::SettledNotice& notice) override;
  void retrying(const run::RetryNotice& notice) override;
  void message(run::MessageLevel level, std::string_view text) override;

 private:
  void line(const std::string& text);

  const workflow::TaskGraph& graph_;
  run::Layout layout_;
  Console& console_;
  const run::Driver* driver_ = nullptr;
  bool as_json_;
  std::size_t done_ = 0;
  std::size_t total_ = 0;
  std::int64_t begun_ns_ = 0;
};

}  // namespace sluice::cli

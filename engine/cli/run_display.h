// What `sluice run` shows while it works: the driver's notices become lines, on a terminal above a live
// block.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/json.h"
#include "engine/cli/console.h"
#include "engine/plan/plan.h"
#include "engine/report/estimate.h"
#include "engine/report/progress.h"
#include "engine/report/screen.h"
#include "engine/run/driver.h"
#include "engine/run/observer.h"

namespace sluice::cli {

class RunDisplay final : public run::Observer {
 public:
  RunDisplay(const workflow::TaskGraph& graph, const run::Layout& layout, Console& console);
  ~RunDisplay() override;
  RunDisplay(const RunDisplay&) = delete;
  RunDisplay& operator=(const RunDisplay&) = delete;

  void watch(const run::Driver& driver);
  /// Tasks that the plan has settled: the numbers of the others go on from there.
  void begin_at(std::size_t settled) { settled_ = settled; }
  /// About ten times a second; cheap when nothing happened.
  void redraw();
  /// The last lines: how it ended, what failed, what to do next.
  void summary();

  void started(const run::StartedNotice& notice) override;
  void settled(const run::SettledNotice& notice) override;
  void retrying(const run::RetryNotice& notice) override;
  void message(run::MessageLevel level, std::string_view text) override;

 private:
  struct Skipped {
    std::size_t tasks = 0;
    std::string one;
  };

  void say(const std::string& lines);
  std::string prefix() const;
  void flush();
  void say_failure(const run::SettledNotice& notice);
  void flush_skipped();
  report::Tally tally() const;
  report::Progress progress();
  std::vector<report::RunningTask> longest_running(std::int64_t now_ns);
  std::string how_far(const run::Flight& flight, std::int64_t now_ns);

  const workflow::TaskGraph& graph_;
  run::Layout layout_;
  Console& console_;
  report::Screen screen_;
  report::Estimate estimate_;
  const run::Driver* driver_ = nullptr;
  RealClock clock_;
  std::int64_t begun_ns_;
  std::int64_t last_sign_ns_;
  std::string lines_;  ///< that wait for the next redraw: one write for many
  std::size_t settled_ = 0;
  /// What tasks said of themselves, by attempt, and when they were asked: not at every redraw.
  std::map<std::string, std::pair<std::int64_t, std::string>> said_;
  std::map<std::string, Skipped> skipped_;  ///< by reason: one line for all that one failure took with it
};

/// What `sluice run --json` prints at the end.
json::value run_result(const workflow::TaskGraph& graph, const run::Driver& driver, double seconds);

}  // namespace sluice::cli

// An engine and its trials, simulated in the study folder: each call lets one thing happen. With trouble,
// attempts are killed, lost and come back as ghosts, lines are torn, repeated and full of NULs, clocks are
// wrong, beats stand still, and the engine itself starts again.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/base/disk.h"
#include "engine/handoff/report.h"
#include "engine/handoff/study_server.h"

namespace sluice::sweep {

class FakeEngine {
 public:
  FakeEngine(std::string study, std::uint32_t seed, bool trouble);

  void advance();

  /// What a trial loses at a step: the same in each attempt.
  static double loss(const json::object& parameters, std::int64_t step);

  /// How the runs of a trial end: an outcome, or "killed" (signal 9).
  std::map<std::int64_t, std::string> outcomes;
  int failing_runs = 100;    ///< later ones are not touched
  bool holds_still = false;  ///< nobody trains
  double seconds_a_step = 0;

  /// (trial, step) -> how often it was trained.
  std::map<std::pair<std::int64_t, std::int64_t>, int> trained;
  std::vector<std::string> scans;  ///< "0.1 1.1": what came in at once
  std::map<std::string, int> faults;
  int at_work() const { return static_cast<int>(attempts_.size()); }
  std::vector<std::string> complaints;

 private:
  struct Attempt {
    handoff::TrialRun id;
    std::string folder;
    std::string token;
    int number = 1;
    std::int64_t until = 0;
    std::int64_t seq = 0;
    std::int64_t begun_at = 0;  ///< step
    std::int64_t obeyed = -1;
    json::object parameters;
  };

  bool chance(int of_a_thousand) {
    return trouble_ && random_() % 1000 < static_cast<unsigned>(of_a_thousand);
  }
  void scan();
  void begin(const handoff::Wanted& wanted);
  void start(Attempt& attempt);
  std::int64_t saved_step(const Attempt& attempt) const;
  void train(std::size_t index);
  void report(Attempt& attempt, std::int64_t step);
  void haunt();
  void end(std::size_t index, const std::string& outcome);
  void finish(std::size_t index, handoff::RunResult result, std::int64_t step);
  bool is_told_to_stop(Attempt& attempt);
  void append(const std::string& path, const std::string& bytes) const;

  RealDisk disk_;
  std::string study_;
  std::mt19937 random_;
  bool trouble_;
  std::unique_ptr<handoff::StudyServer> server_;
  std::vector<Attempt> attempts_;
  std::vector<Attempt> ghosts_;  ///< given up for lost, and still there
  int tokens_ = 0;
};

}  // namespace sluice::sweep

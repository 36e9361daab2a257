// The sweep's side of docs/trial-protocol.md.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "engine/base/disk.h"
#include "engine/handoff/job.h"
#include "engine/handoff/layout.h"
#include "engine/handoff/report.h"
#include "engine/handoff/request.h"
#include "stages/sweep/world.h"

namespace sluice::sweep {

class FolderWorld final : public World {
 public:
  FolderWorld(Disk& disk, std::string study_folder, const hpo::StudySettings& settings);

  Status ask(const hpo::Work& work) override;
  Status send() override;
  Result<std::optional<Seen>> look(const hpo::Work& work) override;
  Status stop(const hpo::Work& work) override;
  Result<bool> forget(std::int64_t trial, int run) override;
  Status wait() override;

 private:
  using Time = std::chrono::steady_clock::time_point;
  /// What a run has reported so far.
  struct Watch {
    handoff::MeasurementReader reader;
    std::vector<hpo::Measure> curve;
  };
  struct Stopping {
    handoff::TrialRun id;
    Time since;
  };

  std::string folder_of(std::int64_t trial) const;
  Result<bool> exists(const std::string& path) const;
  /// Nothing when there is none yet, or a torn one.
  Result<std::optional<handoff::Job>> job_of(handoff::TrialRun id) const;
  Status command(handoff::TrialRun id, handoff::Command command);
  Status write_request(const hpo::Work& work) const;
  Result<Seen> seen_at_end(const hpo::Work& work, const handoff::Job& job);
  Result<Seen> seen_in_status(const hpo::Work& work, Seen seen);
  std::vector<hpo::Measure> measured(const hpo::Work& work);

  Disk& disk_;
  std::string study_folder_;
  const hpo::StudySettings& settings_;
  bool live_;
  std::string rings_;  ///< lines for the bell that were not sent yet
  std::map<handoff::TrialRun, Watch> watches_;
  std::vector<Stopping> stopping_;
  std::chrono::milliseconds pause_;
};

}  // namespace sluice::sweep

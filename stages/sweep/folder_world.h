// The sweep's side of docs/trial-protocol.md.
#pragma once

#include <chrono>
#include <string>

#include "engine/base/disk.h"
#include "engine/handoff/layout.h"
#include "stages/sweep/world.h"

namespace sluice::sweep {

class FolderWorld final : public World {
 public:
  FolderWorld(Disk& disk, std::string study_folder, const hpo::StudySettings& settings);

  Status ask(const hpo::Work& work, int run) override;
  Result<std::optional<hpo::WorkResult>> look(const hpo::Work& work, int run) override;
  void wait() override;

 private:
  std::string folder_of(std::int64_t trial) const;
  Result<bool> exists(const std::string& path) const;
  Status ring(handoff::TrialRun id) const;
  Result<hpo::WorkResult> result_of_success(const hpo::Work& work, int run) const;
  std::vector<hpo::Measure> measured(const hpo::Work& work, int run) const;

  Disk& disk_;
  std::string study_folder_;
  const hpo::StudySettings& settings_;
  std::chrono::milliseconds pause_;
};

}  // namespace sluice::sweep

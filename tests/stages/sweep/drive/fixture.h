// A sweep in a folder, against the fake engine; it may be killed between any two things it does.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <optional>

#include "engine/base/record_line.h"
#include "stages/hpo/study/journal.h"
#include "stages/sweep/drive.h"
#include "stages/sweep/folder_world.h"
#include "stages/sweep/load_study.h"
#include "tests/stages/sweep/drive/fake_engine.h"
#include "tests/support/temporary_folder.h"

namespace sluice::sweep {

struct Dies {};

/// The real world of files; waiting lets the engine do something. Before and after each call the program may
/// die.
class MortalWorld final : public World {
 private:
  template <typename Call>
  auto around(Call call) {
    step();
    auto result = call();
    step();
    return result;
  }

 public:
  MortalWorld(FolderWorld& world, FakeEngine& engine, int lives)
      : world_(world), engine_(engine), left_(lives) {}

  void step() {
    if (left_ > 0 && --left_ == 0) throw Dies{};
  }
  Status ask(const hpo::Work& work) override {
    return around([&] { return world_.ask(work); });
  }
  Status send() override {
    return around([&] { return world_.send(); });
  }
  Result<std::optional<Seen>> look(const hpo::Work& work) override { return world_.look(work); }
  Status stop(const hpo::Work& work) override {
    return around([&] { return world_.stop(work); });
  }
  Result<bool> forget(std::int64_t trial, int run) override {
    return around([&] { return world_.forget(trial, run); });
  }
  Status wait() override {
    engine_.advance();
    return Ok{};
  }

 private:
  FolderWorld& world_;
  FakeEngine& engine_;
  int left_;
};

inline hpo::StudySettings settings_from(const std::string& text) {
  auto settings = load_study(text, "study.toml");
  if (!settings) throw std::runtime_error(to_string(settings.error()));
  return *std::move(settings);
}

/// A study in a folder in memory, where there is such a place.
class StudyPlace {
 public:
  explicit StudyPlace(std::string text) : text_(std::move(text)) {
    if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 1);
    folder_.emplace();
  }

  /// Nothing: it died, after so many steps (0: never).
  std::optional<Result<Finish>> live(FakeEngine& engine, int lives = 0,
                                     const std::function<bool()>& should_stop = {}) {
    hpo::StudySettings settings = settings_from(text_);
    settings.trials = trials_.value_or(settings.trials);
    study_.emplace(std::move(settings));
    AppendFile journal;
    if (auto resumed = resume(disk_, folder_->path(), text_, *study_, journal); !resumed)
      return Result<Finish>(resumed.error());
    FolderWorld files(disk_, folder_->path(), study_->settings());
    MortalWorld world(files, engine, lives);
    bool writing = false;
    Drive loop = {*study_, world, &journal, should_stop, {}, {}, nullptr};
    loop.may_write = [&] {
      writing = true;
      world.step();
      writing = false;
      return Status(Ok{});
    };
    try {
      return drive(loop);
    } catch (const Dies&) {
      torn_ = writing;
      return std::nullopt;
    }
  }
  /// The last line was being written when it died.
  bool died_writing() const { return torn_; }
  void append_to_journal(const std::string& bytes) const {
    std::ofstream(path(journal_name), std::ios::binary | std::ios::app) << bytes;
  }

  hpo::Study& study() { return *study_; }
  std::string path(const std::string& name = "") const {
    return name.empty() ? folder_->path() : folder_->path() + "/" + name;
  }
  std::string read(const std::string& name) const { return RealDisk().read(path(name)).value_or(""); }
  void allow(std::int64_t trials) { trials_ = trials; }
  /// The study is what it was with so many trials, if it stopped there.
  bool recalled(std::int64_t trials) {
    hpo::StudySettings settings = settings_from(text_);
    settings.trials = trials;
    study_.emplace(std::move(settings));
    const auto was = recall(disk_, folder_->path(), text_, *study_);
    if (!was) throw std::runtime_error(to_string(was.error()));
    return *was;
  }
  /// One line each: what was decided, and nothing else.
  std::string decisions() {
    std::string all;
    for (const hpo::Work& work : study_->works())
      all += std::to_string(work.job.trial) + " " + std::to_string(work.job.from) + "-" +
             std::to_string(work.job.until) + " " + to_text(study_->settings().space, work.point) + "\n";
    return all;
  }
  std::vector<std::int64_t> trials_with_checkpoints() {
    std::vector<std::int64_t> trials;
    for (const auto& trial : study_->trials())
      if (::access((path(handoff::trial_folder(trial.trial)) + "/checkpoint").c_str(), F_OK) == 0)
        trials.push_back(trial.trial);
    return trials;
  }

 private:
  RealDisk disk_;
  std::string text_;
  std::optional<std::int64_t> trials_;
  std::optional<tests::TemporaryFolder> folder_;
  std::optional<hpo::Study> study_;
  bool torn_ = false;
};

}  // namespace sluice::sweep

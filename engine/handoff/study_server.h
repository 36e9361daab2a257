// The server's side of a study: which runs were asked for and have no job yet, which are to be cancelled, and
// the job files that answer. It knows files only; the driver asks it, schedules what it finds, and tells it
// what became of it.
//
// A call costs what has changed: the bell names the trials to look at. In between, and once from the
// beginning, all trials are looked through a piece at a time, so that a request is found even if nobody rang,
// or the bell was torn.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/base/disk.h"
#include "engine/handoff/bell.h"
#include "engine/handoff/job.h"
#include "engine/handoff/request.h"

namespace sluice::handoff {

/// A run that waits for the engine. Each is told once in a server's life.
struct Wanted {
  RunRequest request;
  std::string folder;      ///< of the trial; absolute if the study's is
  std::optional<Job> job;  ///< of an earlier server, not ended: find that attempt again
  bool cancelled = false;  ///< it was taken back before anybody began: just record its end
};

struct News {
  std::vector<Wanted> wanted;
  std::vector<TrialRun> cancels;        ///< of runs told before
  std::vector<std::string> complaints;  ///< about damaged and foreign files, each once
};

class StudyServer {
 public:
  StudyServer(Disk& disk, std::string study_folder);

  /// What is new; looks at `budget` trials or so. A study that is not there yet has no news.
  News scan(std::size_t budget = default_budget);
  /// Every trial has been looked at since the start, or since look_again.
  bool has_looked_everywhere() const { return !walk_wanted_ && shards_.empty() && walk_.empty(); }
  /// Looks through all trials once more, a piece at each scan. Worth it every half minute.
  void look_again() { walk_wanted_ = true; }

  /// Before an attempt is submitted: it becomes the owner of the trial's checkpoints, and its job file
  /// appears.
  Status submitting(TrialRun id, const std::string& token, int attempt);
  /// Writes the job file. Once a run has ended, the next one of the trial may come.
  Status record(const Job& job);

  std::string folder(std::int64_t trial) const;
  std::string fence(std::int64_t trial) const;       ///< for SLUICE_FENCE
  std::string checkpoint(std::int64_t trial) const;  ///< for SLUICE_STATE_DIR

 private:
  static constexpr std::size_t default_budget = 1000;

  struct Trial {
    int told = 0;           ///< newest run that was told, or found ended
    bool open = false;      ///< that run has not ended
    int waiting = 0;        ///< a newer run that has to wait until then
    std::int64_t seq = -1;  ///< of the last command seen
  };
  struct Look {
    TrialRun id;
    int tries = 0;
  };

  void hear_the_bell(News& news);
  void look_where_it_rang(std::size_t& budget, News& news);
  void walk(std::size_t& budget, News& news);
  void find_shards(News& news);
  void find_trials(const std::string& shard, News& news);
  void walk_into(std::int64_t trial, News& news);

  /// False: the run's file can't be read yet.
  bool look(TrialRun id, News& news);
  bool take_up(TrialRun id, News& news);
  bool reopen_earlier(TrialRun id, News& news);
  bool tell(TrialRun id, News& news);
  void refuse(TrialRun id, const Error& why, News& news);
  void obey(std::int64_t trial, News& news);
  std::optional<Control> new_command(std::int64_t trial, News& news);
  std::optional<Job> known_job(TrialRun id, News& news);
  bool exists(const std::string& path);
  bool is_folder(const std::string& path, FileKind kind);
  std::vector<FolderEntry> entries(const std::string& folder, News& news);
  void complain(const Error& error, News& news);

  Disk& disk_;
  std::string study_;
  BellReader bell_;
  std::unordered_map<std::int64_t, Trial> trials_;
  std::deque<Look> rung_;
  std::deque<std::string> shards_;  ///< of the walk, not opened yet
  std::deque<std::int64_t> walk_;   ///< trials of the walk, not looked at yet
  bool walk_wanted_ = true;
  std::unordered_set<std::string> said_;
};

}  // namespace sluice::handoff

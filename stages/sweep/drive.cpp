#include "stages/sweep/drive.h"

#include <algorithm>
#include <map>

#include "stages/hpo/study/journal.h"

namespace sluice::sweep {

namespace {

/// Which run of its trial each work is: 1, 2, 3, … in the order of decisions.
class Runs {
 public:
  explicit Runs(const hpo::Study& study) {
    for (const hpo::Work& work : study.works()) add(work);
  }
  void add(const hpo::Work& work) { of_work_.push_back(++of_trial_[work.job.trial]); }
  int operator[](const hpo::Work& work) const { return of_work_[static_cast<std::size_t>(work.number)]; }

 private:
  std::map<std::int64_t, int> of_trial_;
  std::vector<int> of_work_;
};

/// Several trials that all came to nothing say that it is not the configurations.
class Hope {
 public:
  Status heard(const hpo::WorkResult& result) {
    constexpr int enough = 5;
    if (result.ending != hpo::Ending::lost)
      good_ = true;
    else
      ++lost_;
    if (good_ || lost_ < enough) return Ok{};
    return Error{"the first " + std::to_string(enough) + " trials all failed", "",
                 "look at the log of one of them, and try the trial program by hand", ErrorKind::data, 0};
  }
  void known_good() { good_ = true; }

 private:
  bool good_ = false;
  int lost_ = 0;
};

Status record(const Drive& drive, const std::string& line) {
  if (drive.may_write)
    if (auto may = drive.may_write(); !may) return may;
  if (drive.journal == nullptr) return Ok{};
  return drive.journal->append(line);
}

}  // namespace

Result<Finish> drive(Drive& drive) {
  Runs runs(drive.study);
  Hope hope;
  if (drive.study.best() != nullptr) hope.known_good();
  std::vector<hpo::Work> running = drive.study.outstanding();
  for (const hpo::Work& work : running)  // asked for in an earlier life, or perhaps not quite
    if (auto asked = drive.world.ask(work, runs[work]); !asked) return std::move(asked).error();
  const auto parallel = static_cast<std::size_t>(drive.study.settings().parallel);
  for (;;) {
    if (drive.should_stop && drive.should_stop()) return Finish::stopped;
    bool news = false;
    while (running.size() < parallel) {
      const auto work = drive.study.next();
      if (!work) break;
      runs.add(*work);
      if (auto kept = record(drive, journal_line(drive.study.settings().space, *work)); !kept)
        return std::move(kept).error();
      if (auto asked = drive.world.ask(*work, runs[*work]); !asked) return std::move(asked).error();
      running.push_back(*work);
      news = true;
    }
    if (running.empty() && drive.study.is_done()) return Finish::done;
    for (std::size_t i = 0; i < running.size();) {
      auto seen = drive.world.look(running[i], runs[running[i]]);
      if (!seen) return std::move(seen).error();
      if (!*seen) {
        ++i;
        continue;
      }
      if (auto kept = record(drive, journal_line(running[i].number, **seen)); !kept)
        return std::move(kept).error();
      if (auto hopeful = hope.heard(**seen); !hopeful) return std::move(hopeful).error();
      drive.study.result(running[i].number, std::move(**seen));
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
      if (drive.progress) drive.progress();
      news = true;
    }
    if (!news && running.empty()) return Finish::done;  // the scheduler waits for nobody
    if (!news) drive.world.wait();
  }
}

Status resume(Disk& disk, const std::string& folder, const std::string& study_text, hpo::Study& study,
              AppendFile& journal) {
  const std::string path = join_path(folder, journal_name);
  const std::string head = journal_head(study.settings(), study_text);
  const std::int64_t wanted = study.settings().trials;
  const auto stat = disk.stat(path);
  if (!stat) return stat.error();
  std::string bytes;
  if (stat->exists()) {
    auto read = disk.read(path);
    if (!read) return std::move(read).error();
    bytes = std::move(*read);
  }
  const auto replayed = replay(study, head, bytes, path);
  if (!replayed) return replayed.error();
  if (auto opened = journal.open(path, replayed->consumed); !opened) return opened;
  std::string begin = replayed->consumed == 0 ? head : std::string();
  if (replayed->allowed != wanted) begin += hpo::journal_allow(wanted);
  study.allow(wanted);
  return begin.empty() ? Status(Ok{}) : journal.append(begin);
}

}  // namespace sluice::sweep

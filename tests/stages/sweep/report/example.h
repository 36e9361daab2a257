// A study to look at, decided and ended by hand.
#pragma once

#include <cmath>
#include <memory>
#include <string>

#include "stages/hpo/study/journal.h"
#include "stages/hpo/study/study.h"

namespace sluice::sweep {

inline hpo::StudySettings read_example(const std::string& text) {
  Diagnostics diagnostics;
  const auto root = parse_toml(diagnostics.add_source("study.toml", text), diagnostics);
  return hpo::read_study(*root, diagnostics);
}

constexpr const char* example_text = R"(trials = 12
parallel = 3
seed = 4
[objective]
metric = "val_loss"
[search]
method = "random"
[schedule]
method = "asha"
most = 9
[space]
lr = { float = [1e-5, 1e-1], log = true }
width = { ordinal = [8, 16, 32] }
"<loss>" = { choice = ["focal & co", "bce"] }
gamma = { float = [0, 5], when = { "<loss>" = "focal & co" } }
)";

inline double example_loss(const hpo::Point& point, std::int64_t step) {
  const double off = std::log10(point[0]) + 3;
  return 1 + off * off + 0.1 * point[1] + 2.0 / static_cast<double>(step);
}

/// Ends everything; trial 3 runs out of memory, trial 5 crashes. Decision n is made at n seconds.
inline std::string run_example(hpo::Study& study, std::int64_t works = 1000) {
  std::string journal = hpo::journal_head(study.settings(), example_text);
  std::int64_t now_ms = 1'000'000;
  while (auto work = study.next()) {
    journal += hpo::journal_line(study.settings().space, *work, now_ms += 1000);
    if (work->number + 1 == works) break;
    hpo::WorkResult result;
    if (work->job.trial == 3) result.ending = hpo::Ending::infeasible;
    if (work->job.trial == 5) result.ending = hpo::Ending::lost;
    if (result.ending == hpo::Ending::milestone)
      for (std::int64_t step = work->job.from + 1; step <= work->job.until; ++step)
        result.curve.push_back({step, example_loss(work->point, step)});
    journal += hpo::journal_line(work->number, result, now_ms += 1000);
    study.result(work->number, std::move(result));
  }
  return journal;
}

}  // namespace sluice::sweep

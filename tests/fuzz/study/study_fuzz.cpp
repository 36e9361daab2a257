// Any text as a study file, and any lines as its journal (after a line "#journal"; they are sealed here, so
// that they get past the checksum). It is understood or refused with a message; a study that is understood
// tries nothing twice, nothing that is forbidden and nothing that does not exist, can be replayed, and has a
// page.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "engine/base/record_line.h"
#include "stages/hpo/study/journal.h"
#include "stages/hpo/study/study.h"
#include "stages/sweep/report/page.h"
#include "stages/sweep/report/records.h"
#include "stages/sweep/report/text.h"

namespace {

using namespace sluice;       // NOLINT: one file, one purpose
using namespace sluice::hpo;  // NOLINT

constexpr std::int64_t most_trials = 20;
constexpr std::int64_t most_work = 40;
constexpr std::size_t most_parameters = 12;

void check(bool fine, const char* what) {
  if (fine) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

std::string sealed(std::string_view lines) {
  std::string journal;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    journal += seal_line(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return journal;
}

WorkResult train(const Work& work) {
  constexpr std::int64_t most_reports = 30;
  WorkResult result;
  if (work.job.trial % 7 == 3) return {Ending::infeasible, {}};
  if (work.job.trial % 7 == 5) return {Ending::lost, {}};
  const std::int64_t stride = std::max<std::int64_t>(1, (work.job.until - work.job.from) / most_reports);
  double sum = 0;
  for (const double value : work.point) sum += std::isnan(value) ? 1 : std::atan(value);
  for (std::int64_t step = work.job.from + 1; step < work.job.until; step += stride)
    result.curve.push_back({step, sum + 1.0 / static_cast<double>(step)});
  result.curve.push_back({work.job.until, sum});
  return result;
}

void check_points(const Study& study) {
  const Space& space = study.settings().space;
  for (std::size_t i = 0; i < study.trials().size(); ++i) {
    const Point& point = study.trials()[i].point;
    check(same(settle(space, point), point), "a configuration that does not exist");
    check(!is_forbidden(space, point), "a forbidden configuration");
    for (std::size_t j = 0; j < i; ++j) check(!same(study.trials()[j].point, point), "a configuration twice");
  }
}

/// Goes on with a study for a while; its journal.
std::string run(Study& study) {
  std::string journal;
  for (std::int64_t i = 0; i < most_work; ++i) {
    const auto work = study.next();
    if (!work) break;
    const WorkResult result = train(*work);
    journal += journal_line(study.settings().space, *work) + journal_line(work->number, result);
    study.result(work->number, result);
  }
  return journal;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = std::min(input.find("#journal\n"), input.size());
  Diagnostics diagnostics;
  const auto root =
      parse_toml(diagnostics.add_source("study.toml", std::string(input.substr(0, cut))), diagnostics);
  StudySettings settings;
  if (root) settings = read_study(*root, diagnostics);
  if (diagnostics.has_errors() || !root) {
    check(!diagnostics.render().empty(), "refused without a word");
    return 0;
  }
  if (settings.space.parameters.size() > most_parameters) return 0;
  settings.trials = std::min(settings.trials, most_trials);
  const std::string head = journal_head(settings, "text");
  if (cut < input.size()) {
    Study told(settings);
    const auto replayed =
        replay(told, head, head + sealed(input.substr(input.find('\n', cut) + 1)), "journal");
    check(replayed || !to_string(replayed.error()).empty(), "refused without a word");
  }
  Study study(settings);
  const std::string journal = head + run(study);
  check_points(study);
  Study again(settings);
  const auto replayed = replay(again, head, journal, "journal");
  check(static_cast<bool>(replayed), "its own journal is refused");
  const sweep::View view(again);
  check(!sweep::report_page(view, "fuzz").empty() && !sweep::status_text(view).empty(), "nothing to see");
  check(!sweep::trials_csv(view).empty() && !sweep::trials_text(view).empty(), "no table");
  (void)sweep::trials_json(view);
  return 0;
}

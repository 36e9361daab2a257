// sluice-sweep: tunes hyperparameters. As a stage it decides over the trials of its workflow table; by hand
// it looks at studies and starts them.
#include <iostream>

#include "engine/base/process.h"
#include "engine/base/text.h"
#include "stages/stage/run.h"
#include "stages/sweep/by_hand.h"
#include "stages/sweep/drive.h"
#include "stages/sweep/folder_world.h"
#include "stages/sweep/load_study.h"
#include "stages/sweep/recorded_world.h"
#include "stages/sweep/report/page.h"
#include "stages/sweep/report/records.h"
#include "stages/sweep/report/text.h"

namespace sluice::sweep {

namespace {

using stage::Context;
using stage::Outcome;

struct Options {
  std::string study;
  std::string recorded;
  std::string dataset;
  std::optional<std::int64_t> trials;
  std::optional<std::int64_t> parallel;
  std::optional<std::int64_t> most;
  std::string program;
  stage::OutputPath best;
  stage::OutputPath table;
  stage::OutputPath report;
};

stage::Table<Options> make_table() {
  stage::Table<Options> table("sluice-sweep", "tunes hyperparameters");
  table.coordinator().resumable();
  table.parameter("trials", &Options::trials)
      .range(1, 1'000'000)
      .extending()
      .help("configurations to try, instead of the study's number");
  table.parameter("parallel", &Options::parallel)
      .range(1, 100'000)
      .help("trials under way together, instead of the study's number");
  table.parameter("most", &Options::most)
      .range(1, 1'000'000'000)
      .help("steps of a whole training, instead of the study's number");
  table.parameter("program", &Options::program)
      .help("the trial program, whose --describe the space is checked against");
  table.input("study", &Options::study, stage::Kind::file).help("what is searched and how (docs/hpo.md)");
  table.input("recorded", &Options::recorded, stage::Kind::file)
      .optional()
      .help("learning curves, as CSV: rehearse the study on them and train nothing");
  table.input("dataset", &Options::dataset, stage::Kind::any)
      .optional()
      .help("what the trials train on: only to wait for it");
  table.output("best", &Options::best, stage::Kind::file).help("the best configuration, as TOML");
  table.output("trials", &Options::table, stage::Kind::file).optional().help("all trials, as CSV");
  table.output("report", &Options::report, stage::Kind::file).optional().help("a page with pictures");
  return table;
}

/// Programs with large libraries take their time on a busy file system.
constexpr int patience_s = 120;

Result<json::object> describe(const std::string& program) {
  const std::string beside = join_path(own_program_folder(), program);
  RealDisk disk;
  const auto stat = disk.stat(beside);
  const auto said =
      RealProcesses().capture({stat && stat->exists() ? beside : program, "--describe"}, patience_s);
  if (!said) return said.error();
  auto value = parse_json(said->out, program + " --describe");
  if (!value || !value->is_object())
    return Error{"does not describe itself", program, "leave out --program for a program that is no stage"};
  return value->as_object();
}

Result<hpo::StudySettings> settings_of(const Options& options, const std::string& text) {
  std::optional<json::object> description;
  if (!options.program.empty()) {
    auto described = describe(options.program);
    if (!described) return std::move(described).error();
    description = std::move(*described);
  }
  auto settings = load_study(text, file_name(options.study), description ? &*description : nullptr);
  if (!settings) return settings;
  if (options.trials) settings->trials = *options.trials;
  if (options.parallel) settings->parallel = *options.parallel;
  if (options.most) {
    if (*options.most < settings->schedule.least)
      return Error{"is less than the study's 'least', " + std::to_string(settings->schedule.least), "--most",
                   "give the first milestone fewer steps in [schedule]", ErrorKind::usage, 0};
    settings->schedule.most = *options.most;
  }
  return settings;
}

Status write_results(const Options& options, hpo::Study& study) {
  if (study.best() == nullptr)
    return Error{"no trial came to a result", "", "look at the log of one of them", ErrorKind::data, 0};
  if (auto written = options.best.write(best_toml(study)); !written) return written;
  const View view(study);  // without times: outputs have reproducible bytes
  if (!options.table.path.empty())
    if (auto written = options.table.write(trials_csv(view)); !written) return written;
  if (options.report.path.empty()) return Ok{};
  return options.report.write(report_page(view, file_name(options.study)));
}

Result<Outcome> rehearse(const Options& options, Disk& disk, hpo::Study& study) {
  const auto text = disk.read(options.recorded);
  if (!text) return text.error();
  auto recordings = read_recordings(study.settings(), *text, options.recorded);
  if (!recordings) return std::move(recordings).error();
  RecordedWorld world(std::move(*recordings), study.settings().space);
  Drive loop = {study, world, nullptr, {}, {}, {}, nullptr};
  if (auto finished = drive(loop); !finished) return std::move(finished).error();
  if (auto written = write_results(options, study); !written) return std::move(written).error();
  return Outcome::done;
}

/// "12 of 36 trials, best val_loss 2.31 at step 9 (trial 4)"
std::string so_far(const hpo::Study& study) {
  std::string text =
      std::to_string(study.trials().size()) + " of " + plural(study.settings().trials, "trial");
  if (const hpo::Observation* best = study.best())
    text += ", best " + study.settings().metric + " " + short_number(study.reported(best->loss())) +
            " at step " + std::to_string(best->measures.back().step) + " (trial " +
            std::to_string(best->trial) + ")";
  return text;
}

Result<Outcome> sweep(const Options& options, Context& context) {
  RealDisk disk;
  const auto text = disk.read(options.study);
  if (!text) return text.error();
  auto settings = settings_of(options, *text);
  if (!settings) return std::move(settings).error();
  hpo::Study study(std::move(*settings));
  if (!options.recorded.empty()) return rehearse(options, disk, study);
  if (context.state() == nullptr)
    return Error{"nobody is here to run trials", "", "run it in a workflow, or by `sluice-sweep run`",
                 ErrorKind::usage, 0};
  const std::string folder = context.state()->folder();
  hpo::Study before(study.settings());
  const auto recalled = recall(disk, folder, *text, before);
  if (!recalled) return recalled.error();
  if (*recalled) {
    std::cout << "the result of " << before.trials().size() << " trials, which were run before\n"
              << std::flush;
    if (auto written = write_results(options, before); !written) return std::move(written).error();
    return Outcome::done;
  }
  if (auto kept = context.state()->commit(study_name, *text); !kept) return std::move(kept).error();
  AppendFile journal;
  if (auto resumed = resume(disk, folder, *text, study, journal); !resumed) return std::move(resumed).error();
  FolderWorld world(disk, folder, study.settings());
  const auto ended = [&] {
    return static_cast<std::int64_t>(study.works().size() - study.outstanding().size());
  };
  context.progress().start("runs", 0, ended());
  context.progress().note(so_far(study));
  RealClock clock;
  Drive loop = {study,
                world,
                &journal,
                [&] { return context.should_stop(); },
                [&] { return context.state()->check_fence(); },
                [&](const hpo::Work& work) {
                  context.progress().add();
                  context.progress().note(so_far(study));
                  std::cout << result_text(study, work) << std::flush;  // the task's log
                },
                &clock};
  const auto finished = drive(loop);
  if (!finished) return finished.error();
  if (auto kept = context.state()->commit("status.txt", status_text(View(study))); !kept)
    return std::move(kept).error();
  if (*finished == Finish::stopped) return Outcome::again;
  if (auto written = write_results(options, study); !written) return std::move(written).error();
  return Outcome::done;
}

}  // namespace

}  // namespace sluice::sweep

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (!words.empty() && sluice::sweep::is_verb(words[0]))
    return sluice::sweep::by_hand(words, std::cout, std::cerr);
  return sluice::stage::run(argc, argv, sluice::sweep::make_table, sluice::sweep::sweep);
}

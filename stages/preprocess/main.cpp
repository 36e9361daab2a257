// sluice-preprocess: event files in, a dataset out, with a report that says whether it is fit for training.
#include <cstdio>

#include "engine/base/disk.h"
#include "stages/preprocess/assemble.h"
#include "stages/preprocess/report.h"
#include "stages/stage/run.h"

namespace sluice::preprocess {

namespace {

using events::Elements;
using stage::Context;
using stage::Outcome;

struct Options {
  std::vector<std::string> events;
  Elements elements = Elements::tracks_and_clusters;
  double validation = 0.1;
  double test = 0.1;
  std::int64_t split_seed = 0;
  bool balance = true;
  stage::OutputPath dataset;
  stage::OutputPath report;
};

stage::Table<Options> make_table() {
  stage::Table<Options> table("sluice-preprocess", "puts event files together to a dataset for training");
  table.strict();
  table.input("events", &Options::events, stage::Kind::file)
      .help("event files from sluice-import; their order does not matter");
  table
      .choice("elements", &Options::elements,
              {{"tracks_and_clusters", Elements::tracks_and_clusters}, {"hits", Elements::hits}})
      .help("what a network is to see of an event");
  table.parameter("validation", &Options::validation).range(0, 1).help("share of events for validation");
  table.parameter("test", &Options::test).range(0, 1).help("share of events that training never sees");
  table.parameter("split_seed", &Options::split_seed).at_least(0).help("another one, another split");
  table.parameter("balance", &Options::balance)
      .help("weights by which every sample (see sluice-import) counts the same");
  table.output("dataset", &Options::dataset, stage::Kind::folder)
      .help("train.h5, validation.h5, test.h5 and dataset.json (docs/event-format.md)");
  table.output("report", &Options::report, stage::Kind::folder)
      .optional()
      .help(
          "report.json and report.html: the validation gates, with figures; with --strict a gate that fails "
          "is fatal");
  return table;
}

Report make_report(const Index& index, const Assembled& assembled) {
  Report report;
  report.gates = assembled.gates;
  report.figures = assembled.figures;
  for (std::size_t split = 0; split < 3; ++split)
    report.facts.emplace_back("events in " + std::string(events::split_names[split]),
                              std::to_string(index.rows[split][0]));
  report.facts.emplace_back("duplicates left out", std::to_string(index.duplicates));
  report.facts.emplace_back("broken events left out", std::to_string(index.broken));
  for (const auto& [sample, events] : assembled.events_of_sample)
    report.facts.emplace_back("events of " + (sample.empty() ? "(no sample)" : sample),
                              std::to_string(events));
  return report;
}

Status write_report(const Report& report, const std::string& folder) {
  RealDisk disk;
  if (auto written = disk.write(folder + "/report.json", report_json(report), Sync::no); !written)
    return written;
  RealProcesses processes;
  auto page = report_html(report, processes, folder);
  if (!page) return std::move(page).error();
  return disk.write(folder + "/report.html", *page, Sync::no);
}

Status judge(const Report& report, bool strict) {
  std::string failed;
  for (const GateResult& gate : report.gates)
    if (gate.verdict == Verdict::fail)
      failed += "\n  " + gate.name + ": " + gate.condition + " (" + gate.seen + ")";
  if (failed.empty()) return Ok{};
  if (strict)
    return Error{"the dataset is not fit for training:" + failed, "",
                 "without --strict it is made all the same, with a report", ErrorKind::data};
  (void)std::fprintf(stderr, "sluice-preprocess: gates failed:%s\n", failed.c_str());
  return Ok{};
}

Result<Outcome> preprocess(const Options& options, Context& context) {
  if (options.validation + options.test >= 1)
    return Error{"nothing would be left to train on", "--validation, --test", "their sum must be below 1",
                 ErrorKind::usage};
  const SplitFractions fractions{options.validation, options.test,
                                 static_cast<std::uint64_t>(options.split_seed)};
  auto index = make_index(options.events, options.elements, fractions, context);
  if (!index) return std::move(index).error();
  auto assembled = assemble(*index, {options.elements, options.balance, options.dataset.path}, context);
  if (!assembled) return std::move(assembled).error();
  const Report report = make_report(*index, *assembled);
  if (options.report.wanted())
    if (auto written = write_report(report, options.report.path); !written) return std::move(written).error();
  if (auto judged = judge(report, context.strict()); !judged) return std::move(judged).error();
  return Outcome::done;
}

}  // namespace

}  // namespace sluice::preprocess

int main(int argc, char** argv) {
  return sluice::stage::run(argc, argv, sluice::preprocess::make_table, sluice::preprocess::preprocess);
}

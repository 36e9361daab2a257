// sluice-evaluate: what a network's particles are worth, against the rule-based baseline and the truth.
#include "engine/base/disk.h"
#include "stages/evaluate/evaluation.h"
#include "stages/evaluate/report/figures.h"
#include "stages/evaluate/report/metrics.h"
#include "stages/evaluate/report/page.h"
#include "stages/stage/run.h"

namespace sluice::evaluate {

namespace {

using events::Split;
using stage::Context;
using stage::Outcome;

struct Options {
  std::string model;
  std::string dataset;
  Split split = Split::test;
  std::int64_t replicas = 200;
  std::int64_t seed = 1;
  std::int64_t batch_elements = 16384;
  std::vector<double> jet_pt_edges = Bins{}.jet_pt.edges;
  std::vector<double> jet_eta_edges = Bins{}.jet_eta.edges;
  std::vector<double> met_edges = Bins{}.met.edges;
  std::vector<double> particle_pt_edges = Bins{}.particle_pt.edges;
  stage::OutputPath metrics;
  stage::OutputPath report;
  stage::OutputPath timings;
};

stage::Table<Options> make_table() {
  stage::Table<Options> table("sluice-evaluate", "measures a network's jets, missing momentum and particles");
  table.strict();
  table.input("model", &Options::model, stage::Kind::file).help("an ONNX file from sluice-export");
  table.input("dataset", &Options::dataset, stage::Kind::folder).help("from sluice-preprocess");
  table
      .choice("split", &Options::split,
              {{"train", Split::train}, {"validation", Split::validation}, {"test", Split::test}})
      .help("whose events; only those of test has nobody ever looked at");
  table.parameter("replicas", &Options::replicas)
      .range(10, 10'000)
      .help("bootstrap replicas, for uncertainties");
  table.parameter("seed", &Options::seed).at_least(0).help("of the replicas");
  table.parameter("batch_elements", &Options::batch_elements)
      .range(1, 100'000'000)
      .help("elements that go through the network at once, padding included; each thread has its own");
  table.parameter("jet_pt_edges", &Options::jet_pt_edges).unit("GeV").help("bins of true jets");
  table.parameter("jet_eta_edges", &Options::jet_eta_edges).help("bins of true jets");
  table.parameter("met_edges", &Options::met_edges)
      .unit("GeV")
      .help("bins of true missing transverse momentum");
  table.parameter("particle_pt_edges", &Options::particle_pt_edges)
      .unit("GeV")
      .help("bins for efficiencies and fake rates");
  table.output("metrics", &Options::metrics, stage::Kind::file)
      .help("all results, as JSON (docs/evaluation.md)");
  table.output("report", &Options::report, stage::Kind::folder)
      .optional()
      .help("report.html, and its figures as SVG files; with --output.timings also of the speed");
  table.output("timings", &Options::timings, stage::Kind::file)
      .optional()
      .help("events a second against the number of elements, as JSON");
  return table;
}

Status check_edges(const char* name, const std::vector<double>& edges) {
  bool ascending = edges.size() >= 2;
  for (std::size_t i = 1; i < edges.size(); ++i) ascending = ascending && edges[i - 1] < edges[i];
  if (ascending) return Ok{};
  return Error{"edges of bins have to ascend, and be two at least", std::string("--") + name, "",
               ErrorKind::usage};
}

Result<Bins> bins_of(const Options& options) {
  for (const auto& [name, edges] : {std::pair("jet_pt_edges", &options.jet_pt_edges),
                                    {"jet_eta_edges", &options.jet_eta_edges},
                                    {"met_edges", &options.met_edges},
                                    {"particle_pt_edges", &options.particle_pt_edges}})
    if (auto checked = check_edges(name, *edges); !checked) return std::move(checked).error();
  return Bins{
      {options.jet_pt_edges}, {options.jet_eta_edges}, {options.met_edges}, {options.particle_pt_edges}};
}

std::string split_name(const Options& options) {
  return std::string(events::split_names[static_cast<std::size_t>(options.split)]);
}

json::object metrics_object(const Options& options, const std::string& model_hash, const Tally& tally,
                            const Context& context) {
  json::object skipped;
  for (const auto& [reason, count] : context.skipped()) skipped[reason] = count;
  json::object object{{"format", "sluice-metrics"},      {"format_version", 1},
                      {"model_xxh3_128", model_hash},    {"split", split_name(options)},
                      {"events", tally.events.total()},  {"skipped", std::move(skipped)},
                      {"replicas", options.replicas},    {"seed", options.seed},
                      {"match_distance", match_distance}};
  for (auto& [key, value] : physics_json(tally)) object[key] = std::move(value);
  return object;
}

Facts facts_of(const Options& options, const std::string& model_hash, const Tally& tally,
               const Context& context) {
  Facts facts;
  facts.rows = {{"events of the " + split_name(options) + " split", std::to_string(tally.events.total())},
                {"true jets", std::to_string(tally.to_truth[index(Source::ours)].inclusive.jets.total())},
                {"network (XXH3-128)", model_hash}};
  for (const auto& [reason, count] : context.skipped())
    facts.rows.emplace_back("left out: " + reason, std::to_string(count));
  return facts;
}

Figure speed_figure(const Timings& timings) {
  Figure figure;
  figure.name = "speed";
  figure.title = "Network: events a second of one thread";
  figure.x_label = "elements of an event";
  figure.y_label = "events / s";
  figure.log_x = figure.log_y = true;
  figure.caption = "ONNX Runtime alone, " + std::to_string(timings.threads) +
                   " threads busy at a time; bars: range of lengths.";
  Series series{"ours", our_colour, false, {}};
  for (const Timings::Row& row : timings.rows())
    series.points.push_back({static_cast<double>(row.from), row.mean_length(),
                             2 * static_cast<double>(row.from), row.events_per_second(), 0});
  figure.series.push_back(std::move(series));
  return figure;
}

Status write_outputs(const Options& options, const std::string& model_hash, const Evaluation& done,
                     const Context& context) {
  const json::object metrics = metrics_object(options, model_hash, done.tally, context);
  if (auto written = options.metrics.write(pretty_json(metrics)); !written) return written;
  if (options.timings.wanted())
    if (auto written = options.timings.write(timings_json(done.timings)); !written) return written;
  if (!options.report.wanted()) return Ok{};
  RealProcesses processes;
  return write_report(done.tally, facts_of(options, model_hash, done.tally, context),
                      options.timings.wanted() ? speed_figure(done.timings) : Figure{}, options.report.path,
                      processes);
}

Result<Outcome> measure(const Options& options, Context& context) {
  auto bins = bins_of(options);
  if (!bins) return std::move(bins).error();
  auto dataset = events::Dataset::open(options.dataset, options.split);
  if (!dataset) return std::move(dataset).error();
  RealDisk disk;
  auto hash = disk.hash_file(options.model);
  if (!hash) return std::move(hash).error();
  auto network = Network::open(options.model, dataset->info().feature_names);
  if (!network) return std::move(network).error();
  const std::string place = join_path(options.dataset, split_name(options) + ".h5");
  auto done = evaluate(*dataset, *network,
                       {*bins, static_cast<int>(options.replicas), static_cast<std::uint64_t>(options.seed),
                        static_cast<std::uint64_t>(options.batch_elements), place},
                       context);
  if (!done) return std::move(done).error();
  if (done->tally.events.total() == 0)
    return Error{"not one event could be used: " + context.skipped_summary(), place,
                 "is this the network's own dataset?", ErrorKind::data};
  if (auto written = write_outputs(options, to_hex(*hash), *done, context); !written)
    return std::move(written).error();
  return Outcome::done;
}

}  // namespace

}  // namespace sluice::evaluate

int main(int argc, char** argv) {
  return sluice::stage::run(argc, argv, sluice::evaluate::make_table, sluice::evaluate::measure);
}

// sluice-hello-decay: stops muons and records when they decay. Small, and yet a whole stage: parameters with
// ranges and units, threads, progress, checkpoints, and the same bytes however often it was interrupted.
#include "stages/hello_decay/histogram.h"
#include "stages/hello_decay/muons.h"
#include "stages/stage/parallel.h"
#include "stages/stage/run.h"

namespace sluice::hello {

namespace {

using stage::Context;
using stage::Outcome;

struct Options {
  std::int64_t muons = 100'000;
  const Absorber* absorber = &absorbers()[1];
  std::int64_t seed = 1;
  double gate_us = 20;
  std::int64_t bins = 200;
  double noise = 0.01;
  stage::OutputPath decays;
};

stage::Table<Options> make_table() {
  std::vector<std::pair<std::string, const Absorber*>> names;
  for (const Absorber& absorber : absorbers()) names.emplace_back(absorber.name, &absorber);
  stage::Table<Options> table("sluice-hello-decay",
                              "stops muons in a block of matter and records when they decay");
  table.resumable();
  table.parameter("muons", &Options::muons).range(1, 100'000'000'000).extending().help("muons to stop");
  table.choice("absorber", &Options::absorber, names).help("what they stop in");
  table.parameter("seed", &Options::seed).at_least(0).help("another seed, other muons");
  table.parameter("gate", &Options::gate_us)
      .range(1, 1000)
      .unit("us")
      .help("how long the clock runs for each muon");
  table.parameter("bins", &Options::bins).range(10, 10'000).help("slices of the gate");
  table.parameter("noise", &Options::noise).range(0, 1).help("false coincidences for each muon, at any time");
  table.output("decays", &Options::decays, stage::Kind::file).help("histogram of the decay times, as CSV");
  return table;
}

constexpr const char* state_name = "decays.csv";
constexpr std::int64_t piece_size = 1 << 16;
constexpr std::int64_t pieces_between_looks = 64;  // a quarter of a second of one core

Histogram nothing_yet(const Options& options) {
  Histogram histogram{options.absorber->name, options.seed, 0, options.noise, options.gate_us, {}};
  histogram.counts.resize(static_cast<std::size_t>(options.bins));
  return histogram;
}

/// What an earlier attempt got done. A checkpoint is simply the histogram of the muons so far.
Result<Histogram> resume(const Options& options, Context& context) {
  const Histogram fresh = nothing_yet(options);
  if (context.state() == nullptr) return fresh;
  auto text = context.state()->read(state_name);
  if (!text) return std::move(text).error();
  if (!*text) return fresh;
  auto saved = parse_histogram(**text, context.state()->folder() + "/" + state_name);
  if (!saved) return saved;
  if (!same_experiment(*saved, fresh))
    return Error{"the state folder belongs to another experiment (absorber, seed, gate, bins or noise)",
                 context.state()->folder(), "give each experiment a folder of its own", ErrorKind::usage};
  return saved->stopped <= options.muons ? *saved : fresh;
}

void stop_many(const Options& options, const Context& context, std::int64_t count, Histogram& histogram) {
  const auto pieces = static_cast<std::size_t>((count + piece_size - 1) / piece_size);
  std::vector<Histogram> parts(pieces, nothing_yet(options));
  stage::for_each_piece(context.cpus(), pieces, [&](std::size_t piece) {
    const std::int64_t begin = static_cast<std::int64_t>(piece) * piece_size;
    stop_muons(*options.absorber, histogram.stopped + begin, std::min(piece_size, count - begin),
               parts[piece]);
  });
  for (const Histogram& part : parts) {
    histogram.stopped += part.stopped;
    for (std::size_t bin = 0; bin < part.counts.size(); ++bin) histogram.counts[bin] += part.counts[bin];
  }
}

Result<Outcome> decay(const Options& options, Context& context) {
  auto histogram = resume(options, context);
  if (!histogram) return std::move(histogram).error();
  context.progress().start("muons", options.muons, histogram->stopped);
  while (histogram->stopped < options.muons && !context.should_stop()) {
    const std::int64_t count =
        std::min(options.muons - histogram->stopped, piece_size * pieces_between_looks);
    stop_many(options, context, count, *histogram);
    context.progress().add(count);
  }
  const std::string text = to_text(*histogram);
  if (context.state() != nullptr)
    if (auto saved = context.state()->commit(state_name, text); !saved) return std::move(saved).error();
  if (histogram->stopped < options.muons) return Outcome::again;
  if (auto written = options.decays.write(text); !written) return std::move(written).error();
  return Outcome::done;
}

}  // namespace

}  // namespace sluice::hello

int main(int argc, char** argv) {
  return sluice::stage::run(argc, argv, sluice::hello::make_table, sluice::hello::decay);
}

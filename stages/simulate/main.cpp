// sluice-simulate: e+e- collisions, from a HepMC3 file or made here, through a parametric detector with real
// confusion: hits, tracks, clusters, a rule-based particle flow, and the truth behind it all, as EDM4hep.
#include <optional>

#include "stages/edm4hep/writer.h"
#include "stages/simulate/chain/simulate_event.h"
#include "stages/simulate/detector/read_detector.h"
#include "stages/simulate/output/edm4hep_output.h"
#include "stages/simulate/source/source.h"
#include "stages/stage/parallel.h"
#include "stages/stage/run.h"

namespace sluice::simulate {

namespace {

using stage::Context;
using stage::Outcome;

struct Options {
  std::string hepmc;
  stage::OutputPath events_file;
  stage::DataFile detector = {"clic", ""};
  std::optional<std::string> process;
  std::optional<std::int64_t> events;
  std::int64_t first_event = 0;
  std::int64_t seed = 1;
  std::int64_t gun_pdg = 22;
  double gun_energy_min = 1;
  double gun_energy_max = 100;
  double gun_theta_min = 20;
  double gun_theta_max = 160;
  std::int64_t gun_particles = 1;
};

void add_gun(stage::Table<Options>& table) {
  table.parameter("gun_pdg", &Options::gun_pdg)
      .range(-9'999'999, 9'999'999)
      .help("PDG code of the gun's particles");
  table.parameter("gun_energy_min", &Options::gun_energy_min)
      .range(0.001, 10'000)
      .unit("GeV")
      .help("their least energy");
  table.parameter("gun_energy_max", &Options::gun_energy_max)
      .range(0.001, 10'000)
      .unit("GeV")
      .help("and the greatest; even between");
  table.parameter("gun_theta_min", &Options::gun_theta_min)
      .range(0, 180)
      .unit("deg")
      .help("their least angle to the beam");
  table.parameter("gun_theta_max", &Options::gun_theta_max)
      .range(0, 180)
      .unit("deg")
      .help("and the greatest; even over the sphere");
  table.parameter("gun_particles", &Options::gun_particles).range(1, 1000).help("particles in an event");
}

stage::Table<Options> make_table() {
  stage::Table<Options> table("sluice-simulate", "simulates e+e- collisions in a particle-flow detector");
  table.results_version("2");
  table.strict();
  table.input("hepmc", &Options::hepmc, stage::Kind::file)
      .optional()
      .help("collisions to simulate: a HepMC3 text file, plain or gzip");
  table.output("events", &Options::events_file, stage::Kind::file).help("what the detector saw, as EDM4hep");
  table.data_file("detector", &Options::detector, "detectors", ".toml").help("the detector");
  table.parameter("process", &Options::process)
      .help(
          "collisions to make, where no file is given: ee_qq_380, ee_ttbar_380, ee_tautau_91.2, ee_WW_380, "
          "ee_ZH_240, with any energy in GeV, or gun");
  table.parameter("events", &Options::events)
      .range(1, 1'000'000'000)
      .help("how many (default: all of a file, 100 of a process)");
  table.parameter("first_event", &Options::first_event)
      .range(0, 1'000'000'000)
      .help("the number of the first one, from 0; each event is the same whichever are made with it");
  table.parameter("seed", &Options::seed)
      .at_least(0)
      .help("another seed, other collisions and another detector response");
  add_gun(table);
  return table;
}

Result<std::unique_ptr<Source>> open_source(const Options& options) {
  if (options.process && !options.hepmc.empty())
    return Error{"a process and a file of collisions: only one of them can be simulated",
                 "--process, --input.hepmc", "leave one of them out", ErrorKind::usage};
  const SourceRange range{options.first_event, options.events};
  if (!options.hepmc.empty()) return open_file(options.hepmc, range);
  if (!options.process)
    return Error{"there is nothing to simulate", "", "give --process ee_qq_380 or --input.hepmc FILE",
                 ErrorKind::usage};
  const GunSettings gun{static_cast<int>(options.gun_pdg),
                        options.gun_energy_min,
                        options.gun_energy_max,
                        options.gun_theta_min,
                        options.gun_theta_max,
                        static_cast<int>(options.gun_particles)};
  return open_process(*options.process, gun, static_cast<std::uint64_t>(options.seed), range);
}

/// Events that are simulated at the same time and then written in their order.
constexpr std::size_t batch_size = 64;

struct Run {
  Detector detector;
  std::uint64_t seed;
  edm4hep::FileSchema schema = output_schema();
  std::vector<edm4hep::Event> filled = {};

  Status simulate(std::vector<SourceEvent>& batch, int threads, edm4hep::Writer& writer) {
    while (filled.size() < batch.size()) filled.emplace_back(schema);
    stage::for_each_piece(threads, batch.size(), [&](std::size_t i) {
      const GeneratedEvent& generated = batch[i].make();
      SimulatedEvent event = simulate_event(detector, generated, seed, batch[i].number);
      event.number = static_cast<std::int64_t>(batch[i].number);
      filled[i].clear();
      fill(event, schema, filled[i]);
    });
    for (std::size_t i = 0; i < batch.size(); ++i)
      if (auto written = writer.write(filled[i]); !written) return written;
    return Ok{};
  }
};

Result<Outcome> simulate(const Options& options, Context& context) {
  auto source = open_source(options);
  if (!source) return std::move(source).error();
  auto detector = read_detector(options.detector.path);
  if (!detector) return std::move(detector).error();
  Run run{*std::move(detector), static_cast<std::uint64_t>(options.seed)};
  auto writer = edm4hep::Writer::create(options.events_file.path, run.schema, {.threads = context.cpus()});
  if (!writer) return std::move(writer).error();
  context.progress().start("events", (*source)->expected());
  std::vector<SourceEvent> batch;
  while (true) {
    if (auto more = (*source)->read(batch_size, batch, context); !more) return std::move(more).error();
    if (batch.empty()) break;
    if (auto done = run.simulate(batch, context.cpus(), *writer); !done) return std::move(done).error();
    context.progress().add(static_cast<std::int64_t>(batch.size()));
  }
  if (auto closed = writer->close(); !closed) return std::move(closed).error();
  return Outcome::done;
}

}  // namespace

}  // namespace sluice::simulate

int main(int argc, char** argv) {
  return sluice::stage::run(argc, argv, sluice::simulate::make_table, sluice::simulate::simulate);
}

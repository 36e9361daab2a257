// A stage that has one of everything, for the tests of flags, --help and --describe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stages/stage/table.h"

namespace sluice::stage {

enum class Loss { focal, cross_entropy };

struct EveryFeature {
  std::int64_t events = 200;
  double energy_gev = 380;
  std::string title = "no title";
  bool pileup = false;
  Loss loss = Loss::focal;
  std::string magnet = "solenoid";
  Bytes cache{64'000'000};
  Seconds limit{5400};
  std::vector<std::int64_t> layers = {256, 256, 128};
  std::vector<std::string> tags;
  std::optional<double> cut;
  std::int64_t seed = 0;
  DataFile detector{"clic", ""};
  std::vector<std::string> in_events;
  std::string in_config;
  OutputPath histogram;
  OutputPath dataset;
};

inline Table<EveryFeature> every_feature() {
  using Self = EveryFeature;
  Table<Self> table("sluice-every", "shows every feature of the stage kit");
  table.results_version("7").resumable().strict();
  table.parameter("events", &Self::events).range(1, 1'000'000).extending().help("events to make");
  table.parameter("energy", &Self::energy_gev).range(10, 14'000).unit("GeV").help("centre-of-mass energy");
  table.parameter("title", &Self::title).help("text on the plots");
  table.parameter("pileup", &Self::pileup).help("overlay other collisions");
  table.choice("loss", &Self::loss, {{"focal", Loss::focal}, {"cross_entropy", Loss::cross_entropy}})
      .help("what training makes small");
  table.parameter("magnet", &Self::magnet).one_of({"solenoid", "dipole"}).help("kind of magnet");
  table.parameter("cache", &Self::cache).range({1'000'000}, {1LL << 40}).help("memory for the cache");
  table.parameter("limit", &Self::limit).at_least({60}).help("time for the search");
  table.parameter("layers", &Self::layers).range(1, 4096).help("widths of the layers");
  table.parameter("tags", &Self::tags).help("words to file it under");
  table.parameter("cut", &Self::cut).at_most(1).unit("mm").help("tracks farther away are left out");
  table.parameter("seed", &Self::seed).at_least(0).required().help("another seed, other events");
  table.data_file("detector", &Self::detector, "detectors", ".toml").help("detector to simulate");
  table.input("events", &Self::in_events, Kind::file).help("event files");
  table.input("config", &Self::in_config, Kind::any).optional().help("settings to start from");
  table.output("histogram", &Self::histogram, Kind::file).help("counts, as CSV");
  table.output("dataset", &Self::dataset, Kind::folder).optional().help("shards and their index");
  return table;
}

}  // namespace sluice::stage

#include "stages/import/stage.h"

#include "stages/import/import_events.h"

namespace sluice::import {

namespace {

struct Options {
  std::vector<std::string> events;
  stage::DataFile detector{"clic", ""};
  std::vector<std::string> aliases;
  std::string sample;
  bool hits = true;
  std::int64_t compression = 1;
  stage::OutputPath output;
};

stage::Table<Options> make_table() {
  stage::Table<Options> table("sluice-import",
                              "turns EDM4hep files into an event file with features and truth");
  table.results_version("2").strict();
  table.input("events", &Options::events, stage::Kind::file)
      .help(
          "EDM4hep files (podio, TTree), in this order; --list FILE or --sums FILE alone says what is in "
          "one");
  table.data_file("detector", &Options::detector, "import", ".toml")
      .help("how the collections are called: clic, cld, idea, ild, odd, or a file of your own");
  table.parameter("aliases", &Options::aliases)
      .help(
          "other names for collections, as MCParticle=MCParticles: what references call so is stored as "
          "that");
  table.parameter("sample", &Options::sample)
      .help("what these events are, as ee_ttbar_380; datasets are balanced by it");
  table.parameter("hits", &Options::hits)
      .help("keep the hits: most of the file's size, needed for networks on hits");
  table.parameter("compression", &Options::compression).range(0, 9).help("of zlib; 0: none");
  table.output("events", &Options::output, stage::Kind::file)
      .help("the event file, HDF5 (docs/event-format.md)");
  return table;
}

Result<stage::Outcome> import_all(const Options& options, stage::Context& context) {
  auto preset = read_preset(options.detector.path, options.detector.name);
  if (!preset) return std::move(preset).error();
  for (const std::string& text : options.aliases) {
    auto alias = parse_alias(text);
    if (!alias) return std::move(alias).error();
    preset->aliases.push_back(*std::move(alias));
  }
  ImportOptions importing;
  importing.inputs = options.events;
  importing.output = options.output.path;
  importing.sample = options.sample;
  importing.write_hits = options.hits;
  importing.compression = static_cast<int>(options.compression);
  if (auto imported = import_events(importing, *preset, context); !imported)
    return std::move(imported).error();
  return stage::Outcome::done;
}

}  // namespace

int run_stage(int argc, char** argv) { return stage::run(argc, argv, make_table, import_all); }

}  // namespace sluice::import

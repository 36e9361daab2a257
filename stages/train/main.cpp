// sluice-train: trains a network on a dataset and writes a model folder.
#include <malloc.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <limits>

#include "stages/stage/run.h"
#include "stages/train/session.h"

namespace sluice::train {

namespace {

/// Puts the fields of settings into a table of parameters.
template <typename Part>
void add_settings(stage::Table<Options>& table) {
  Part::describe(
      [&]<typename T>(const char* name, T Part::*member, const char* help, const model::Limits& limits) {
        auto entry = table.parameter(name, static_cast<T Options::*>(member));
        entry.help(help);
        if constexpr (std::is_same_v<T, std::string>) entry.one_of(limits.choices);
        if constexpr (std::is_same_v<T, std::int64_t> || std::is_same_v<T, double>)
          entry.range(static_cast<T>(limits.least), static_cast<T>(limits.most));
      });
}

stage::Table<Options> make_table() {
  stage::Table<Options> table("sluice-train", "trains a particle-flow network");
  table.results_version("3").resumable().strict();
  table.input("dataset", &Options::dataset, stage::Kind::folder).help("from sluice-preprocess");
  table.input("config", &Options::config, stage::Kind::file)
      .optional()
      .help("TOML with settings (best.toml of a sweep); what the command line says wins");
  table.output("model", &Options::model, stage::Kind::folder)
      .optional()
      .help("weights, shape, normalisation and reference events; a trial may go without");
  table.output("report", &Options::report, stage::Kind::file).optional().help("learning curves, as a page");
  table.parameter("epochs", &Options::epochs)
      .range(1, 1'000'000)
      .extending()
      .help("times to go through the data");
  add_settings<model::ModelConfig>(table);
  add_settings<Settings>(table);
  table.parameter("tokens", &Options::tokens)
      .range(64, 1'000'000'000)
      .help("elements in one pass: more need more memory");
  table.parameter("readers", &Options::readers).range(1, 64).help("threads that put batches together");
  table.parameter("keep", &Options::keep).range(1, 1000).help("checkpoints to keep");
  table.parameter("checkpoint_every", &Options::checkpoint_every).help("time between checkpoints");
  table.parameter("device", &Options::device).one_of({"auto", "cpu", "cuda"}).help("where to compute");
  table.parameter("profile", &Options::profile).help("say where the time went");
  table.parameter("trial", &Options::trial)
      .help("a sweep's trial folder: settings, milestone and orders come from there");
  return table;
}

/// OpenMP's threads wait for each other by spinning, for milliseconds: on cores that others use, too,
/// training then takes ten times as long. The library reads its settings before main, hence a second start.
/// Not for an answer about itself, which takes less time than starting.
void wait_without_spinning(char** argv) {
  for (char** word = argv; *word != nullptr; ++word)
    for (const char* question : {"--describe", "--help", "--version"})
      if (std::strcmp(*word, question) == 0) return;
  if (std::getenv("GOMP_SPINCOUNT") != nullptr || std::getenv("OMP_WAIT_POLICY") != nullptr) return;
  setenv("OMP_WAIT_POLICY", "passive", 0);
  execv("/proc/self/exe", argv);  // when that fails, it goes on as it is
}

/// Every step needs the same memory again. By default large pieces of it go back to the system when they are
/// free, and the next step waits while the system fills them with zeros.
void keep_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
#endif
}

}  // namespace

}  // namespace sluice::train

int main(int argc, char** argv) {
  sluice::train::wait_without_spinning(argv);
  sluice::train::keep_memory();
  return sluice::stage::run(argc, argv, sluice::train::make_table, sluice::train::run_session);
}

// The main function of a stage, all of it:
//
//   int main(int argc, char** argv) { return stage::run(argc, argv, make_table, simulate); }
//
// with `Table<Options> make_table()` and `Result<Outcome> simulate(const Options&, Context&)`. The kit reads
// the command line, answers --help, --describe and --version, prepares outputs and state, catches what goes
// wrong, and turns it all into an exit code.
#pragma once

#include <functional>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "engine/base/disk.h"
#include "engine/base/result.h"
#include "stages/stage/context.h"
#include "stages/stage/environment.h"
#include "stages/stage/table.h"

namespace sluice::stage {

enum class Outcome {
  done,
  again,  ///< stopped at a checkpoint, its state committed: to be run again
};

using Body = std::function<Result<Outcome>(const Values&, Context&)>;

/// Everything a run touches, so that tests can watch it.
struct Surroundings {
  Environment environment;
  Disk& disk;
  Clock& clock;
  std::ostream& out;
  std::ostream& err;
};

int run_stage(const Description& description, std::span<const std::string> words, Surroundings& around,
              const Body& body);

/// Runs with the real world around it.
int run_process(int argc, char** argv,
                const std::function<int(std::span<const std::string>, Surroundings&)>& with);

template <typename Options>
int run(int argc, char** argv, Table<Options> (*make_table)(),
        Result<Outcome> (*body)(const Options& options, Context& context)) {
  return run_process(argc, argv, [&](std::span<const std::string> words, Surroundings& around) {
    const Table<Options> table = make_table();
    return run_stage(table.description(), words, around, [&](const Values& values, Context& context) {
      return body(table.bind(values), context);
    });
  });
}

}  // namespace sluice::stage

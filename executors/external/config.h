// What the engine knows about a plug-in before it has spoken to it. Plain values; settings.h reads them from
// the `[executor.NAME]` table.
#pragma once

#include <string>
#include <vector>

#include "engine/base/diagnostics.h"

namespace sluice::executors::external {

/// One key of the table. Scalars as TOML text without quotes, lists as JSON, inner tables as "outer.inner".
struct Setting {
  std::string key;
  std::string value;
  SourceRange range;
};

/// How long we wait for what. Tests shorten these.
struct Patience {
  double start_s = 20;        ///< from the start of the plug-in until it is ready
  double beat_s = 10;         ///< between two pings
  double request_s = 60;      ///< for `done`
  double answer_s = 120;      ///< for the answer to a submission; then we ask
  double ask_again_s = 5;     ///< after an ambiguous answer
  double cancel_again_s = 5;  ///< before a cancellation that shows no effect is said again; doubled each time
  double evidence_s = 20;     ///< for the exit record of an attempt that has ended
  double absence_s = 120;     ///< for any sign of an attempt that the plug-in no longer knows
  double restart_min_s = 0.2;  ///< before a plug-in that has crashed is started again; doubled each time
  double restart_max_s = 60;
  double leave_s = 5;  ///< for the goodbye
};

struct ExternalConfig {
  std::string name;                  ///< of the executor: NAME in [executor.NAME]
  std::string type;                  ///< which plug-in: sluice-executor-TYPE; empty: as it is called
  std::vector<std::string> command;  ///< the plug-in and its arguments; the program is an absolute path
  std::vector<Setting> settings;     ///< the plug-in's own, checked against the schema that it gives
  SourceRange range;                 ///< of the table, for what is missing in it
  std::string folder;          ///< absolute, RUN/.sluice/external/NAME: what we and the plug-in remember
  std::string runner_program;  ///< absolute path of sluice-runner, as the nodes see it
  std::vector<std::string> launcher;  ///< for ranks > 1; empty: the runner's own choice (mpirun)
  std::vector<std::string> pass_env;  ///< more variables of the job that tasks see: "SCRATCH", "MY_*"
  Patience patience;
};

}  // namespace sluice::executors::external

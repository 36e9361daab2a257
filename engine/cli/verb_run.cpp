#include "engine/cli/run_workflow.h"
#include "engine/cli/verbs.h"

namespace sluice::cli {

namespace {

Result<int> run(const Arguments& arguments, Console& console) {
  return run_workflow(arguments, console, Extent::to_the_end);
}

}  // namespace

Verb run_verb() {
  return {.name = "run",
          .summary = "Run a workflow: what is missing or outdated, and nothing else",
          .details =
              "After a Ctrl-C, a crash or a reboot the same command goes on where the run was.\n"
              "Exit code: 0 everything is done, 1 a task failed, 75 stopped (run it again to go on), 130 "
              "cancelled, 3 the run folder was removed, moved or taken over, 64 wrong command line, 65 wrong "
              "workflow file, 74 disk or store trouble.",
          .operands = {{.name = "WORKFLOW", .names = Names::workflow}},
          .options = run_options(),
          .run = run};
}

}  // namespace sluice::cli

#include "engine/cli/run_workflow.h"
#include "engine/cli/verbs.h"
#include "engine/cli/workspace.h"
#include "engine/store/lock.h"

namespace sluice::cli {

namespace {

/// The driver at work in this run folder, if one is seen to live.
Result<std::optional<store::Owner>> living_owner(const run::Layout& place) {
  RealDisk disk;
  if (auto file = disk.stat(place.store()); !file || !file->exists()) return std::optional<store::Owner>();
  store::StoreOptions options;
  options.access = store::Access::read;
  auto store = store::Store::open(place.store(), options);
  if (!store) return std::optional<store::Owner>();  // damaged: whoever takes the lock repairs it
  auto owner = store::Lock::owner(**store);
  if (!owner) return std::move(owner).error();
  RealProcesses processes;
  if (*owner && processes.liveness((*owner)->process) != Liveness::alive) owner->reset();
  return owner;
}

Result<int> tick(const Arguments& arguments, Console& console) {
  // A clock does not know that the last step is still at work, or that a person has taken over.
  auto owner = living_owner(layout(arguments));
  if (!owner) return std::move(owner).error();
  if (*owner) {
    console.err << "sluice: " << (*owner)->process.host << " pid " << (*owner)->process.pid
                << " is at work in this run folder; nothing to do for this step\n";
    return exit_again;
  }
  return run_workflow(arguments, console, Extent::one_step);
}

}  // namespace

Verb tick_verb() {
  return {
      .name = "tick",
      .summary = "One step of a run, for cron: take in what has ended, submit what is ready, leave",
      .details =
          "For login nodes where nothing may stay: call it every few minutes until it says 0. Jobs go on by "
          "themselves in between. What has failed is left alone until it changes; `sluice run` tries it "
          "again.\n"
          "Exit code: 0 everything is done, 75 work remains (also when another driver is at work), the "
          "others as those of `sluice run`.",
      .operands = {{.name = "WORKFLOW", .names = Names::workflow}},
      .options = run_options(),
      .run = tick};
}

}  // namespace sluice::cli

#include <map>
#include <set>

#include "engine/base/json.h"
#include "engine/cli/common_options.h"
#include "engine/cli/verbs.h"
#include "engine/run/attempt_folder.h"
#include "engine/store/store.h"
#include "executors/slurm/list_jobs.h"

namespace sluice::cli {

namespace {

using executors::slurm::QueuedJob;

struct Orphan {
  QueuedJob job;
  std::string why;
};

/// What the run in a folder still counts on; nothing when there is no run any more.
std::optional<std::set<executors::Token>> owned_in(const std::string& run_folder) {
  store::StoreOptions options;
  options.access = store::Access::read;
  auto store = store::Store::open(run::Layout(run_folder).store(), options);
  if (!store) return std::nullopt;
  const auto live = (*store)->live_attempts();
  if (!live) return std::nullopt;
  std::set<executors::Token> tokens;
  for (const auto& attempt : *live) tokens.insert(attempt.token());
  return tokens;
}

std::vector<Orphan> without_owner(const std::vector<QueuedJob>& jobs) {
  std::map<std::string, std::optional<std::set<executors::Token>>> runs;
  std::vector<Orphan> orphans;
  for (const auto& job : jobs) {
    if (!runs.contains(job.run_folder)) runs[job.run_folder] = owned_in(job.run_folder);
    const auto& owned = runs[job.run_folder];
    if (!owned)
      orphans.push_back({job, "there is no run in its folder any more"});
    else if (job.token.empty())
      orphans.push_back({job, "the record of its submission is gone"});
    else if (!owned->contains(job.token))
      orphans.push_back({job, "its run does not count on it any more"});
  }
  return orphans;
}

void print_json(const std::vector<Orphan>& orphans, Console& console) {
  json::array list;
  for (const auto& [job, why] : orphans)
    list.push_back(json::object{{"job", job.job},
                                {"state", job.state},
                                {"token", job.token},
                                {"comment", job.comment},
                                {"run_folder", job.run_folder},
                                {"why", why}});
  console.out << pretty_json(json::object{{"orphans", std::move(list)}});
}

void print_text(const std::vector<Orphan>& orphans, std::size_t jobs, Console& console) {
  if (orphans.empty()) {
    console.out << "no orphans: " << jobs << (jobs == 1 ? " job" : " jobs") << " of Sluice in the queue, "
                << (jobs == 1 ? "and a run owns it" : "each owned by a run") << "\n";
    return;
  }
  std::string all;
  for (const auto& [job, why] : orphans) {
    console.out << job.job << "  " << job.state << "  " << (job.token.empty() ? job.comment : job.token)
                << "\n    " << (job.run_folder.empty() ? "" : job.run_folder + ": ") << why << "\n";
    all += " " + job.job;
  }
  console.out << "if nobody needs them: scancel" << all << "\n";
}

Result<int> orphans(const Arguments& arguments, Console& console) {
  executors::slurm::SlurmConfig config;
  config.commands_folder = arguments.text("commands");
  RealDisk disk;
  RealProcesses processes;
  const auto jobs = executors::slurm::list_jobs(config, disk, processes);
  if (!jobs) return jobs.error();
  const auto found = without_owner(*jobs);
  if (arguments.has("json"))
    print_json(found, console);
  else
    print_text(found, jobs->size(), console);
  return exit_done;
}

}  // namespace

Verb orphans_verb() {
  return {.name = "orphans",
          .summary = "List Slurm jobs of yours that Sluice submitted and no run owns",
          .details =
              "Looks at the whole queue: the jobs of all your run folders. They are listed, not cancelled.",
          .operands = {},
          .options = {{.name = "commands",
                       .value = "DIR",
                       .help = "folder of squeue (default: PATH)",
                       .names = Names::folder},
                      json_option()},
          .run = orphans};
}

}  // namespace sluice::cli

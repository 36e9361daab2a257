#include "executors/slurm/reasons.h"

#include <algorithm>
#include <array>

namespace sluice::executors::slurm {

namespace {

struct Entry {
  std::string_view pattern;  ///< a beginning of the reason; exact when it ends with '$'
  std::string_view words;    ///< {job} is replaced
  bool stuck;
};

// The first that fits counts. Slurm's reasons are listed in squeue(1), "JOB REASON CODES"; the QOS and
// association limits (QOSGrp…, QOSMax…, Assoc…) are families with dozens of members.
constexpr std::array entries = {
    Entry{"None$", "", false},
    Entry{"Priority$", "waits for its turn: other jobs have a higher priority", false},
    Entry{"Resources$", "first in line: waits for free nodes", false},
    Entry{"JobArrayTaskLimit$", "waits for other members of its array", false},
    Entry{"BeginTime$", "restarts soon: Slurm lets a requeued job wait a little", false},
    Entry{"Cleaning$", "waits until its earlier start is cleaned up", false},
    Entry{"Prolog$", "the node is being prepared", false},
    Entry{"Licenses$", "waits for a licence", false},
    Entry{"ReqNodeNotAvail", "the nodes it may use are down, drained or reserved (maintenance?)", false},
    Entry{"Reservation$", "waits for its reservation to begin", false},
    Entry{"ReservationDeleted", "its reservation is gone: correct 'reservation'", true},
    Entry{"DependencyNeverSatisfied", "depends on a job that failed, so it will never start: scancel {job}",
          true},
    Entry{"Dependency$", "waits for the job it depends on", false},
    Entry{"JobHeldUser", "held by you: scontrol release {job}", true},
    Entry{"JobHeldAdmin", "held by an administrator: ask your site about job {job}", true},
    Entry{"launch failed requeued held",
          "could not be launched and is held: scontrol release {job}, and tell your site", true},
    Entry{"job requeued in held state", "requeued and held: scontrol release {job}", true},
    Entry{"PartitionTimeLimit",
          "asks for more time than the partition allows: lower 'time' or change 'partition'", true},
    Entry{"PartitionNodeLimit",
          "asks for more nodes than the partition has: lower 'nodes' or change 'partition'", true},
    Entry{"PartitionConfig",
          "no node of the partition is big enough for what it asks: lower 'cpus', 'memory' or 'gpus'", true},
    Entry{"PartitionDown", "the partition is closed: wait, or change 'partition'", false},
    Entry{"PartitionInactive", "the partition takes no jobs now: wait, or change 'partition'", false},
    Entry{"AccountNotAllowed", "the partition does not take your account: change 'account' or 'partition'",
          true},
    Entry{"QOSNotAllowed", "the partition does not take this QOS: change 'qos' or 'partition'", true},
    Entry{"InvalidAccount", "Slurm does not know your account: correct 'account'", true},
    Entry{"InvalidQOS", "Slurm does not know this QOS: correct 'qos'", true},
    Entry{"BadConstraints",
          "no node can satisfy what it asks: check 'constraint', 'cpus', 'memory' and 'gpus'", true},
    Entry{"MaxMemPerLimit", "asks for more memory per node or CPU than is allowed: lower 'memory'", true},
    Entry{"NodeDown", "a node it needs is down", false},
    Entry{"QOSMaxJobsPer", "your QOS lets only so many of your jobs run at once", false},
    Entry{"QOSMaxCpuPerUser", "your QOS lets you use only so many CPUs at once", false},
    Entry{"QOSMaxGRESPerUser", "your QOS lets you use only so many GPUs at once", false},
    Entry{"QOSMaxWallDurationPerJob", "asks for more time than your QOS allows: lower 'time' or change 'qos'",
          true},
    Entry{"QOSTimeLimit", "asks for more time than your QOS allows: lower 'time' or change 'qos'", true},
    Entry{"QOSUsageThreshold", "your usage is below or above what this QOS is for: change 'qos'", true},
    Entry{"QOSMin", "asks for less than this QOS is for: change 'qos'", true},
    Entry{"QOSMaxMemoryPerJob", "asks for more memory than your QOS allows: lower 'memory' or change 'qos'",
          true},
    Entry{"QOSMaxCpuPerJob", "asks for more CPUs than your QOS allows: lower 'cpus' or change 'qos'", true},
    Entry{"QOSMaxNodePerJob", "asks for more nodes than your QOS allows: lower 'nodes' or change 'qos'",
          true},
    Entry{"QOSMaxGRESPerJob", "asks for more GPUs than your QOS allows: lower 'gpus' or change 'qos'", true},
    Entry{"QOSGrp", "all users of your QOS together have reached its limit", false},
    Entry{"QOSJobLimit", "your QOS has reached its number of jobs", false},
    Entry{"QOSResourceLimit", "your QOS has reached a limit", false},
    Entry{"QOS", "a limit of your QOS", false},
    Entry{"AssocGrpBilling", "your account has used up its budget: ask for more, or change 'account'", true},
    Entry{"AssocGrpCPUMinutes", "your account has used up its budget: ask for more, or change 'account'",
          true},
    Entry{"AssocGrpGRESMinutes", "your account has used up its budget: ask for more, or change 'account'",
          true},
    Entry{"AssocMaxWallDurationPerJob", "asks for more time than your account allows: lower 'time'", true},
    Entry{"AssociationTimeLimit", "asks for more time than your account allows: lower 'time'", true},
    Entry{"Assoc", "a limit of your account", false},
    Entry{"Max", "a limit of your account or QOS", false},
    Entry{"Grp", "a limit of your account or QOS", false},
};

bool fits(const Entry& entry, std::string_view reason) {
  std::string_view pattern = entry.pattern;
  if (!pattern.ends_with('$')) return reason.starts_with(pattern);
  pattern.remove_suffix(1);
  return reason == pattern;
}

}  // namespace

WaitReason explain_reason(std::string_view native, std::string_view job) {
  if (native.starts_with('(') && native.ends_with(')')) native = native.substr(1, native.size() - 2);
  // Newer versions write blanks where older ones write none, and the other way round.
  std::string compact(native);
  if (native.starts_with("Job") || native.starts_with("QOS") || native.starts_with("Assoc"))
    compact.erase(std::remove(compact.begin(), compact.end(), ' '), compact.end());
  if (compact.empty()) return {};
  for (const auto& entry : entries) {
    if (!fits(entry, compact)) continue;
    if (entry.words.empty()) return {};
    std::string words(entry.words);
    constexpr std::string_view placeholder = "{job}";
    if (const auto at = words.find(placeholder); at != std::string::npos)
      words.replace(at, placeholder.size(), job);
    return {words + " (" + std::string(native) + ")", entry.stuck};
  }
  return {"Slurm says: " + std::string(native), false};
}

}  // namespace sluice::executors::slurm

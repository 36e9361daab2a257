// bench-slurm: the calls that a thousand equal trials cost the controller (on the fake cluster, in virtual
// time), and, where a cluster of tests/slurm/cluster-up answers, 200 tasks of nothing against a plain `sbatch
// --array` of the same.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/process.h"
#include "executors/conformance/session.h"
#include "executors/slurm/slurm_executor.h"
#include "tests/executors/slurm/world.h"
#include "tests/support/temporary_folder.h"

namespace {

using namespace sluice;             // NOLINT: this file is the program's edge
using namespace sluice::executors;  // NOLINT

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void row(const std::string& what, const std::string& bar, const std::string& seen) {
  std::printf("| %s | %s | %s |\n", what.c_str(), bar.c_str(), seen.c_str());
  std::fflush(stdout);
}

void count_calls(const std::string& name, const std::string& scenario) {
  tests::World world(scenario);
  const auto attempts = world.make(1000);
  world.submit(attempts);
  world.run_until_finished(48.0 * 3600);
  const double lasted_s = world.now_s();
  const auto calls = [&](const char* command) {
    return std::to_string(world.calls(command)) + " " + command;
  };
  row("1,000 equal trials, " + name, "≤ 3 sbatch, ≤ 1 squeue an interval, 0 calls a job",
      calls("sbatch") + ", " + calls("squeue") + " in " + std::to_string(static_cast<int>(lasted_s)) +
          " s, " + calls("scontrol") + ", " + calls("sacct") + ", " + calls("scancel"));
}

constexpr int count = 200;

std::string output_of(const std::vector<std::string>& argv) {
  const auto answer = RealProcesses().capture(argv, 60);
  return answer ? answer->out : "";
}

/// Until the last of them is seen to have ended, by a look every tenth of a second.
double plain_array_s() {
  const double began_s = now_s();
  output_of({"sbatch", "--parsable", "--array=0-" + std::to_string(count - 1), "--output=/dev/null",
             "--wrap=true"});
  while (!output_of({"squeue", "--me", "--noheader", "--format=%i"}).empty())
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return now_s() - began_s;
}

double sluice_array_s(const std::string& folder) {
  slurm::SlurmConfig config;
  config.folder = folder + "/slurm";
  config.runner_program = SLUICE_BIN_DIR "/sluice-runner";
  conformance::Subject subject;
  subject.work_folder = folder + "/work";
  subject.make = [config](boost::asio::io_context& loop, EventSink sink) {
    return slurm::make_slurm(loop, std::move(sink), config);
  };
  std::vector<std::string> complaints;
  conformance::Session session(subject, conformance::Complaints(complaints));
  std::vector<AttemptSpec> attempts;
  for (int i = 0; i < count; ++i) {
    attempts.push_back(conformance::new_attempt(subject, "nothing", {"/bin/true"}));
    attempts.back().group = "nothing";
  }
  const double began_s = now_s();
  session.submit(attempts);
  session.wait_finished(attempts);
  return complaints.empty() ? now_s() - began_s : -1;
}

void compare_with_plain() {
  std::vector<double> plain;
  std::vector<double> ours;
  for (int round = 0; round < 3; ++round) {
    tests::TemporaryFolder folder;
    ours.push_back(sluice_array_s(folder.path()));
    plain.push_back(plain_array_s());
  }
  std::sort(plain.begin(), plain.end());
  std::sort(ours.begin(), ours.end());
  char seen[120];
  std::snprintf(seen, sizeof seen, "%.2f × (%.1f s against %.1f s; median of 3)", ours[1] / plain[1], ours[1],
                plain[1]);
  row("200 tasks of nothing on the four-node Slurm, default settings, with logs and exit records",
      "≤ 1.2 × plain sbatch --array", seen);
}

}  // namespace

int main() {
  std::printf("| what | bar | seen |\n|---|---|---|\n");
  count_calls("one hour each, all at once",
              "max_array 1001\njob *: PENDING 60, RUNNING 3600 exit 0, COMPLETED");
  count_calls("ten minutes each, 100 at once",
              "max_array 1001\nslots 100\njob *: PENDING 60, RUNNING 600 exit 0, COMPLETED");
  if (output_of({"sinfo", "--noheader"}).empty())
    std::printf("no cluster answers: eval \"$(tests/slurm/cluster-up /tmp/cluster)\" for the rest\n");
  else
    compare_with_plain();
  return 0;
}

// fake-slurm, under the names sbatch, squeue, sacct, scancel and scontrol (links to this program). The
// cluster is the folder in FAKE_SLURM. Called by its own name: `fake-slurm --agent FOLDER` runs jobs,
// `fake-slurm --links FOLDER` makes the links.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/disk.h"
#include "tests/slurm/fake/play_runner.h"
#include "tests/slurm/fake/state_file.h"

namespace {

using namespace sluice;         // NOLINT: this file is the program's edge
using namespace sluice::tests;  // NOLINT

std::string own_path() {
  std::string path(4096, '\0');
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  path.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return path;
}

void start_agent(const std::string& folder) {
  if (::fork() != 0) return;
  ::setsid();
  if (::fork() != 0) ::_exit(0);
  const int null = ::open("/dev/null", O_RDWR);
  for (const int fd : {0, 1, 2}) ::dup2(null, fd);
  const std::string program = own_path();
  ::execl(program.c_str(), "fake-slurm", "--agent", folder.c_str(), nullptr);
  ::_exit(127);
}

int make_links(const std::string& folder) {
  for (const char* name : {"sbatch", "squeue", "sacct", "scancel", "scontrol"}) {
    const std::string link = folder + "/" + name;
    ::unlink(link.c_str());
    if (::symlink(own_path().c_str(), link.c_str()) != 0) return 1;
  }
  return 0;
}

std::string script_of(const std::vector<std::string>& argv) {
  if (argv[0].ends_with("sbatch") && argv.size() > 1)
    if (auto script = RealDisk().read(argv.back())) return *script;
  return "";
}

int run_command(const std::vector<std::string>& argv) {
  const char* folder = std::getenv("FAKE_SLURM");
  if (folder == nullptr) {
    std::fputs("fake-slurm: FAKE_SLURM names no cluster\n", stderr);
    return 1;
  }
  FakeAnswer answer;
  bool real = false;
  double speed = 1;
  {
    Cluster cluster(folder);
    real = cluster.slurm().scenario().real;
    speed = cluster.slurm().scenario().speed;
    answer = cluster.slurm().run(argv, script_of(argv), cluster.now_s());
    if (!real) {
      RealDisk disk;
      for (const auto& effect : cluster.slurm().take_effects()) play_runner(disk, effect, 0);
    }
  }
  if (real) start_agent(folder);
  if (answer.takes_s > 0) std::this_thread::sleep_for(std::chrono::duration<double>(answer.takes_s / speed));
  std::fputs(answer.out.c_str(), stdout);
  std::fputs(answer.err.c_str(), stderr);
  return answer.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv, argv + argc);
  try {
    if (words.size() == 3 && words[1] == "--agent") {
      run_agent(words[2]);
      return 0;
    }
    if (words.size() == 3 && words[1] == "--links") return make_links(words[2]);
    return run_command(words);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "fake-slurm: %s\n", problem.what());
    return 1;
  }
}

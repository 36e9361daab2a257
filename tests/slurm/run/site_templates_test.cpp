// The templates in sites/ as they are shipped, on a real Slurm: modules, GPUs, srun and containers. What this
// cluster lacks is played: `module` is a function, `apptainer` a script that starts what it is given. Only
// the names of partitions are changed.
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>

#include "tests/e2e/harness.h"
#include "tests/slurm/real_cluster.h"

namespace sluice::tests {
namespace {

constexpr const char* quick = R"(
partition = "main"
poll = ["0.5 s", "5 s"]
)";

class SiteTemplates : public RealCluster {
 protected:
  void SetUp() override {
    RealCluster::SetUp();
    if (IsSkipped()) return;
    place_.environment = {std::string("SLURM_CONF=") + std::getenv("SLURM_CONF"),
                          "PATH=" + place_.path("bin") + ":" + std::getenv("PATH")};
  }
  void use(const std::string& site) {
    place_.write("sites/" + site + ".toml",
                 RealDisk().read(SLUICE_SOURCE_DIR "/sites/" + site + ".toml").value_or(""));
  }
  void write_program(const std::string& name, const std::string& text) {
    place_.write(name, text);
    std::filesystem::permissions(place_.path(name), std::filesystem::perms::owner_all);
  }
  std::set<std::string> lines(const std::string& name) const {
    std::set<std::string> found;
    std::istringstream text(place_.read(name));
    for (std::string line; std::getline(text, line);) found.insert(line);
    return found;
  }

  Place place_{"run"};
};

TEST_F(SiteTemplates, ModulesAreLoadedAndRanksGetTheirGpus) {
  use("gpu-modules");
  place_.write("module.sh", "module() { echo $* >> @/modules; }\n");
  place_.environment.push_back("BASH_ENV=" + place_.path("module.sh"));
  place_.environment.push_back("SCRATCH=/scratch/me");
  place_.write_workflow(R"(
sluice = 1
name = "site"

[stage.prepare]
command = ["/bin/sh", "-c", "echo 7 > {outputs.out}"]
outputs = { out = "prepared" }

[stage.train]
command = ["/bin/sh", "-c", "echo $SLURM_PROCID of $SLURM_NTASKS sees $CUDA_VISIBLE_DEVICES and $SCRATCH >> @/ranks; if [ $SLURM_PROCID = 0 ]; then cat {inputs.in} > {outputs.out}; fi"]
inputs = { in = "prepare.out" }
outputs = { out = "trained" }

[executor.cpu])" + std::string(quick) +
                        "[executor.gpu]" + quick);
  const Answer answer = place_.sluice({"run", "w.toml", "--site", "gpu-modules"});
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place_.read("trained"), "7\n");
  EXPECT_EQ(place_.read("modules"),
            "purge\nload gcc/13 openmpi/4.1\npurge\nload gcc/13 openmpi/4.1 cuda/12.6\n");
  EXPECT_EQ(lines("ranks"),
            (std::set<std::string>{"0 of 4 sees 0,1 and /scratch/me", "1 of 4 sees 0,1 and /scratch/me",
                                   "2 of 4 sees 0,1 and /scratch/me", "3 of 4 sees 0,1 and /scratch/me"}))
      << "two nodes with two GPUs each";
}

TEST_F(SiteTemplates, EveryProgramRunsInTheImageAlsoRanksAndWithGpus) {
  use("apptainer");
  write_program("bin/apptainer", R"(#!/bin/bash
echo "$@" | cut -d' ' -f1-5 >> @/started
until [[ $1 == *.sif ]]; do shift; done
shift
exec env IN_IMAGE=yes "$@"
)");
  place_.write_workflow(R"(
sluice = 1
name = "site"

[stage.one]
command = ["/bin/sh", "-c", "echo $IN_IMAGE > {outputs.out}"]
outputs = { out = "one" }
resources = { gpus = 1 }

[stage.ranks]
command = ["/bin/sh", "-c", "echo rank $OMPI_COMM_WORLD_RANK $IN_IMAGE >> @/ranks; cat {inputs.in} >> {outputs.out}"]
inputs = { in = "one.out" }
outputs = { out = "two" }
resources = { ranks = 2, cpus = 2 }

[executor.slurm])" + std::string(quick));
  const Answer answer = place_.sluice({"run", "w.toml", "--site", "apptainer"});
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place_.read("one"), "yes\n");
  EXPECT_EQ(lines("ranks"), (std::set<std::string>{"rank 0 yes", "rank 1 yes"}));
  EXPECT_EQ(lines("started"), (std::set<std::string>{"exec --nv --bind /scratch /images/sluice.sif",
                                                     "exec --bind /scratch /images/sluice.sif /bin/sh"}));
}

}  // namespace
}  // namespace sluice::tests

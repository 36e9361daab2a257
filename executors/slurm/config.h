// What a site or a workflow says about its Slurm: where jobs go, what they ask for, how patient we are. Plain
// values; settings.h reads them from a TOML table.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sluice::executors::slurm {

struct SlurmConfig {
  // Set by the engine.
  std::string
      folder;  ///< absolute, RUN/.sluice/slurm: job scripts and what was submitted; also the jobs' own output
  std::string runner_program;  ///< absolute path of sluice-runner, as the nodes see it

  // What a job asks for.
  std::string partition;
  std::string account;
  std::string qos;
  std::string constraint;
  std::string reservation;
  std::string exclude;                     ///< node names that are never used
  int nodes = 0;                           ///< 0: one for a single process, Slurm's choice for several ranks
  std::string gpu_flag = "--gpus={gpus}";  ///< how this site wants GPUs to be asked for
  std::vector<std::string> extra;          ///< further flags of sbatch
  bool requeue = false;                    ///< Slurm restarts a preempted job itself, instead of the engine

  // What a job does before and around the program.
  std::vector<std::string> prologue;  ///< lines of bash, before the runner
  std::vector<std::string> launcher;  ///< for ranks > 1; empty: the runner's own choice (mpirun)
  std::vector<std::string> pass_env;  ///< more variables of the job that tasks see: "SCRATCH", "MY_*"
  std::string image;                  ///< container for `apptainer exec`
  std::vector<std::string> image_flags;

  // How we watch.
  std::string commands_folder;  ///< where sbatch and its kin are; empty: PATH
  double poll_min_s = 2;
  double poll_max_s = 60;
  double signal_lead_s = 60;        ///< USR2 that long before the time limit; 0: no signal
  double evidence_grace_s = 20;     ///< for the exit record of a job that Slurm says has ended
  double absence_deadline_s = 120;  ///< for any sign of a job that Slurm no longer knows
  double reconcile_s = 20;          ///< how long a doubtful submission is looked for while Slurm answers
  double command_timeout_s = 60;    ///< of squeue, sacct, scancel, scontrol; sbatch gets twice that
  std::size_t max_in_flight = 0;    ///< jobs of ours in the queue; 0: no limit
  std::size_t array_min = 8;        ///< so many equal attempts become one array
  bool accounting = true;           ///< may ask sacct about jobs that left no evidence
};

}  // namespace sluice::executors::slurm

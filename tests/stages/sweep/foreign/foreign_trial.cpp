// A "training" that is to show how a foreign program becomes a trial.
#include <fstream>
#include <iomanip>

#include "stages/sweep/client/sluice_trial.h"

int main(int argc, char** argv) {
  sluice::Trial trial(argc, argv);
  double x = 5;
  if (trial.step() > 0) std::ifstream(trial.path("x")) >> x;
  while (const auto epoch = trial.next_epoch()) {
    x *= 1 - trial.number("lr");
    trial.report(*epoch, {{"loss", x * x}});
    std::ofstream(trial.new_path("x")) << std::setprecision(17) << x;
    trial.commit(*epoch);
  }
  return trial.done();
}

// A driver, as far as the lock can tell: takes the lock of a folder, says what came of it, and holds it until
// its stdin says "release" or ends.
#include <iostream>
#include <string>

#include "engine/base/clock.h"
#include "engine/base/process.h"
#include "engine/store/lock.h"

int main(int count, char** words) {
  using namespace sluice;
  if (count != 2) return exit_usage;
  const std::string folder = words[1];
  RealProcesses processes;
  RealClock clock;
  store::Lock lock(folder + "/lock", processes, clock);
  auto answer = lock.take(folder + "/store.db");
  if (!answer) {
    std::cout << "error " << to_string(answer.error()) << std::endl;
    return exit_io;
  }
  if (const auto* busy = std::get_if<store::Busy>(&*answer)) {
    std::cout << "busy " << (busy->owner ? busy->owner->process.pid : 0) << " alive " << busy->alive
              << std::endl;
    return exit_done;
  }
  auto& taken = std::get<store::Taken>(*answer);
  std::cout << "taken" << (taken.dead ? " from " + std::to_string(taken.dead->process.pid) : "") << std::endl;
  std::string word;
  std::cin >> word;
  if (word == "release") return lock.release(*taken.store) ? exit_done : exit_io;
  return exit_done;
}

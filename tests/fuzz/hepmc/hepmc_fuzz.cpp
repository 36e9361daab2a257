// Any bytes as a HepMC3 file: each event is read, or called bad, or the file is refused with a message. What
// was read holds together: parents are particles of the event.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "stages/simulate/hepmc/reader.h"

namespace {

void check(const sluice::simulate::ReadEvent& read) {
  if (!read.problem.empty()) return;
  const int count = static_cast<int>(read.event.particles.size());
  for (const auto& particle : read.event.particles)
    for (const int parent : particle.parents)
      if (parent < 0 || parent >= count) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int file = ::memfd_create("hepmc", 0);
  if (file < 0 || ::write(file, data, size) != static_cast<ssize_t>(size)) std::abort();
  auto reader = sluice::simulate::HepMcReader::open("/proc/self/fd/" + std::to_string(file));
  while (reader) {
    const auto next = reader->next();
    if (!next || !*next) break;
    check(**next);
  }
  ::close(file);
  return 0;
}

// Any bytes as an EDM4hep file: they are read or refused with a message.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/support/edm4hep/read_all.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int file = ::memfd_create("edm4hep", 0);
  if (file < 0 || ::write(file, data, size) != static_cast<ssize_t>(size)) std::abort();
  (void)sluice::edm4hep::read_all("/proc/self/fd/" + std::to_string(file));
  ::close(file);
  return 0;
}

// Any text as a workflow file: it is understood or refused with a message, and what is understood holds
// together.
#include <cstdio>
#include <cstdlib>

#include "tests/support/workflow/hostile.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string problem = sluice::workflow::load_hostile({reinterpret_cast<const char*>(data), size});
  if (problem.empty()) return 0;
  std::fprintf(stderr, "%s\n", problem.c_str());
  std::abort();
}

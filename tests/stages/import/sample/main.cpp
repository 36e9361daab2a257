// import-sample FILE EVENTS PARTICLES HITS_OF_A_PARTICLE [SEED]: an EDM4hep file in CLIC's layout.
#include <cstdio>
#include <cstdlib>

#include "tests/stages/import/sample/sample.h"

int main(int argc, char** argv) {
  if (argc < 5) {
    (void)std::fputs("usage: import-sample FILE EVENTS PARTICLES HITS_OF_A_PARTICLE [SEED]\n", stderr);
    return sluice::exit_usage;
  }
  sluice::import::tests::SampleOptions options;
  options.events = std::atoi(argv[2]);
  options.particles = std::atoi(argv[3]);
  options.hits_of_particle = std::atoi(argv[4]);
  if (argc > 5) options.seed = std::strtoull(argv[5], nullptr, 10);
  if (auto written = sluice::import::tests::write_sample(argv[1], options); !written) {
    (void)std::fprintf(stderr, "import-sample: %s\n", to_string(written.error()).c_str());
    return sluice::exit_io;
  }
  return sluice::exit_done;
}

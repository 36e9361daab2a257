// toy-dataset FOLDER TRAIN VALIDATION SHORTEST LONGEST [hits]: writes a dataset of made-up events.
#include <cstdlib>
#include <iostream>

#include "tests/stages/train/toy/toy.h"

int main(int argc, char** argv) {
  using namespace sluice;  // NOLINT: a test program
  if (argc < 6) return exit_usage;
  const toy::Shape shape{std::atoll(argv[4]), std::atoll(argv[5]), argc > 6};
  const auto written = toy::write_dataset(argv[1], std::atoll(argv[2]), std::atoll(argv[3]), 1, shape);
  if (!written) std::cerr << to_string(written.error()) << "\n";
  return written ? exit_done : exit_io;
}

// dataset-bench FOLDER READS: reads random events of the train split, every number of each; prints events a
// second.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "stages/events/dataset.h"
#include "stages/stage/random.h"

int main(int argc, char** argv) {
  using namespace sluice;
  if (argc != 3) return exit_usage;
  const auto dataset = events::Dataset::open(argv[1], events::Split::train);
  if (!dataset || dataset->events() == 0) return exit_data;
  const auto reads = std::strtoull(argv[2], nullptr, 10);
  double sum = 0;
  std::uint64_t elements = 0;
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < reads; ++i) {
    const std::uint64_t which =
        (std::uint64_t{stage::random4(1, i)[0]} << 16U | (i & 0xffffU)) % dataset->events();
    const events::EventView event = dataset->event(which);
    for (const float number : event.features) sum += static_cast<double>(number);
    for (const float number : event.targets) sum += static_cast<double>(number);
    for (const std::int32_t number : event.labels) sum += number;
    elements += event.elements;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("{\"events_per_s\": %.0f, \"elements_per_event\": %.1f, \"sum\": %g}\n",
              static_cast<double>(reads) / seconds,
              static_cast<double>(elements) / static_cast<double>(reads), sum);
  return exit_done;
}

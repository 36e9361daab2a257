// dataset-bench FOLDER READS: reads random events of the train split, every number of each; prints events a
// second.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "stages/events/dataset.h"
#include "stages/stage/random.h"

int main(int argc, char** argv) {
  using namespace sluice;
  if (argc != 3) return exit_usage;
  const auto dataset = events::Dataset::open(argv[1], events::Split::train);
  if (!dataset || dataset->events() == 0) return exit_data;
  const auto reads = std::strtoull(argv[2], nullptr, 10);
  std::vector<float> numbers;
  std::vector<std::int32_t> labels;
  std::uint64_t elements = 0;
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < reads; ++i) {
    constexpr std::uint64_t batch = 64;
    if (i % batch == 0) numbers.clear(), labels.clear();
    const std::uint64_t which = stage::random4(1, i)[0] % dataset->events();
    const events::EventView event = dataset->event(which);
    numbers.insert(numbers.end(), event.features.begin(), event.features.end());
    numbers.insert(numbers.end(), event.targets.begin(), event.targets.end());
    labels.insert(labels.end(), event.labels.begin(), event.labels.end());
    elements += event.elements;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("{\"events_per_s\": %.0f, \"elements_per_event\": %.1f}\n",
              static_cast<double>(reads) / seconds,
              static_cast<double>(elements) / static_cast<double>(reads));
  return exit_done;
}

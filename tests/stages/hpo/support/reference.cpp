#include "tests/stages/hpo/support/reference.h"

#include <cstdlib>

#include "engine/base/disk.h"

namespace sluice::hpo {

std::string reference_path(const std::string& name) {
  return std::string(SLUICE_SOURCE_DIR) + "/../shared/hpo/" + name;
}

std::optional<json::object> golden_numbers() {
  RealDisk disk;
  const auto text = disk.read(reference_path("golden.json"));
  if (!text) return std::nullopt;
  auto value = parse_json(*text, "golden.json");
  if (!value || !value->is_object()) return std::nullopt;
  return value->as_object();
}

std::vector<Training> mlpf_trainings() {
  constexpr std::size_t parameters = 7;
  std::vector<Training> trainings;
  RealDisk disk;
  const auto text = disk.read(reference_path("mlpf_296_curves.csv"));
  if (!text) return trainings;
  std::size_t begin = text->find('\n') + 1;
  while (begin < text->size()) {
    const std::size_t end = text->find('\n', begin);
    Training training;
    const char* place = text->data() + begin;
    const char* stop = text->data() + end;
    while (place < stop) {
      char* after = nullptr;
      const double value = std::strtod(place, &after);
      (training.parameters.size() < parameters ? training.parameters : training.losses).push_back(value);
      place = after + 1;
    }
    trainings.push_back(std::move(training));
    begin = end + 1;
  }
  return trainings;
}

std::vector<double> doubles(const json::value& array) {
  std::vector<double> numbers;
  for (const json::value& item : array.as_array()) numbers.push_back(item.to_number<double>());
  return numbers;
}

}  // namespace sluice::hpo

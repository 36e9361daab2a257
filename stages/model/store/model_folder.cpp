#include "stages/model/store/model_folder.h"

#include <cmath>

#include "engine/base/json.h"

namespace sluice::model {

namespace {

constexpr const char* config_name = "model.toml";
constexpr const char* normalisation_name = "normalisation.json";
constexpr const char* weights_name = "weights.h5";
const std::string group = "weights/";
constexpr const char* reference_format = "sluice-reference";

json::array rows_to_json(const std::vector<std::vector<float>>& rows) {
  json::array result;
  for (const auto& row : rows) {
    json::array numbers;
    for (const float number : row) numbers.emplace_back(static_cast<double>(number));
    result.push_back(std::move(numbers));
  }
  return result;
}

/// Empty when it is not a table of finite numbers with a row for each type.
std::vector<std::vector<float>> rows_from_json(const json::object& object, const char* key,
                                               std::size_t columns) {
  std::vector<std::vector<float>> rows;
  const json::array* array = json_array(object, key);
  if (array == nullptr || array->size() != element_types) return {};
  for (const json::value& item : *array) {
    if (!item.is_array() || item.get_array().size() != columns) return {};
    std::vector<float>& row = rows.emplace_back();
    for (const json::value& number : item.get_array()) {
      if (!number.is_number()) return {};
      row.push_back(static_cast<float>(number.to_number<double>()));
      if (!std::isfinite(row.back())) return {};
    }
  }
  return rows;
}

std::vector<std::int64_t> integers_of(const Array& array) {
  const auto* numbers = std::get_if<1>(&array.numbers);
  return numbers != nullptr ? *numbers : std::vector<std::int64_t>();
}

std::vector<float> reals_of(const Array& array) {
  const auto* numbers = std::get_if<0>(&array.numbers);
  return numbers != nullptr ? *numbers : std::vector<float>();
}

Array array_of(const std::vector<std::int64_t>& numbers) {
  return {{static_cast<std::int64_t>(numbers.size())}, numbers};
}

/// Six digits, so that names sort as numbers do.
std::string event_name(std::size_t index) {
  const std::string digits = std::to_string(index);
  return "event." + std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits;
}

}  // namespace

std::string normalisation_json(const Normalisation& normalisation) {
  json::object object;
  json::array names;
  for (const std::string& name : normalisation.feature_names) names.emplace_back(name);
  object["features"] = std::move(names);
  object["mean"] = rows_to_json(normalisation.mean);
  object["deviation"] = rows_to_json(normalisation.deviation);
  return pretty_json(object);
}

Result<Normalisation> parse_normalisation(const std::string& text, const std::string& path) {
  auto value = parse_json(text, path);
  if (!value) return std::move(value).error();
  const Error wrong{"this is no normalisation of a model", path,
                    "it belongs to a model folder that sluice-train wrote", ErrorKind::data};
  if (!value->is_object()) return wrong;
  Normalisation normalisation;
  const json::array* names = json_array(value->get_object(), "features");
  if (names == nullptr) return wrong;
  for (const json::value& name : *names)
    normalisation.feature_names.emplace_back(name.is_string() ? name.get_string() : "");
  normalisation.mean = rows_from_json(value->get_object(), "mean", names->size());
  normalisation.deviation = rows_from_json(value->get_object(), "deviation", names->size());
  if (normalisation.mean.empty() || normalisation.deviation.empty()) return wrong;
  for (const auto& row : normalisation.deviation)
    for (const float deviation : row)
      if (!(deviation > 0)) return wrong;
  return normalisation;
}

Result<std::string> weights_file(const Weights& weights) {
  Arrays arrays;
  for (const auto& [name, weight] : weights) arrays[group + name] = {weight.shape, weight.numbers};
  return to_hdf5(arrays, weights_format);
}

Result<Weights> parse_weights(const std::string& bytes, const std::string& path) {
  auto arrays = from_hdf5(bytes, weights_format, path);
  if (!arrays) return std::move(arrays).error();
  Weights weights;
  for (const auto& [name, array] : *arrays)
    if (name.starts_with(group)) weights[name.substr(group.size())] = {array.shape, reals_of(array)};
  return weights;
}

Result<std::map<std::string, std::string>> model_files(const Model& model) {
  auto weights = weights_file(model.weights);
  if (!weights) return std::move(weights).error();
  return std::map<std::string, std::string>{{config_name, model_toml(model.config)},
                                            {normalisation_name, normalisation_json(model.normalisation)},
                                            {weights_name, *std::move(weights)}};
}

Result<std::string> reference_file(const std::vector<ReferenceEvent>& events) {
  Arrays arrays;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const ReferenceEvent& event = events[i];
    const std::string name = event_name(i) + "/";
    const auto width =
        static_cast<std::int64_t>(event.features.size()) / std::max<std::int64_t>(event.elements, 1);
    arrays[name + "features"] = {{event.elements, width}, event.features};
    arrays[name + "class"] = array_of(event.classes);
    arrays[name + "momentum"] = {{event.elements, quantities}, event.momentum};
    for (std::size_t k = 0; k < event.orders.size(); ++k)
      arrays[name + "order." + std::to_string(k)] = array_of(event.orders[k]);
  }
  return to_hdf5(arrays, reference_format);
}

Result<Model> read_model(Disk& disk, const std::string& folder) {
  const auto path = [&](const char* name) { return folder + "/" + name; };
  auto config_text = disk.read(path(config_name));
  if (!config_text) return std::move(config_text).error();
  auto config = parse_model_toml(*std::move(config_text), path(config_name));
  if (!config) return std::move(config).error();
  auto normalisation_text = disk.read(path(normalisation_name));
  if (!normalisation_text) return std::move(normalisation_text).error();
  auto normalisation = parse_normalisation(*normalisation_text, path(normalisation_name));
  if (!normalisation) return std::move(normalisation).error();
  if (static_cast<std::int64_t>(normalisation->feature_names.size()) != config->features())
    return Error{"this normalisation is of " + std::to_string(normalisation->feature_names.size()) +
                     " features, but the network has " + std::to_string(config->features()),
                 path(normalisation_name), "the files of a model folder belong together", ErrorKind::data};
  auto bytes = disk.read(path(weights_name));
  if (!bytes) return std::move(bytes).error();
  auto weights = parse_weights(*bytes, path(weights_name));
  if (!weights) return std::move(weights).error();
  Model model{*std::move(config), *std::move(normalisation), *std::move(weights)};
  if (auto good = check(build_network(model.config, model.normalisation), model.weights, path(weights_name));
      !good)
    return std::move(good).error();
  return model;
}

Result<std::vector<ReferenceEvent>> read_reference(Disk& disk, const std::string& folder) {
  const std::string path = folder + "/" + reference_name;
  auto bytes = disk.read(path);
  if (!bytes) return std::move(bytes).error();
  auto arrays = from_hdf5(*bytes, reference_format, path);
  if (!arrays) return std::move(arrays).error();
  std::vector<ReferenceEvent> events;
  for (std::size_t i = 0;; ++i) {
    const auto found = [&](const std::string& name) { return arrays->find(event_name(i) + "/" + name); };
    if (found("features") == arrays->end()) break;
    if (found("class") == arrays->end() || found("momentum") == arrays->end()) break;
    ReferenceEvent event;
    const Array& features = found("features")->second;
    event.elements = features.shape.empty() ? 0 : features.shape[0];
    event.features = reals_of(features);
    event.classes = integers_of(found("class")->second);
    event.momentum = reals_of(found("momentum")->second);
    for (std::size_t k = 0; found("order." + std::to_string(k)) != arrays->end(); ++k)
      event.orders.push_back(integers_of(found("order." + std::to_string(k))->second));
    events.push_back(std::move(event));
  }
  if (events.empty())
    return Error{"there is no reference event to compare with", path, "train the model again",
                 ErrorKind::data};
  return events;
}

}  // namespace sluice::model

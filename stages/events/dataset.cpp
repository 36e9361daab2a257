#include "stages/events/dataset.h"

#include "engine/base/disk.h"
#include "engine/base/json.h"

namespace sluice::events {

namespace {

constexpr const char* make_again = "make the dataset again with sluice-preprocess";

json::array numbers(std::span<const float> values) {
  json::array array;
  for (const float value : values) array.emplace_back(static_cast<double>(value));
  return array;
}

/// Empty when anything in it is no number.
std::vector<float> floats(const json::array* array) {
  std::vector<float> values;
  if (array == nullptr) return values;
  for (const json::value& item : *array) {
    if (!item.is_number()) return {};
    values.push_back(static_cast<float>(item.to_number<double>()));
  }
  return values;
}

bool read_normalisation(const json::object& object, std::size_t features, DatasetInfo& info) {
  const json::array* types = json_array(object, "normalisation");
  if (types == nullptr) return false;
  for (const json::value& item : *types) {
    if (!item.is_object()) return false;
    const json::object& type = item.get_object();
    Normalisation normalisation;
    normalisation.elemtype = static_cast<float>(json_double(type, "elemtype").value_or(0));
    normalisation.elements = static_cast<std::uint64_t>(json_int(type, "elements").value_or(0));
    normalisation.mean = floats(json_array(type, "mean"));
    normalisation.standard_deviation = floats(json_array(type, "standard_deviation"));
    if (normalisation.mean.size() != features || normalisation.standard_deviation.size() != features)
      return false;
    info.normalisation.push_back(std::move(normalisation));
  }
  return true;
}

}  // namespace

FileSpec dataset_spec(Elements elements) {
  const FileSpec source = event_file_spec();
  const auto of = [&](MatrixId id) { return source.collections[id.collection].matrices[id.matrix]; };
  const bool hits = elements == Elements::hits;
  MatrixSpec targets = of(table::targets);
  targets.name = "targets";
  MatrixSpec features = of(hits ? table::hits : table::clusters);
  if (!hits) {  // as tracks and clusters share their first columns only
    const auto tracks = of(table::tracks).columns;
    for (std::size_t i = 1; i < features.columns.size(); ++i)
      if (i < tracks.size() && tracks[i] != features.columns[i])
        features.columns[i] = tracks[i] + "|" + features.columns[i];
  }
  FileSpec spec;
  spec.collections = {
      {"events",
       true,
       {of(table::id),
        of(table::energies),
        {"weight", Number::f32, {"weight"}},
        {"by_length", Number::u64, {"event"}}}},
      {"elements", false, {features, targets, of(hits ? table::hit_labels : table::track_labels)}},
      source.collections[table::targets.collection],
      source.collections[table::candidates.collection],
      source.collections[table::generator_jets.collection],
      source.collections[table::target_jets.collection]};
  return spec;
}

std::string dataset_info_text(const DatasetInfo& info) {
  json::object object;
  object["format"] = "sluice-dataset";
  object["format_version"] = format_version;
  object["elements"] = info.elements == Elements::hits ? "hits" : "tracks_and_clusters";
  json::array names;
  for (const std::string& name : info.feature_names) names.emplace_back(name);
  object["features"] = std::move(names);
  json::array types;
  for (const Normalisation& type : info.normalisation)
    types.push_back(json::object{{"elemtype", type.elemtype},
                                 {"elements", type.elements},
                                 {"mean", numbers(type.mean)},
                                 {"standard_deviation", numbers(type.standard_deviation)}});
  object["normalisation"] = std::move(types);
  json::object counts;
  for (std::size_t i = 0; i < class_count; ++i) counts[class_names[i]] = info.class_counts[i];
  object["class_counts"] = std::move(counts);
  return pretty_json(object);
}

Result<DatasetInfo> read_dataset_info(const std::string& folder) {
  const std::string path = folder + "/dataset.json";
  auto text = RealDisk().read(path);
  if (!text) return std::move(text).error();
  auto value = parse_json(*text, path);
  if (!value) return std::move(value).error();
  const Error wrong{"this is no dataset of this version of Sluice", path, make_again, ErrorKind::data};
  if (!value->is_object()) return wrong;
  const json::object& object = value->get_object();
  const json::array* names = json_array(object, "features");
  if (json_string(object, "format") != "sluice-dataset" ||
      json_int(object, "format_version") != format_version || names == nullptr)
    return wrong;
  DatasetInfo info;
  info.elements = json_string(object, "elements") == "hits" ? Elements::hits : Elements::tracks_and_clusters;
  for (const json::value& name : *names)
    info.feature_names.emplace_back(name.is_string() ? name.get_string() : "");
  if (!read_normalisation(object, info.feature_names.size(), info)) return wrong;
  if (const json::object* counts = json_object(object, "class_counts"))
    for (std::size_t i = 0; i < class_count; ++i)
      info.class_counts[i] = static_cast<std::uint64_t>(json_int(*counts, class_names[i]).value_or(0));
  return info;
}

Result<Dataset> Dataset::open(const std::string& folder, Split split) {
  auto info = read_dataset_info(folder);
  if (!info) return std::move(info).error();
  const std::string path = folder + "/" + std::string(split_names[static_cast<std::size_t>(split)]) + ".h5";
  auto file = FlatFile::open(path);
  if (!file) return std::move(file).error();
  Dataset dataset(*std::move(file), *std::move(info));
  if (auto found = dataset.find_tables(path); !found) return std::move(found).error();
  return dataset;
}

Status Dataset::find_tables(const std::string& path) {
  const FileSpec& spec = file_.reader().spec();
  const FileSpec expected = dataset_spec(info_.elements);
  const auto find = [&](MatrixId id) -> std::optional<MatrixId> {
    const CollectionSpec& collection = expected.collections[id.collection];
    const auto found = find_matrix(spec, collection.name, collection.matrices[id.matrix].name);
    if (!found ||
        spec.collections[found->collection].matrices[found->matrix] != collection.matrices[id.matrix])
      return std::nullopt;
    return found;
  };
  const auto weight = find(dataset_table::weight);
  const auto order = find(dataset_table::by_length);
  const std::array<std::pair<MatrixId, MatrixId*>, 6> wanted = {
      {{dataset_table::features, &elements_},
       {dataset_table::targets, &targets_},
       {dataset_table::labels, &labels_},
       {dataset_table::event_targets, &event_targets_},
       {dataset_table::generator_jets, &generator_jets_},
       {dataset_table::candidates, &candidates_}}};
  bool complete = weight.has_value() && order.has_value();
  for (const auto& [id, place] : wanted) {
    const auto found = find(id);
    complete = complete && found.has_value();
    if (found) *place = *found;
  }
  if (!complete ||
      spec.collections[elements_.collection].matrices[elements_.matrix].columns != info_.feature_names)
    return Error{"this file is no split of a dataset of this version of Sluice", path, make_again,
                 ErrorKind::data};
  weights_ = file_.rows<float>(*weight, RowRange{0, events()});
  by_length_ = file_.rows<std::uint64_t>(*order, RowRange{0, events()});
  for (const std::uint64_t event : by_length_)
    if (event >= events())
      return Error{"events/by_length names an event that is not there", path, make_again};
  return Ok{};
}

EventView Dataset::event(std::uint64_t index) const {
  EventView view;
  view.elements = length(index);
  view.features = file_.rows<float>(elements_, index);
  view.targets = file_.rows<float>(targets_, index);
  view.labels = file_.rows<std::int32_t>(labels_, index);
  view.weight = weights_[index];
  return view;
}

}  // namespace sluice::events

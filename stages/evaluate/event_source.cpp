#include "stages/evaluate/event_source.h"

namespace sluice::evaluate {

namespace {

namespace column = events::momentum;
namespace table = events::dataset_table;

Class class_of(std::int32_t code) {
  return code > 0 && code < static_cast<std::int32_t>(class_count) ? static_cast<Class>(code) : Class::none;
}

std::vector<Particle> particles_of(std::span<const float> rows, std::size_t columns,
                                   std::span<const Class> classes) {
  std::vector<Particle> particles;
  for (std::size_t i = 0; i < classes.size() && (i + 1) * columns <= rows.size(); ++i) {
    const auto row = rows.subspan(i * columns, columns);
    particles.push_back({classes[i], row[column::pt], row[column::eta], row[column::sin_phi],
                         row[column::cos_phi], row[column::energy]});
  }
  return particles;
}

std::vector<Class> classes_of(std::span<const std::int32_t> labels, std::size_t columns,
                              std::size_t of_class) {
  std::vector<Class> classes;
  for (std::size_t at = of_class; at < labels.size(); at += columns) classes.push_back(class_of(labels[at]));
  return classes;
}

}  // namespace

Result<EventSource> EventSource::open(const events::Dataset& dataset) {
  EventSource source(dataset);
  const events::FileSpec& spec = dataset.file().reader().spec();
  const events::FileSpec expected = events::dataset_spec(dataset.info().elements);
  const std::array<std::pair<events::MatrixId, events::MatrixId*>, 4> wanted = {
      {{table::id, &source.id_},
       {table::energies, &source.energies_},
       {table::event_target_labels, &source.target_labels_},
       {table::candidate_labels, &source.candidate_labels_}}};
  for (const auto& [id, place] : wanted) {
    const events::CollectionSpec& collection = expected.collections[id.collection];
    const events::MatrixSpec& matrix = collection.matrices[id.matrix];
    const auto found = find_matrix(spec, collection.name, matrix.name);
    if (!found || spec.collections[found->collection].matrices[found->matrix] != matrix)
      return Error{
          "this dataset has no table " + collection.name + "/" + matrix.name + " as this program knows it",
          "", "make the dataset again with sluice-preprocess", ErrorKind::data};
    *place = *found;
  }
  return source;
}

std::vector<Class> EventSource::candidate_classes(std::uint64_t index) const {
  return classes_of(dataset_->file().rows<std::int32_t>(candidate_labels_, index),
                    events::candidate::label::columns, events::candidate::label::of_class);
}

EventInput EventSource::event(std::uint64_t index) const {
  EventInput event;
  event.key = dataset_->file().rows<std::uint64_t>(id_, index)[events::event::id::content];
  event.true_met = dataset_->file().rows<double>(energies_, index)[events::event::energy::generator_met];
  const auto jets = dataset_->generator_jets_of(index);
  for (std::size_t at = 0; at + events::jet::columns <= jets.size(); at += events::jet::columns)
    event.true_jets.push_back(
        {jets[at + events::jet::pt], {jets[at + events::jet::eta], jets[at + events::jet::phi]}});
  const auto targets = classes_of(dataset_->file().rows<std::int32_t>(target_labels_, index),
                                  events::target::label::columns, events::target::label::of_class);
  const auto candidates = candidate_classes(index);
  auto& particles = event.particles;
  auto& elements = event.element_classes;
  particles[evaluate::index(Source::target)] =
      particles_of(dataset_->targets_of(index), events::target::columns, targets);
  particles[evaluate::index(Source::baseline)] =
      particles_of(dataset_->candidates_of(index), events::momentum::columns, candidates);
  const events::EventView view = dataset_->event(index);
  elements[evaluate::index(Source::target)] =
      classes_of(view.labels, events::label::columns, events::label::of_class);
  if (dataset_->info().elements == events::Elements::hits) return event;  // the baseline knows no hits
  for (std::size_t at = events::label::candidate; at < view.labels.size(); at += events::label::columns) {
    const auto candidate = static_cast<std::size_t>(view.labels[at]);
    elements[evaluate::index(Source::baseline)].push_back(
        view.labels[at] >= 0 && candidate < candidates.size() ? candidates[candidate] : Class::none);
  }
  return event;
}

}  // namespace sluice::evaluate

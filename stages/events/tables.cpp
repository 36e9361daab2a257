#include "stages/events/tables.h"

#include <algorithm>

namespace sluice::events {

namespace {

constexpr std::array<MatrixId, 8> float_tables = {table::tracks,         table::clusters,   table::hits,
                                                  table::particles,      table::targets,    table::candidates,
                                                  table::generator_jets, table::target_jets};
constexpr std::array<MatrixId, 6> integer_tables = {table::track_labels,  table::cluster_labels,
                                                    table::hit_labels,    table::particle_labels,
                                                    table::target_labels, table::candidate_labels};

bool is_of_hits(MatrixId id) { return id.collection == table::hits.collection; }

}  // namespace

Result<TablesReader> TablesReader::open(const std::string& path) {
  auto file = EventReader::open(path);
  if (!file) return std::move(file).error();
  TablesReader reader(*std::move(file));
  if (auto found = reader.find_places(); !found) return std::move(found).error();
  return reader;
}

Status TablesReader::find_places() {
  const FileSpec expected = event_file_spec();
  for (const CollectionSpec& collection : expected.collections) {
    places_.emplace_back();
    for (const MatrixSpec& matrix : collection.matrices) {
      const auto found = find_matrix(file_.spec(), collection.name, matrix.name);
      if (!found || file_.spec().collections[found->collection].matrices[found->matrix] != matrix)
        return Error{
            "the file has no " + collection.name + "/" + matrix.name + " with the columns of this version",
            file_.path(), "make it again with sluice-import", ErrorKind::data};
      places_.back().push_back(*found);
    }
  }
  for (std::size_t i = 0; i < floats_.size(); ++i) floats_[i].place = place(float_tables[i]);
  for (std::size_t i = 0; i < integers_.size(); ++i) integers_[i].place = place(integer_tables[i]);
  return Ok{};
}

MatrixId TablesReader::place(MatrixId table) const { return places_[table.collection][table.matrix]; }

Status TablesReader::read(std::uint64_t first, std::uint64_t last, bool hits) {
  first_ = first;
  const RowRange events{first, last};
  if (auto read = file_.read(place(table::status), events, statuses_); !read) return read;
  if (auto read = file_.read(place(table::id), events, ids_); !read) return read;
  if (auto read = file_.read(place(table::energies), events, energies_); !read) return read;
  const auto read_table = [&](MatrixId of, auto& table) -> Status {
    table.numbers.clear();
    if (is_of_hits(of) && !hits) return Ok{};
    return file_.read(table.place, file_.rows(table.place.collection, first, last), table.numbers);
  };
  for (std::size_t i = 0; i < floats_.size(); ++i)
    if (auto read = read_table(float_tables[i], floats_[i]); !read) return read;
  for (std::size_t i = 0; i < integers_.size(); ++i)
    if (auto read = read_table(integer_tables[i], integers_[i]); !read) return read;
  return Ok{};
}

template <typename Table>
auto TablesReader::rows_of(const Table& table, std::uint64_t index) const {
  const std::uint64_t before = file_.rows(table.place.collection, first_).first;
  const RowRange rows = file_.rows(table.place.collection, first_ + index);
  const auto columns =
      file_.spec().collections[table.place.collection].matrices[table.place.matrix].columns.size();
  const std::span all(table.numbers);
  if (all.empty()) return all;
  return all.subspan((rows.first - before) * columns, rows.size() * columns);
}

EventTables TablesReader::event(std::uint64_t index) const {
  EventTables event;
  // A code of a later version counts as broken, whatever it means.
  event.status = static_cast<EventStatus>(std::min<std::size_t>(statuses_[index], status_count - 1));
  event.id = std::span(ids_).subspan(index * event::id::columns, event::id::columns);
  event.energies = std::span(energies_).subspan(index * event::energy::columns, event::energy::columns);
  const std::array<std::span<const float>*, 8> floats = {
      &event.tracks,  &event.clusters,   &event.hits,           &event.particles,
      &event.targets, &event.candidates, &event.generator_jets, &event.target_jets};
  for (std::size_t i = 0; i < floats.size(); ++i) *floats[i] = rows_of(floats_[i], index);
  const std::array<std::span<const std::int32_t>*, 6> integers = {
      &event.track_labels,    &event.cluster_labels, &event.hit_labels,
      &event.particle_labels, &event.target_labels,  &event.candidate_labels};
  for (std::size_t i = 0; i < integers.size(); ++i) *integers[i] = rows_of(integers_[i], index);
  return event;
}

std::uint64_t TablesReader::stretch(std::uint64_t first, std::uint64_t bytes, bool hits) const {
  std::uint64_t sum = 0;
  std::uint64_t last = first;
  while (last < file_.events() && (last == first || sum < bytes)) {
    for (const MatrixId id : float_tables)
      if (hits || !is_of_hits(id)) sum += rows(id, last) * 80;  // about what a row takes in all matrices
    ++last;
  }
  return last;
}

}  // namespace sluice::events

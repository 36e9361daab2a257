#include "stages/preprocess/index.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "engine/base/hash.h"

namespace sluice::preprocess {

namespace {

namespace table = events::table;
using events::Elements;
using events::EventStatus;
using events::Split;
using events::TablesReader;

struct Candidate {
  std::uint64_t entry;
  std::uint64_t generator;
  std::uint64_t content;
  std::uint64_t length;
  EventStatus status;
  std::array<std::uint64_t, 6> rows;  ///< of the dataset's collections
};

struct FileContents {
  IndexedFile file;
  std::vector<Candidate> events;
  Hash128 order;
};

/// The collections of dataset_spec, after the table of events.
std::array<std::uint64_t, 6> rows_of(const TablesReader& reader, std::uint64_t event, Elements elements) {
  const std::uint64_t length = elements == Elements::hits
                                   ? reader.rows(table::hits, event)
                                   : reader.rows(table::tracks, event) + reader.rows(table::clusters, event);
  return {1,
          length,
          reader.rows(table::targets, event),
          reader.rows(table::candidates, event),
          reader.rows(table::generator_jets, event),
          reader.rows(table::target_jets, event)};
}

template <typename T>
T attribute(const events::Attributes& attributes, std::string_view name) {
  const events::AttributeValue* value = find_attribute(attributes, name);
  if (value == nullptr || !std::holds_alternative<T>(*value)) return T{};
  return std::get<T>(*value);
}

Result<FileContents> read_contents(const std::string& path, Elements elements) {
  auto reader = TablesReader::open(path);
  if (!reader) return std::move(reader).error();
  const events::EventReader& file = reader->file();
  FileContents contents;
  contents.file.path = path;
  contents.file.sample = attribute<std::string>(file.attributes(), "sample");
  contents.file.field_t = attribute<double>(file.attributes(), "field_t");
  std::vector<std::uint64_t> ids;
  std::vector<std::uint8_t> statuses;
  const events::RowRange all{0, file.events()};
  if (auto read = file.read(*find_matrix(file.spec(), "events", "id"), all, ids); !read)
    return std::move(read).error();
  if (auto read = file.read(*find_matrix(file.spec(), "events", "status"), all, statuses); !read)
    return std::move(read).error();
  Hasher hasher;
  hasher.field(contents.file.sample);
  for (std::uint64_t event = 0; event < file.events(); ++event) {
    const std::uint64_t* id = ids.data() + event * events::event::id::columns;
    const auto rows = rows_of(*reader, event, elements);
    contents.events.push_back({event, id[events::event::id::generator], id[events::event::id::content],
                               rows[1], static_cast<EventStatus>(statuses[event]), rows});
    hasher.number(id[events::event::id::content]);
  }
  contents.order = hasher.digest();
  return contents;
}

}  // namespace

Split split_of(std::uint64_t generator_hash, const SplitFractions& fractions) {
  Hasher hasher;
  hasher.number(generator_hash);
  hasher.number(fractions.seed);
  const double place =
      static_cast<double>(hasher.digest().high >> 11U) / 9007199254740992.0;  // in [0, 1), of 53 bits
  if (place < fractions.test) return Split::test;
  return place < fractions.test + fractions.validation ? Split::validation : Split::train;
}

Result<Index> make_index(const std::vector<std::string>& paths, Elements elements,
                         const SplitFractions& fractions, stage::Context& context) {
  std::vector<FileContents> files;
  for (const std::string& path : paths) {
    auto contents = read_contents(path, elements);
    if (!contents) return std::move(contents).error();
    files.push_back(*std::move(contents));
  }
  std::stable_sort(files.begin(), files.end(),
                   [](const FileContents& a, const FileContents& b) { return a.order < b.order; });
  Index index;
  std::array<std::vector<std::uint64_t>, 3> lengths;
  for (auto& rows : index.rows) rows.assign(6, 0);
  std::unordered_set<std::uint64_t> seen;
  for (FileContents& contents : files) {
    for (const Candidate& event : contents.events) {
      const std::string where = contents.file.path + ":" + std::to_string(event.entry);
      if (event.status != EventStatus::ok) {
        ++index.broken;
        continue;  // the importer has said why
      }
      if (!seen.insert(event.content).second) {
        ++index.duplicates;
        if (auto skipped = context.skip("the event is there a second time", where); !skipped)
          return std::move(skipped).error();
        continue;
      }
      const Split split = split_of(event.generator, fractions);
      const auto s = static_cast<std::size_t>(split);
      for (std::size_t i = 0; i < event.rows.size(); ++i) index.rows[s][i] += event.rows[i];
      lengths[s].push_back(event.length);
      contents.file.events.push_back({event.entry, event.length, split});
    }
    index.files.push_back(std::move(contents.file));
  }
  for (std::size_t s = 0; s < 3; ++s) {
    auto& order = index.by_length[s];
    order.resize(lengths[s].size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint64_t a, std::uint64_t b) { return lengths[s][a] < lengths[s][b]; });
  }
  return index;
}

}  // namespace sluice::preprocess

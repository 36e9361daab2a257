// Reads everything that a file holds, as a hostile file should be read: whatever is in it, this ends soon and
// with a value or an error.
#pragma once

#include <string>
#include <vector>

#include "stages/edm4hep/reader.h"
#include "stages/edm4hep/relation.h"

namespace sluice::edm4hep {

inline Status follow_relations(const Reader& reader, EntryRange range) {
  for (const Collection& collection : reader.collections()) {
    for (const char* name : {"parents", "hits", "from"}) {
      const std::string relation = collection.name + "." + name;
      if (!reader.has(relation + ".index")) continue;
      const auto columns = reader.read(relation_requests(relation), range);
      if (!columns) return columns.error();
      const Relation read(*columns, relation);
      for (std::uint64_t event = 0; event < range.size(); ++event)
        for (std::uint64_t object = 0; object < 3; ++object)
          if (const auto elements = read.elements(event, object))
            for (std::uint64_t i = elements->first; i < elements->last; ++i)
              (void)reader.resolve(read.at(event, i).collection);
    }
  }
  return Ok{};
}

/// "" when it could be read, else the error's text.
inline std::string read_all(const std::string& path, int threads = 1) {
  ReaderOptions options;
  options.basket_bytes = std::uint64_t{16} << 20;
  options.cache_bytes = std::uint64_t{1} << 20;
  const auto reader = Reader::open(path, options);
  if (!reader) return to_string(reader.error());
  std::vector<Request> requests;
  for (const ColumnInfo& column : reader->columns()) requests.push_back({column.name, {}});
  for (const EntryRange& range : reader->ranges(requests, std::uint64_t{8} << 20)) {
    const auto columns = reader->read(requests, range, threads);
    if (!columns) return to_string(columns.error());
    if (const auto followed = follow_relations(*reader, range); !followed) return to_string(followed.error());
  }
  return "";
}

}  // namespace sluice::edm4hep

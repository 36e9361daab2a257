#include "stages/edm4hep/podio_tables.h"

#include "stages/edm4hep/root_tree.h"
#include "stages/edm4hep/tree_columns.h"

namespace sluice::edm4hep {

namespace {

/// Reads the first entry of branches of one metadata tree.
class Metadata {
 public:
  Metadata(const RootFile& file, Tree tree, std::uint64_t basket_limit)
      : file_(file), tree_(std::move(tree)), cache_(0), source_{file_, tree_.entries, basket_limit, cache_} {}

  const Branch* branch(std::string_view top) const { return tree_.entries == 0 ? nullptr : tree_.find(top); }
  const Branch* branch(std::string_view top, std::string_view member) const {
    const Branch* parent = branch(top);
    if (parent == nullptr) return nullptr;
    for (const Branch& below : parent->branches)
      if (below.name == member || below.name == std::string(top) + "." + std::string(member)) return &below;
    return nullptr;
  }

  Result<std::vector<std::uint32_t>> numbers(const Branch& branch, std::uint32_t prefix) const {
    auto bytes = entry_bytes(source_, branch, 0);
    if (!bytes) return std::move(bytes).error();
    ByteReader reader(*bytes);
    reader.skip(prefix);
    std::vector<std::uint32_t> values;
    while (reader.left() >= sizeof(std::uint32_t)) values.push_back(reader.number<std::uint32_t>());
    return values;
  }
  Result<std::vector<std::string>> texts(const Branch& branch, std::uint32_t prefix) const {
    auto bytes = entry_bytes(source_, branch, 0);
    if (!bytes) return std::move(bytes).error();
    ByteReader reader(*bytes);
    reader.skip(prefix);
    std::vector<std::string> values;
    while (reader.left() > 0) values.push_back(reader.text());
    if (reader.failed()) return file_.error("the texts in branch '" + branch.name + "' are damaged");
    return values;
  }
  /// "1.7.0", of a podio::version::Version; empty where there is none.
  Result<std::string> version(std::string_view top) const {
    std::string text;
    for (const char* part : {"major", "minor", "patch"}) {
      const Branch* number = branch(top, part);
      if (number == nullptr) return std::string();
      auto bytes = entry_bytes(source_, *number, 0);
      if (!bytes) return std::move(bytes).error();
      ByteReader reader(*bytes);
      text += (text.empty() ? "" : ".") + std::to_string(reader.number<std::uint16_t>());
    }
    return text;
  }

 private:
  const RootFile& file_;
  Tree tree_;
  mutable BasketCache cache_;
  TreeFile source_;
};

// In front of the texts of a split member, and of a vector that is not split.
constexpr std::uint32_t object_prefix = 6;
constexpr std::uint32_t vector_prefix = 10;

/// Ids and names side by side; types where there are as many.
Result<std::vector<PodioTables::Entry>> combine(const RootFile& file, Result<std::vector<std::uint32_t>> ids,
                                                Result<std::vector<std::string>> names,
                                                Result<std::vector<std::string>> types) {
  if (!ids) return std::move(ids).error();
  if (!names) return std::move(names).error();
  if (!types) return std::move(types).error();
  if (ids->size() != names->size()) return file.error("the table of collection names is damaged");
  std::vector<PodioTables::Entry> entries;
  for (std::size_t i = 0; i < ids->size(); ++i)
    entries.push_back({(*ids)[i], (*names)[i], i < types->size() ? (*types)[i] : std::string()});
  return entries;
}

/// Until 1.2: two vectors in an object. Nothing: the file has no such table.
Result<std::vector<PodioTables::Entry>> id_table(const RootFile& file, const Metadata& metadata,
                                                 std::string_view top) {
  const Branch* ids = metadata.branch(top, "m_collectionIDs");
  const Branch* names = metadata.branch(top, "m_names");
  if (ids == nullptr || names == nullptr) return std::vector<PodioTables::Entry>();
  return combine(file, metadata.numbers(*ids, vector_prefix), metadata.texts(*names, vector_prefix),
                 std::vector<std::string>());
}

/// From 1.3 on: a vector of structs.
Result<std::vector<PodioTables::Entry>> type_table(const RootFile& file, const Metadata& metadata) {
  constexpr std::string_view top = "events___CollectionTypeInfo";
  const Branch* ids = metadata.branch(top, "collectionID");
  const Branch* names = metadata.branch(top, "name");
  const Branch* types = metadata.branch(top, "dataType");
  if (ids == nullptr || names == nullptr || types == nullptr) return std::vector<PodioTables::Entry>();
  return combine(file, metadata.numbers(*ids, 0), metadata.texts(*names, object_prefix),
                 metadata.texts(*types, object_prefix));
}

}  // namespace

Result<PodioTables> read_podio_tables(const RootFile& file, std::uint64_t basket_limit) {
  PodioTables tables;
  for (const char* tree_name : {"podio_metadata", "metadata"}) {
    const Key* key = file.find(tree_name, "TTree");
    if (key == nullptr) continue;
    auto tree = read_tree(file, *key);
    if (!tree) return std::move(tree).error();
    const Metadata metadata(file, std::move(*tree), basket_limit);
    for (const char* top : {"events___idTable", "CollectionIDs"}) {
      auto table = tables.collections.empty() ? id_table(file, metadata, top) : std::move(tables.collections);
      if (!table) return std::move(table).error();
      tables.collections = std::move(*table);
    }
    if (tables.collections.empty()) {
      auto table = type_table(file, metadata);
      if (!table) return std::move(table).error();
      tables.collections = std::move(*table);
    }
    for (auto [top, version] : {std::pair("PodioBuildVersion", &tables.podio_version),
                                std::pair("PodioVersion", &tables.podio_version),
                                std::pair("edm4hep___Version", &tables.edm4hep_version)}) {
      if (!version->empty()) continue;
      auto found = metadata.version(top);
      if (!found) return std::move(found).error();
      *version = std::move(*found);
    }
  }
  return tables;
}

}  // namespace sluice::edm4hep

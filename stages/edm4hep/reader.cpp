#include "stages/edm4hep/reader.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "stages/edm4hep/podio_names.h"
#include "stages/edm4hep/podio_tables.h"
#include "stages/edm4hep/root_tree.h"
#include "stages/edm4hep/tree_columns.h"

namespace sluice::edm4hep {

namespace {

// Even events without any object leave this much in a file.
constexpr std::uint64_t most_entries_per_byte = 256;

std::vector<TopBranch> top_branches(const Tree& tree) {
  std::vector<TopBranch> tops;
  for (const Branch& branch : tree.branches) {
    TopBranch top{branch.name, branch.class_name, {}};
    for (const Branch& below : branch.branches)
      if (below.name.starts_with(branch.name + "."))
        top.members.push_back(below.name.substr(branch.name.size() + 1));
    tops.push_back(std::move(top));
  }
  return tops;
}

}  // namespace

class Reader::Impl {
 public:
  Impl(RootFile file, Tree tree, PodioTables tables, ReaderOptions options)
      : file_(std::move(file)),
        tree_(std::move(tree)),
        tables_(std::move(tables)),
        options_(std::move(options)),
        names_(top_branches(tree_)),
        columns_(columns_of(tree_)),
        cache_(options_.cache_bytes) {
    for (std::size_t i = 0; i < columns_.size(); ++i) column_index_.emplace(columns_[i].name, i);
    find_collections();
  }

  const TreeColumn* find(std::string_view name) const {
    for (const std::string& candidate : names_.candidates(name))
      if (const auto found = column_index_.find(candidate); found != column_index_.end())
        return &columns_[found->second];
    return nullptr;
  }
  const TreeColumn* find(const Request& request) const { return find(request.name); }

  Result<Columns> read(std::span<const Request> requests, EntryRange range, int threads) const {
    if (range.first > range.last || range.last > tree_.entries)
      throw std::logic_error("entries that the file does not have were asked for");
    std::vector<ReadPlan> plans;
    for (const Request& request : requests) {
      const TreeColumn* column = find(request);
      const Number type = column == nullptr ? Number::u8 : column->type;
      plans.push_back({column, request.name, request.as.value_or(type)});
    }
    const TreeFile tree{file_, tree_.entries, options_.basket_bytes, cache_};
    auto columns = read_columns(tree, plans, range, threads);
    if (!columns) return std::move(columns).error();
    return Columns(range, std::move(*columns));
  }

  std::vector<EntryRange> ranges(std::span<const Request> requests, std::uint64_t bytes) const {
    double per_entry = 0;
    for (const Request& request : requests) {
      per_entry += sizeof(std::uint64_t);  // an offset
      const TreeColumn* column = find(request);
      if (column == nullptr) continue;
      const double growth = static_cast<double>(size_of(request.as.value_or(column->type))) /
                            static_cast<double>(size_of(column->type));
      per_entry += growth * static_cast<double>(column->branch->unpacked_bytes) /
                   static_cast<double>(std::max<std::uint64_t>(tree_.entries, 1));
    }
    const double fitting = static_cast<double>(bytes) / std::max(per_entry, 1.0);
    const auto step = static_cast<std::uint64_t>(std::clamp(fitting, 1.0, 1e9));
    std::vector<EntryRange> all;
    for (std::uint64_t first = 0; first < tree_.entries; first += step)
      all.push_back({first, std::min(first + step, tree_.entries)});
    return all;
  }

  RootFile file_;
  Tree tree_;
  PodioTables tables_;
  ReaderOptions options_;
  PodioNames names_;
  std::vector<TreeColumn> columns_;
  std::map<std::string, std::size_t, std::less<>> column_index_;
  std::vector<Collection> collections_;
  std::map<std::uint32_t, std::size_t> places_;       // of collections, by id
  std::map<std::uint32_t, std::string> other_names_;  // of ids that the file lists and doesn't hold
  mutable BasketCache cache_;

 private:
  void find_collections();
  std::optional<std::size_t> place_of(std::string_view name) const;
};

std::optional<std::size_t> Reader::Impl::place_of(std::string_view name) const {
  const auto found = std::find_if(collections_.begin(), collections_.end(),
                                  [&](const Collection& candidate) { return candidate.name == name; });
  if (found == collections_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - collections_.begin());
}

/// Puts branches, the file's table of ids (or hashes, where it has none) and the user's aliases together.
void Reader::Impl::find_collections() {
  std::set<std::string> known;
  for (const auto& entry : tables_.collections) known.insert(entry.name);
  collections_ = names_.collections(known);
  if (tables_.collections.empty() && !names_.numbered())
    for (const Collection& collection : collections_)
      tables_.collections.push_back({collection_id(collection.name), collection.name, ""});
  for (const auto& entry : tables_.collections) {
    if (const auto place = place_of(entry.name)) {
      places_[entry.id] = *place;
      Collection& collection = collections_[*place];
      collection.id = entry.id;
      if (const std::string type = collection_type(entry.type); !type.empty()) collection.type = type;
      continue;
    }
    other_names_[entry.id] = entry.name;
    for (const auto& [name, stored] : options_.aliases)
      if (const auto place = place_of(stored); name == entry.name && place) places_[entry.id] = *place;
  }
}

Reader::Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<Reader> Reader::open(const std::string& path, ReaderOptions options) {
  auto file = RootFile::open(path);
  if (!file) return std::move(file).error();
  const Key* events = file->find("events", "TTree");
  if (events == nullptr && file->find("events", "ROOT::RNTuple") != nullptr)
    return file->error("its events are stored as an RNTuple, which this reader does not read",
                       "podio writes a TTree when it is not asked for an RNTuple");
  if (events == nullptr)
    return file->error("it has no tree 'events'", "EDM4hep files have one: is this a file of another kind?");
  auto tree = read_tree(*file, *events);
  if (!tree) return std::move(tree).error();
  if (tree->entries > file->size() * most_entries_per_byte)
    return file->error("the tree 'events' says that it has " + std::to_string(tree->entries) +
                       " entries, more than a file of " + std::to_string(file->size()) + " bytes can hold");
  auto tables = read_podio_tables(*file, options.basket_bytes);
  if (!tables) return std::move(tables).error();
  return Reader(
      std::make_unique<Impl>(std::move(*file), std::move(*tree), std::move(*tables), std::move(options)));
}

const std::string& Reader::path() const { return impl_->file_.path(); }
std::uint64_t Reader::entries() const { return impl_->tree_.entries; }

std::string Reader::written_by() const {
  const PodioTables& tables = impl_->tables_;
  if (tables.podio_version.empty()) return "an unknown version of podio";
  return "podio " + tables.podio_version +
         (tables.edm4hep_version.empty() ? std::string() : ", EDM4hep " + tables.edm4hep_version);
}

const std::vector<Collection>& Reader::collections() const { return impl_->collections_; }

const Collection* Reader::collection(std::string_view name) const {
  for (const Collection& collection : impl_->collections_)
    if (collection.name == name) return &collection;
  return nullptr;
}

std::optional<std::size_t> Reader::resolve(std::uint32_t collection_id) const {
  const auto found = impl_->places_.find(collection_id);
  return found == impl_->places_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> Reader::dangling_name(std::uint32_t collection_id) const {
  const auto found = impl_->other_names_.find(collection_id);
  return found == impl_->other_names_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<ColumnInfo> Reader::columns() const {
  std::vector<ColumnInfo> all;
  for (const TreeColumn& column : impl_->columns_) all.push_back({column.name, column.type, column.width});
  return all;
}

std::optional<ColumnInfo> Reader::find(std::string_view name) const {
  const TreeColumn* column = impl_->find(name);
  if (column == nullptr) return std::nullopt;
  return ColumnInfo{column->name, column->type, column->width};
}

Result<Columns> Reader::read(std::span<const Request> requests, EntryRange range, int threads) const {
  return impl_->read(requests, range, threads);
}

std::vector<EntryRange> Reader::ranges(std::span<const Request> requests, std::uint64_t bytes) const {
  return impl_->ranges(requests, bytes);
}

}  // namespace sluice::edm4hep

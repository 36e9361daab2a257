// Reads EDM4hep files (podio's ROOT files) without ROOT. Only what is asked for is read and decompressed.
//
//   auto file = edm4hep::Reader::open("events.root");
//   for (const EntryRange& range : file->ranges(names, 64 << 20)) {       // pieces that fit into memory
//     auto columns = file->read(requests, range, threads);
//     for (std::uint64_t event = 0; event < range.size(); ++event)
//       for (float energy : (*columns)["ECALBarrel.energy"].of<float>(event)) …
//   }
//
// Columns have the same names whatever podio version wrote the file:
//
//   COLLECTION.member             "ECALBarrel.energy", "MCParticles.momentum.x"
//   COLLECTION.vector[.member]    "Clusters.shapeParameters", "Tracks.trackStates.D0": one array an event;
//   object
//                                 k owns [COLLECTION.vector_begin, COLLECTION.vector_end) of it
//   COLLECTION.relation.index     "MCParticles.parents.index", and ".collectionID": one array an event;
//   object k
//                                 owns [COLLECTION.relation_begin, COLLECTION.relation_end) of it, or, where
//                                 the relation is to one object, element k
//   COLLECTION.objects.index      of a subset collection: the objects it consists of, and ".collectionID"
//
// Members that have changed their name or type from one EDM4hep version to the next are not hidden: ask has()
// (Cluster.iPhi was phi, RecoMCParticleLink's from and to were rec and sim). Names of branches
// ("_MCParticles_parents.index", "MCParticles#0.index", "magFieldBz") serve as well.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "stages/edm4hep/columns.h"

namespace sluice::edm4hep {

struct ColumnInfo {
  std::string name;  ///< "ECALBarrel.energy", "_MCParticles_parents.index": as the file names it
  Number type = Number::u8;
  std::uint32_t width = 1;  ///< above 1: a fixed array for each object
};

struct Collection {
  std::string name;  ///< "ECALBarrel"
  std::string type;  ///< "edm4hep::CalorimeterHit"; for links of podio 1.3 and later the whole template name
  std::optional<std::uint32_t> id;  ///< what references call it; unknown in some old files without a table
  bool subset = false;              ///< its objects live in other collections
};

struct ReaderOptions {
  /// Decompressed baskets that are kept for the next range, shared by all threads.
  std::uint64_t cache_bytes = std::uint64_t{64} << 20;
  /// No single basket may unpack to more: a damaged length must not take all memory.
  std::uint64_t basket_bytes = std::uint64_t{256} << 20;
  /// More names for collections: {"MCParticle", "MCParticles"} says that what references (by the file's own
  /// table) call MCParticle is stored as MCParticles.
  std::vector<std::pair<std::string, std::string>> aliases;
};

class Reader {
 public:
  /// Reads the table of contents. Errors name the file, and inside it the tree, the branch and the basket.
  static Result<Reader> open(const std::string& path, ReaderOptions options = {});

  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  const std::string& path() const;
  std::uint64_t entries() const;
  /// "podio 1.7.0, EDM4hep 1.0.0", as far as the file says; for messages and provenance.
  std::string written_by() const;

  const std::vector<Collection>& collections() const;         ///< in the order of the file
  const Collection* collection(std::string_view name) const;  ///< null: the file has none of that name
  /// Which collection a reference means: its place in collections(), after aliases. Nothing: the reference
  /// points to a collection that this file doesn't hold, which is normal (see also dangling_name).
  std::optional<std::size_t> resolve(std::uint32_t collection_id) const;
  /// The name that the file's table has for a collection it doesn't hold; for messages.
  std::optional<std::string> dangling_name(std::uint32_t collection_id) const;

  /// Every column of numbers, under the file's own names.
  std::vector<ColumnInfo> columns() const;
  /// What a request of that name would read; nothing: missing.
  std::optional<ColumnInfo> find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name).has_value(); }

  /// Reads columns over a range of entries, with up to `threads` threads. May itself be called from several
  /// threads. A column that the file lacks comes back as missing; a damaged one is an error.
  Result<Columns> read(std::span<const Request> requests, EntryRange range, int threads = 1) const;

  /// All entries, cut into ranges of which each unpacks to about `bytes` in these columns (at least one entry
  /// each). Depends on the file and the requests only.
  std::vector<EntryRange> ranges(std::span<const Request> requests, std::uint64_t bytes) const;

 private:
  class Impl;
  explicit Reader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Collection ids as podio makes them since 0.17: MurmurHash3 (x86, 32 bit, seed 0) of the name.
std::uint32_t collection_id(std::string_view name);

}  // namespace sluice::edm4hep

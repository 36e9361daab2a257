// A tree that is being written: branches that gather the values of some entries (a cluster), write them as
// one basket each, and remember where those lie for the tree's own description.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/edm4hep/class_info.h"
#include "stages/edm4hep/root_output.h"

namespace sluice::edm4hep {

/// A branch as ROOT describes it, and the values it has gathered.
struct OutputBranch {
  std::string name;
  std::string title;
  std::string class_name;
  std::string parent_name;
  std::string clones_name;
  std::uint32_t checksum = 0;
  std::int32_t class_version = 0;
  std::int32_t id = -1;
  std::int32_t type = 0;
  std::int32_t streamer_type = -1;
  std::int32_t most_objects = 0;  ///< in any entry, of a branch that counts
  std::uint32_t split_level = 99;
  bool fixed_size = false;  ///< all entries take the same bytes: baskets need no table
  bool has_values = true;   ///< false: only the branches below have

  std::string leaf_name;
  std::string leaf_title;
  std::uint32_t leaf_length = 1;
  std::uint32_t leaf_bytes = 0;
  bool leaf_is_count = false;
  bool leaf_is_unsigned = false;

  std::vector<OutputBranch> branches;

  // Values of the present cluster.
  std::vector<std::byte> values;
  std::vector<std::uint32_t> begins;

  // What was written.
  struct Basket {
    RootOutput::Place place;
    std::uint64_t first_entry = 0;
  };
  std::vector<Basket> baskets;
  std::uint64_t entries = 0;
  std::uint64_t unpacked_bytes = 0;
  std::uint64_t file_bytes = 0;

  /// Begins the next entry; its values follow.
  void begin_entry() { begins.push_back(static_cast<std::uint32_t>(values.size())); }
  template <typename T>
  void add(T value) {
    const T swapped = swap_big_endian(value);
    const auto* at = reinterpret_cast<const std::byte*>(&swapped);
    values.insert(values.end(), at, at + sizeof(T));
  }
  /// Numbers in the machine's byte order.
  void add_numbers(Number number, std::span<const std::byte> numbers);
  /// A vector's head: the bytes of what follows, a version, and how many elements there are.
  void add_vector_head(std::size_t elements, std::size_t bytes);
};

/// vector<Class>, split: a branch that counts, and one below for each of the class's members. Those of
/// components are split on, with names like momentum.x.
OutputBranch collection_branch(const std::string& name, const ClassInfo& info,
                               std::span<const ClassInfo> components);
/// vector<T> of numbers, or of anything else that is always empty.
OutputBranch vector_branch(const std::string& name, const std::string& class_name);
/// An object with numbers as members, split.
OutputBranch object_branch(const std::string& name, const ClassInfo& info);

class TreeOutput {
 public:
  TreeOutput(std::string name, std::string title) : name_(std::move(name)), title_(std::move(title)) {}

  /// References stay valid.
  OutputBranch& add(OutputBranch branch) { return branches_.emplace_back(std::move(branch)); }
  /// Every branch has been given `count` more entries, which are a cluster when write_cluster is called.
  void count_entries(std::uint64_t count) { entries_ += count; }
  std::uint64_t entries() const { return entries_; }
  /// Packs the gathered values, one basket a branch, with up to `threads` threads.
  Status write_cluster(RootOutput& output, int threads);
  /// Writes the tree itself, once all clusters are.
  Status write(RootOutput& output);

 private:
  std::string name_;
  std::string title_;
  std::deque<OutputBranch> branches_;
  std::uint64_t entries_ = 0;
  std::uint64_t written_entries_ = 0;
};

}  // namespace sluice::edm4hep

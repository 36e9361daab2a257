#include "stages/edm4hep/tree_record.h"

#include <algorithm>

#include "stages/edm4hep/byte_writer.h"

namespace sluice::edm4hep {

namespace {

constexpr std::uint32_t io_features_checksum = 0x1aa12f10;
constexpr std::uint32_t branch_bits = 0x00500000;
constexpr std::uint32_t parent_bits = 0x00520000;
constexpr std::int32_t basket_size = 32'000;
constexpr std::int32_t table_length = 1'000;

/// How long the arrays of baskets are.
std::size_t places(const OutputBranch& branch) {
  return std::max<std::size_t>(10, branch.baskets.size() + 1);
}

class RecordWriter {
 public:
  explicit RecordWriter(std::size_t key_bytes) : out_(key_bytes) {}

  void tree(const std::string& name, const std::string& title, std::uint64_t entries,
            const std::deque<OutputBranch>& branches);
  std::vector<std::byte> take() { return out_.take(); }

 private:
  void line_style();
  void fill_style();
  void marker_style();
  void io_features();
  void branch(const OutputBranch& branch, std::uint32_t parent_place);
  void branch_part(const OutputBranch& branch, std::uint32_t own_place);
  void baskets(const OutputBranch& branch);
  std::uint32_t leaf(const OutputBranch& branch);
  void leaf_part(const OutputBranch& branch);

  ByteWriter out_;
  std::vector<std::uint32_t> leaves_;
  // The leaf that counts belongs to a collection's branch, but the leaves below name it first, and an object
  // is written where it is first named.
  const OutputBranch* counting_ = nullptr;
  std::uint32_t count_place_ = 0;
};

void RecordWriter::line_style() {
  const std::size_t start = out_.begin(2);
  for (const int value : {602, 1, 1}) out_.i16(value);
  out_.end(start);
}

void RecordWriter::fill_style() {
  const std::size_t start = out_.begin(2);
  for (const int value : {0, 1001}) out_.i16(value);
  out_.end(start);
}

void RecordWriter::marker_style() {
  const std::size_t start = out_.begin(3);
  for (const int value : {1, 1}) out_.i16(value);
  out_.number(1.0F);
  out_.end(start);
}

void RecordWriter::io_features() {
  const std::size_t start = out_.begin(0);
  out_.number(io_features_checksum);
  out_.zeros(1);
  out_.end(start);
}

std::uint64_t total(const std::deque<OutputBranch>& branches, std::uint64_t OutputBranch::*bytes) {
  std::uint64_t sum = 0;
  for (const OutputBranch& branch : branches) {
    sum += branch.*bytes;
    for (const OutputBranch& below : branch.branches) sum += below.*bytes;
  }
  return sum;
}

void RecordWriter::tree(const std::string& name, const std::string& title, std::uint64_t entries,
                        const std::deque<OutputBranch>& branches) {
  const std::size_t start = out_.begin(20);
  out_.named(name, title, 0x8);
  line_style();
  fill_style();
  marker_style();
  out_.i64(entries);
  out_.i64(total(branches, &OutputBranch::unpacked_bytes));
  out_.i64(total(branches, &OutputBranch::file_bytes));
  out_.i64(0);  // saved and flushed bytes
  out_.i64(0);
  out_.number(1.0);  // weight
  out_.i32(0);       // timer, scan field, update, length of tables, cluster ranges
  out_.i32(25);
  out_.i32(0);
  out_.i32(table_length);
  out_.i32(0);
  constexpr std::uint64_t endless = 1'000'000'000'000;
  for (const std::uint64_t value : {endless, endless, std::uint64_t{0}}) out_.i64(value);
  out_.number(std::int64_t{-300'000'000});  // automatic saving and flushing, as ROOT has it
  out_.number(std::int64_t{-30'000'000});
  out_.i64(1'000'000);
  out_.zeros(2);  // no cluster ranges
  io_features();
  const std::size_t array = out_.begin_array(branches.size());
  for (const OutputBranch& top : branches) {
    counting_ = top.leaf_is_count ? &top : nullptr;
    count_place_ = 0;
    branch(top, 0);
  }
  out_.end(array);
  const std::size_t leaf_array = out_.begin_array(leaves_.size());
  for (const std::uint32_t place : leaves_) out_.number(place);
  out_.end(leaf_array);
  out_.zeros(4 + 4 + 4 + 4 + 4 + 4 + 4);  // aliases, two index arrays, index, friends, user's, references
  out_.end(start);
}

void RecordWriter::branch(const OutputBranch& branch, std::uint32_t parent_place) {
  const std::uint32_t own_place = out_.place();
  const std::size_t object = out_.begin_object("TBranchElement");
  const std::size_t start = out_.begin(10);
  branch_part(branch, own_place);
  out_.text(branch.class_name);
  out_.text(branch.parent_name);
  out_.text(branch.clones_name);
  out_.number(branch.checksum);
  out_.i16(branch.class_version);
  out_.i32(branch.id);
  out_.i32(branch.type);
  out_.i32(branch.streamer_type);
  out_.i32(branch.most_objects);
  out_.number(counting_ != nullptr ? parent_place : 0);
  out_.i32(0);
  out_.end(start);
  out_.end(object);
}

void RecordWriter::branch_part(const OutputBranch& branch, std::uint32_t own_place) {
  const std::size_t start = out_.begin(13);
  out_.named(branch.name, branch.title, branch.branches.empty() ? branch_bits : parent_bits);
  fill_style();
  out_.i32(503);  // zstd, level 3
  out_.i32(basket_size);
  out_.i32(branch.fixed_size ? 0 : table_length);
  out_.i32(static_cast<std::int64_t>(branch.baskets.size()));
  out_.i64(branch.has_values ? branch.entries : 0);
  io_features();
  out_.i32(0);
  out_.i32(static_cast<std::int64_t>(places(branch)));
  out_.number(branch.split_level);
  out_.i64(branch.entries);
  out_.i64(0);
  out_.i64(branch.unpacked_bytes);
  out_.i64(branch.file_bytes);

  const std::size_t own_leaf = leaves_.size();
  leaves_.push_back(0);
  const std::size_t below = out_.begin_array(branch.branches.size());
  for (const OutputBranch& child : branch.branches) this->branch(child, own_place);
  out_.end(below);
  const std::size_t leaf_array = out_.begin_array(1);
  leaves_[own_leaf] = leaf(branch);
  out_.end(leaf_array);
  const std::size_t in_memory = out_.begin_array(0);
  out_.end(in_memory);
  baskets(branch);
  out_.end(start);
}

/// Three arrays that ROOT keeps longer than it needs, with one entry more than there are baskets: where the
/// next one would begin.
void RecordWriter::baskets(const OutputBranch& branch) {
  const std::size_t unused = places(branch) - branch.baskets.size();
  out_.number(std::uint8_t{1});
  for (const auto& basket : branch.baskets) out_.number(basket.place.bytes);
  out_.zeros(unused * sizeof(std::int32_t));
  out_.number(std::uint8_t{1});
  for (const auto& basket : branch.baskets) out_.i64(basket.first_entry);
  out_.i64(branch.has_values ? branch.entries : 0);
  out_.zeros((unused - 1) * sizeof(std::int64_t));
  out_.number(std::uint8_t{1});
  for (const auto& basket : branch.baskets) out_.i64(basket.place.seek);
  out_.zeros(unused * sizeof(std::int64_t));
  out_.text("");  // the name of another file
}

/// Writes a leaf, or names one that was written; gives its place.
std::uint32_t RecordWriter::leaf(const OutputBranch& branch) {
  if (&branch == counting_ && count_place_ != 0) {
    out_.number(count_place_);
    return count_place_;
  }
  const std::uint32_t place = out_.place();
  if (&branch == counting_) count_place_ = place;
  const std::size_t object = out_.begin_object("TLeafElement");
  const std::size_t start = out_.begin(1);
  leaf_part(branch);
  out_.i32(branch.id >= 0 ? branch.id : -1);
  out_.i32(branch.streamer_type);
  out_.end(start);
  out_.end(object);
  return place;
}

void RecordWriter::leaf_part(const OutputBranch& branch) {
  const std::size_t start = out_.begin(2);
  out_.named(branch.leaf_name, branch.leaf_title);
  out_.number(branch.leaf_length);
  out_.number(branch.leaf_bytes);
  out_.i32(0);
  out_.number(static_cast<std::uint8_t>(branch.leaf_is_count));
  out_.number(static_cast<std::uint8_t>(branch.leaf_is_unsigned));
  if (counting_ != nullptr && counting_ != &branch) {
    (void)leaf(*counting_);
  } else {
    out_.i32(0);
  }
  out_.end(start);
}

}  // namespace

std::vector<std::byte> tree_record(const std::string& name, const std::string& title, std::uint64_t entries,
                                   const std::deque<OutputBranch>& branches, std::size_t key_bytes) {
  RecordWriter record(key_bytes);
  record.tree(name, title, entries, branches);
  return record.take();
}

}  // namespace sluice::edm4hep

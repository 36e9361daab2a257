#include "stages/edm4hep/tree_output.h"

#include <algorithm>
#include <utility>

#include "stages/edm4hep/codec.h"
#include "stages/edm4hep/threads.h"
#include "stages/edm4hep/tree_record.h"

namespace sluice::edm4hep {

namespace {

constexpr std::int32_t counts_objects = 4;
constexpr std::int32_t member_of_collection = 41;
constexpr std::int32_t object_id = -2;

std::size_t basket_key_bytes(const OutputBranch& branch, const std::string& tree) {
  constexpr std::size_t tail = 2 + 4 * 4 + 1;
  return RootOutput::key_bytes("TBasket", branch.name, tree) + tail;
}

/// What the key of a basket says besides what every key does.
std::vector<std::byte> key_tail(const OutputBranch& branch, std::size_t key_bytes) {
  constexpr int basket_version = 3;
  ByteWriter out;
  out.i16(basket_version);
  out.i32(32'000);  // how large it may become before it is written; for ROOT's own use
  const auto entries = static_cast<std::int64_t>(branch.begins.size());
  const auto entry_bytes =
      static_cast<std::int64_t>(branch.values.size()) / std::max<std::int64_t>(entries, 1);
  out.i32(branch.fixed_size ? entry_bytes : 1000);
  out.i32(entries);
  out.i32(static_cast<std::int64_t>(key_bytes + branch.values.size()));
  out.zeros(1);
  return out.take();
}

/// The values, and where the entries begin.
std::vector<std::byte> basket_bytes(OutputBranch& branch, std::size_t key_bytes) {
  if (branch.fixed_size) return std::move(branch.values);
  ByteWriter table;
  table.i32(static_cast<std::int64_t>(branch.begins.size()) + 1);
  for (const std::uint32_t begin : branch.begins) table.i32(static_cast<std::int64_t>(begin + key_bytes));
  table.i32(0);
  std::vector<std::byte> bytes = std::move(branch.values);
  bytes.insert(bytes.end(), table.bytes().begin(), table.bytes().end());
  return bytes;
}

struct Packed {
  OutputBranch* branch = nullptr;
  std::vector<std::byte> tail;
  Buffer bytes;
  std::uint32_t unpacked_bytes = 0;
  std::size_t entries = 0;
};

void collect(OutputBranch& branch, std::vector<Packed>& all) {
  if (branch.has_values) all.push_back({&branch, {}, {}, 0, 0});
  for (OutputBranch& below : branch.branches) collect(below, all);
}

void describe_number(OutputBranch& branch, const ClassMember& member) {
  branch.streamer_type = streamer_type(member.number) + (member.length > 1 ? streamer_array : 0);
  branch.leaf_length = member.length;
  branch.leaf_bytes = static_cast<std::uint32_t>(size_of(member.number));
  branch.leaf_is_unsigned = member.number == Number::u8 || member.number == Number::u16 ||
                            member.number == Number::u32 || member.number == Number::u64;
  if (member.kind == ClassMember::Kind::flag) {
    constexpr std::int32_t streamer_flag = 18;
    branch.streamer_type = streamer_flag;
    branch.leaf_bytes = 1;
  }
  if (member.kind == ClassMember::Kind::text) {
    branch.streamer_type = streamer_text;
    branch.leaf_bytes = 0;
  }
}

const ClassInfo* find_class(std::span<const ClassInfo> classes, std::string_view name) {
  const auto found =
      std::find_if(classes.begin(), classes.end(), [&](const auto& c) { return c.name == name; });
  return found == classes.end() ? nullptr : &*found;
}

/// The branches below a collection, for one class: itself, or one of its components.
void add_members(OutputBranch& collection, const ClassInfo& top, const ClassInfo& info,
                 const std::string& prefix, std::span<const ClassInfo> components) {
  std::int32_t id = 0;
  for (const ClassMember& member : info.members) {
    const std::int32_t own_id = id++;
    if (member.kind == ClassMember::Kind::object) {
      if (const ClassInfo* part = find_class(components, member.class_name))
        add_members(collection, top, *part, prefix + member.name + ".", components);
      continue;
    }
    OutputBranch branch;
    branch.leaf_name = collection.name + "." + prefix + member.name;
    branch.name = branch.leaf_name + (member.length > 1 ? "[" + std::to_string(member.length) + "]" : "");
    branch.title = member.name + "[" + collection.name + "_]";
    branch.leaf_title = branch.title;
    branch.class_name = info.name;
    branch.parent_name = top.name;
    branch.checksum = info.checksum();
    branch.class_version = info.version;
    branch.id = own_id;
    branch.type = member_of_collection;
    branch.split_level = 0;
    describe_number(branch, member);
    collection.branches.push_back(std::move(branch));
  }
}

}  // namespace

void OutputBranch::add_numbers(Number number, std::span<const std::byte> numbers) {
  with_type(number, [&](auto zero) {
    using T = decltype(zero);
    const std::size_t start = values.size();
    values.resize(start + numbers.size());
    for (std::size_t at = 0; at < numbers.size(); at += sizeof(T)) {
      T value;
      std::memcpy(&value, numbers.data() + at, sizeof(T));
      value = swap_big_endian(value);
      std::memcpy(values.data() + start + at, &value, sizeof(T));
    }
  });
}

void OutputBranch::add_vector_head(std::size_t elements, std::size_t bytes) {
  constexpr std::uint16_t vector_version = 10;
  constexpr std::uint32_t byte_count_flag = 0x40000000;
  add(static_cast<std::uint32_t>(bytes + 2 + 4) | byte_count_flag);
  add(vector_version);
  add(static_cast<std::uint32_t>(elements));
}

OutputBranch collection_branch(const std::string& name, const ClassInfo& info,
                               std::span<const ClassInfo> components) {
  constexpr std::int32_t vector_version = 6;
  OutputBranch branch;
  branch.name = name;
  branch.title = name + "_";
  branch.class_name = "vector<" + info.name + (info.name.ends_with('>') ? " >" : ">");
  branch.clones_name = info.name;
  branch.checksum = name_checksum(branch.class_name);
  branch.class_version = vector_version;
  branch.type = counts_objects;
  branch.leaf_name = branch.title;
  branch.leaf_title = branch.title;
  branch.leaf_is_count = true;
  add_members(branch, info, info, "", components);
  return branch;
}

OutputBranch vector_branch(const std::string& name, const std::string& class_name) {
  OutputBranch branch;
  branch.name = branch.title = branch.leaf_name = branch.leaf_title = name;
  branch.class_name = class_name;
  branch.checksum = name_checksum(class_name);
  branch.class_version = 6;
  return branch;
}

OutputBranch object_branch(const std::string& name, const ClassInfo& info) {
  OutputBranch branch;
  branch.name = branch.title = branch.leaf_name = branch.leaf_title = name;
  branch.class_name = info.name;
  branch.checksum = info.checksum();
  branch.class_version = info.version;
  branch.id = object_id;
  branch.has_values = false;
  for (const ClassMember& member : info.members) {
    OutputBranch below;
    below.name = below.title = below.leaf_name = below.leaf_title = member.name;
    below.class_name = below.parent_name = info.name;
    below.checksum = info.checksum();
    below.class_version = info.version;
    below.id = static_cast<std::int32_t>(branch.branches.size());
    below.split_level = 98;
    below.fixed_size = true;
    describe_number(below, member);
    branch.branches.push_back(std::move(below));
  }
  return branch;
}

Status TreeOutput::write_cluster(RootOutput& output, int threads) {
  if (entries_ == written_entries_) return Ok{};
  std::vector<Packed> all;
  for (OutputBranch& branch : branches_) collect(branch, all);
  (void)for_each(threads, all.size(), [&](std::size_t i) -> Status {
    Packed& packed = all[i];
    const std::size_t key_bytes = basket_key_bytes(*packed.branch, name_);
    packed.tail = key_tail(*packed.branch, key_bytes);
    packed.entries = packed.branch->begins.size();
    const auto bytes = basket_bytes(*packed.branch, key_bytes);
    packed.unpacked_bytes = static_cast<std::uint32_t>(bytes.size());
    packed.bytes = pack(bytes);
    return Ok{};
  });
  for (Packed& packed : all) {
    OutputBranch& branch = *packed.branch;
    auto place = output.write_basket(branch.name, name_, packed.tail, packed.bytes, packed.unpacked_bytes);
    if (!place) return std::move(place).error();
    branch.baskets.push_back({*place, written_entries_});
    branch.entries += packed.entries;
    branch.unpacked_bytes += packed.unpacked_bytes + basket_key_bytes(branch, name_);
    branch.file_bytes += place->bytes;
    branch.values.clear();
    branch.begins.clear();
    packed.bytes.clear();
  }
  written_entries_ = entries_;
  return Ok{};
}

Status TreeOutput::write(RootOutput& output) {
  const std::size_t key_bytes = RootOutput::key_bytes("TTree", name_, title_);
  return output.write_object("TTree", name_, title_,
                             tree_record(name_, title_, entries_, branches_, key_bytes));
}

}  // namespace sluice::edm4hep

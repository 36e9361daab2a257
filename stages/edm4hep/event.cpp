#include "stages/edm4hep/event.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <stdexcept>

#include "stages/edm4hep/reader.h"

namespace sluice::edm4hep {

namespace {

[[noreturn]] void refuse(const std::string& problem) { throw std::logic_error(problem); }

/// podio takes letters, digits and '_', not at the start, where it marks its own branches.
bool is_collection_name(std::string_view name) {
  return !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) != 0 &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

}  // namespace

std::uint32_t FileSchema::add(std::string name, std::string_view type) {
  const DataType* known = find_type(type);
  if (known == nullptr) refuse("collection " + name + ": there is no type " + std::string(type));
  if (!is_collection_name(name)) refuse("'" + name + "' is not the name of a collection");
  const std::uint32_t id = collection_id(name);
  for (const Entry& entry : entries_)
    if (entry.name == name || entry.id == id) refuse("collection " + name + " is there already");
  entries_.push_back({std::move(name), known, id});
  return id;
}

std::uint32_t FileSchema::id(std::string_view name) const {
  for (const Entry& entry : entries_)
    if (entry.name == name) return entry.id;
  refuse("there is no collection " + std::string(name));
}

Block::Block(const DataType& type) : type_(type.name) {
  for (const Member& member : type.members) add_fields("", member);
  for (const RelationMember& relation : type.to_many)
    relations_.push_back({std::string(relation.name), true, {0}, {}});
  for (const RelationMember& relation : type.to_one)
    relations_.push_back({std::string(relation.name), false, {}, {}});
  for (const Member& vector : type.vectors)
    vectors_.push_back({std::string(vector.name), {0}, Block(vector)});
}

Block::Block(const Member& vector) : type_(vector.name) {
  if (vector.component == nullptr) {
    fields_.push_back({"", vector.number, vector.length, {}});
    return;
  }
  type_ = vector.component->name;
  for (const Member& member : vector.component->members) add_fields("", member);
}

void Block::add_fields(const std::string& prefix, const Member& member) {
  const std::string name = prefix + std::string(member.name);
  if (member.component == nullptr) {
    fields_.push_back({name, member.number, member.length, {}});
    return;
  }
  for (const Member& part : member.component->members) add_fields(name + ".", part);
}

void Block::resize(std::size_t objects) {
  size_ = objects;
  for (Field& field : fields_)
    field.bytes.assign(objects * field.length * size_of(field.number), std::byte{0});
  for (References& relation : relations_) {
    relation.offsets.assign(relation.many ? objects + 1 : 0, 0);
    relation.refs.assign(relation.many ? 0 : objects, ObjectRef{});
  }
  for (Vector& vector : vectors_) {
    vector.offsets.assign(objects + 1, 0);
    vector.elements.resize(0);
  }
}

std::vector<std::byte>& Block::member_bytes(std::string_view member, Number number) {
  for (Field& field : fields_) {
    if (field.name != member) continue;
    if (field.number != number)
      refuse(type_ + "." + field.name + " is a " + std::string(name_of(field.number)) + ", not a " +
             std::string(name_of(number)));
    return field.bytes;
  }
  refuse(type_ + " has no member " + std::string(member));
}

void Block::set_bytes(std::string_view member, Number number, std::span<const std::byte> bytes) {
  std::vector<std::byte>& stored = member_bytes(member, number);
  if (stored.size() != bytes.size())
    refuse(type_ + "." + std::string(member) + " takes " + std::to_string(stored.size() / size_of(number)) +
           " numbers, not " + std::to_string(bytes.size() / size_of(number)));
  std::copy(bytes.begin(), bytes.end(), stored.begin());
}

Block::References& Block::relation(std::string_view name, bool many) {
  for (References& relation : relations_) {
    if (relation.name != name) continue;
    if (relation.many != many)
      refuse(type_ + "." + relation.name +
             (many ? " is a relation to one object: it takes no offsets"
                   : " is a relation to many: it takes offsets"));
    return relation;
  }
  refuse(type_ + " has no relation " + std::string(name));
}

void Block::check_offsets(std::string_view what, std::span<const std::uint32_t> offsets) const {
  if (offsets.size() != size_ + 1 || offsets.front() != 0 || !std::is_sorted(offsets.begin(), offsets.end()))
    refuse(type_ + "." + std::string(what) + " takes " + std::to_string(size_ + 1) +
           " offsets that begin with 0 and never fall");
}

void Block::set_relation(std::string_view name, std::span<const std::uint32_t> offsets,
                         std::span<const ObjectRef> refs) {
  References& stored = relation(name, true);
  check_offsets(name, offsets);
  if (offsets.back() != refs.size())
    refuse(type_ + "." + std::string(name) + ": the last offset is not the number of references");
  stored.offsets.assign(offsets.begin(), offsets.end());
  stored.refs.assign(refs.begin(), refs.end());
}

void Block::set_relation(std::string_view name, std::span<const ObjectRef> refs) {
  References& stored = relation(name, false);
  if (refs.size() != size_)
    refuse(type_ + "." + std::string(name) + " takes " + std::to_string(size_) + " references, not " +
           std::to_string(refs.size()));
  stored.refs.assign(refs.begin(), refs.end());
}

Block& Block::set_vector(std::string_view name, std::span<const std::uint32_t> offsets) {
  const auto vector =
      std::find_if(vectors_.begin(), vectors_.end(), [&](const Vector& v) { return v.name == name; });
  if (vector == vectors_.end()) refuse(type_ + " has no vector member " + std::string(name));
  check_offsets(name, offsets);
  vector->offsets.assign(offsets.begin(), offsets.end());
  vector->elements.resize(offsets.back());
  return vector->elements;
}

Event::Event(const FileSchema& schema) {
  for (const FileSchema::Entry& entry : schema.entries()) {
    names_.push_back(entry.name);
    blocks_.emplace_back(*entry.type);
  }
}

Block& Event::operator[](std::string_view collection) {
  for (std::size_t i = 0; i < names_.size(); ++i)
    if (names_[i] == collection) return blocks_[i];
  refuse("the file has no collection " + std::string(collection));
}

void Event::clear() {
  for (Block& block : blocks_) block.resize(0);
}

}  // namespace sluice::edm4hep

#include "stages/edm4hep/class_info.h"

#include <algorithm>

#include "stages/edm4hep/byte_writer.h"

namespace sluice::edm4hep {

namespace {

constexpr std::int32_t edm4hep_schema_version = 6;

std::uint32_t mix(std::uint32_t sum, std::string_view text) {
  for (const char c : text) sum = sum * 3 + static_cast<unsigned char>(c);
  return sum;
}

std::string type_name(const ClassMember& member) {
  switch (member.kind) {
    case ClassMember::Kind::flag: return "bool";
    case ClassMember::Kind::text: return "string";
    case ClassMember::Kind::object: return member.class_name;
    case ClassMember::Kind::number: break;
  }
  return std::string(cpp_name(member.number));
}

std::uint32_t alignment(const ClassMember& member) {
  // Vectors of EDM4hep begin with their only kind of number; anything of 8 bytes is aligned to 8.
  if (member.kind == ClassMember::Kind::text) return 8;
  if (member.kind == ClassMember::Kind::object) return member.class_name.ends_with('d') ? 8 : 4;
  return static_cast<std::uint32_t>(size_of(member.number));
}

ClassMember member_of(const Member& member) {
  ClassMember made{std::string(member.name), ClassMember::Kind::number, member.number, member.length, "", 0};
  made.bytes = member.length * static_cast<std::uint32_t>(size_of(member.number));
  if (member.component != nullptr) {
    made.kind = ClassMember::Kind::object;
    made.class_name = member.component->name;
    made.bytes = class_of(*member.component).bytes();
  }
  return made;
}

void add_range(ClassInfo& info, std::string_view name) {
  for (const char* end : {"_begin", "_end"})
    info.members.push_back({std::string(name) + end, ClassMember::Kind::number, Number::u32, 1, "", 4});
}

constexpr std::int32_t streamer_stl_text = 365;

void write_element(ByteWriter& out, const ClassMember& member) {
  const bool is_array = member.length > 1;
  std::int32_t type = streamer_type(member.number);
  const char* class_name = "TStreamerBasicType";
  if (member.kind == ClassMember::Kind::flag) type = 18;
  if (member.kind == ClassMember::Kind::object) {
    type = streamer_object;
    class_name = "TStreamerObjectAny";
  }
  if (member.kind == ClassMember::Kind::text) {
    type = 500;
    class_name = "TStreamerSTLstring";
  }
  const std::size_t object = out.begin_object(class_name);
  const std::size_t outer = out.begin(2);
  const std::size_t stl = member.kind == ClassMember::Kind::text ? out.begin(3) : 0;
  const std::size_t element = out.begin(4);
  out.named(member.name, "");
  out.i32(type + (is_array ? streamer_array : 0));
  out.i32(member.bytes);
  out.i32(is_array ? member.length : 0);
  out.i32(is_array ? 1 : 0);
  out.i32(is_array ? member.length : 0);
  out.zeros(4 * sizeof(std::int32_t));
  out.text(type_name(member));
  out.end(element);
  if (member.kind == ClassMember::Kind::text) {
    out.i32(streamer_stl_text);
    out.i32(streamer_stl_text);
    out.end(stl);
  }
  out.end(outer);
  out.end(object);
}

void write_info(ByteWriter& out, const ClassInfo& info) {
  constexpr std::uint32_t bits = 0x00010000;
  const std::size_t object = out.begin_object("TStreamerInfo");
  const std::size_t start = out.begin(10);
  out.named(info.name, "", bits);
  out.number(info.checksum());
  out.i32(info.version);
  const std::size_t array_object = out.begin_object("TObjArray");
  const std::size_t array = out.begin_array(info.members.size());
  for (const ClassMember& member : info.members) write_element(out, member);
  out.end(array);
  out.end(array_object);
  out.end(start);
  out.end(object);
}

}  // namespace

std::int32_t streamer_type(Number number) {
  switch (number) {
    case Number::i8: return 1;
    case Number::i16: return 2;
    case Number::i32: return 3;
    case Number::i64: return 4;
    case Number::u8: return 11;
    case Number::u16: return 12;
    case Number::u32: return 13;
    case Number::u64: return 14;
    case Number::f32: return 5;
    case Number::f64: return 8;
  }
  return 0;
}

std::string_view cpp_name(Number number) {
  switch (number) {
    case Number::i8: return "char";
    case Number::i16: return "short";
    case Number::i32: return "int";
    case Number::i64: return "long";
    case Number::u8: return "unsigned char";
    case Number::u16: return "unsigned short";
    case Number::u32: return "unsigned int";
    case Number::u64: return "unsigned long";
    case Number::f32: return "float";
    case Number::f64: return "double";
  }
  return "";
}

std::uint32_t name_checksum(std::string_view class_name) { return mix(0, class_name); }

std::uint32_t ClassInfo::checksum() const {
  std::uint32_t sum = mix(0, name);
  for (const ClassMember& member : members) {
    sum = mix(sum, member.name);
    const std::string type = type_name(member);
    sum = mix(sum, member.length > 1 ? "array<" + type + "," + std::to_string(member.length) + ">" : type);
  }
  return sum;
}

std::uint32_t ClassInfo::bytes() const {
  std::uint32_t at = 0;
  std::uint32_t widest = 1;
  for (const ClassMember& member : members) {
    const std::uint32_t align = alignment(member);
    at = (at + align - 1) / align * align + member.bytes;
    widest = std::max(widest, align);
  }
  return (at + widest - 1) / widest * widest;
}

ClassInfo class_of(const Component& component) {
  ClassInfo info{std::string(component.name), edm4hep_schema_version, {}};
  for (const Member& member : component.members) info.members.push_back(member_of(member));
  return info;
}

ClassInfo class_of(const DataType& type) {
  if (type.is_link()) return {"podio::LinkData", 1, {member_of(type.members[0])}};
  ClassInfo info{std::string(type.name) + "Data", edm4hep_schema_version, {}};
  for (const Member& member : type.members) info.members.push_back(member_of(member));
  for (const Member& vector : type.vectors) add_range(info, vector.name);
  for (const RelationMember& relation : type.to_many) add_range(info, relation.name);
  return info;
}

ClassInfo object_id_class() {
  return {"podio::ObjectID",
          1,
          {{"index", ClassMember::Kind::number, Number::i32, 1, "", 4},
           {"collectionID", ClassMember::Kind::number, Number::u32, 1, "", 4}}};
}

std::vector<std::byte> streamer_infos(std::span<const ClassInfo> classes, std::size_t key_bytes) {
  ByteWriter out(key_bytes);
  const std::size_t list = out.begin(5);
  out.object_header();
  out.text("");
  out.i32(static_cast<std::int64_t>(classes.size()));
  for (const ClassInfo& info : classes) {
    write_info(out, info);
    out.text("");  // the list's option for this object
  }
  out.end(list);
  return out.take();
}

}  // namespace sluice::edm4hep

#include "stages/edm4hep/edm_definition.h"

#include <map>

#include "stages/edm4hep/schema.h"

namespace sluice::edm4hep {

namespace {

std::string_view definition_name(Number number) {
  switch (number) {
    case Number::i8: return "std::int8_t";
    case Number::i16: return "std::int16_t";
    case Number::i32: return "std::int32_t";
    case Number::i64: return "std::int64_t";
    case Number::u8: return "std::uint8_t";
    case Number::u16: return "std::uint16_t";
    case Number::u32: return "std::uint32_t";
    case Number::u64: return "std::uint64_t";
    case Number::f32: return "float";
    case Number::f64: return "double";
  }
  return "";
}

std::string definition_of(const Member& member) {
  std::string type(member.component != nullptr ? member.component->name : definition_name(member.number));
  if (member.length > 1) type = "std::array<" + type + ", " + std::to_string(member.length) + ">";
  return type + " " + std::string(member.name);
}

std::string definition_of(const RelationMember& relation) {
  return std::string(relation.target) + " " + std::string(relation.name);
}

template <typename T>
std::string list(std::string_view name, std::span<const T> members) {
  std::string text = "\"" + std::string(name) + "\": [";
  for (const T& member : members) {
    if (text.back() != '[') text += ", ";
    text += "\"" + definition_of(member) + "\"";
  }
  return text + "]";
}

using Components = std::map<std::string_view, const Component*>;

void collect(const Member& member, Components& components) {
  if (member.component == nullptr) return;
  components[member.component->name] = member.component;
  for (const Member& part : member.component->members) collect(part, components);
}

void append(std::string& object, std::string_view name, const std::string& body) {
  if (!object.empty()) object += ", ";
  object += "\"" + std::string(name) + "\": {" + body + "}";
}

}  // namespace

std::string edm_definition() {
  Components found;
  std::string types;
  std::string links;
  for (const DataType& type : all_types()) {
    if (type.is_link()) {
      append(links, type.name,
             "\"From\": \"" + std::string(type.to_one[0].target) + "\", \"To\": \"" +
                 std::string(type.to_one[1].target) + "\"");
      continue;
    }
    for (const Member& member : type.members) collect(member, found);
    for (const Member& vector : type.vectors) collect(vector, found);
    append(types, type.name,
           list("Members", type.members) + ", " + list("VectorMembers", type.vectors) + ", " +
               list("OneToManyRelations", type.to_many) + ", " + list("OneToOneRelations", type.to_one));
  }
  std::string components;
  for (const auto& [name, component] : found) append(components, name, list("Members", component->members));
  return "{\"options\": {\"getSyntax\": true, \"exposePODMembers\": false, \"includeSubfolder\": "
         "\"edm4hep/\"}, "
         "\"schema_version\": 6, \"components\": {" +
         components + "}, \"datatypes\": {" + types + "}, \"links\": {" + links + "}}";
}

}  // namespace sluice::edm4hep

// The classes whose objects a file holds, as ROOT describes them: a file carries that description, so that
// readers without the classes can make sense of it, and branches name the checksum of theirs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/edm4hep/schema.h"

namespace sluice::edm4hep {

/// ROOT's numbers for the kinds of members.
enum StreamerType : std::int32_t {
  streamer_text = 300,   ///< a std::string, as branches call it
  streamer_object = 62,  ///< of another class
  streamer_array = 20,   ///< added to the number of an element
};
std::int32_t streamer_type(Number number);
std::string_view cpp_name(Number number);  ///< "unsigned int"

struct ClassMember {
  enum class Kind : std::uint8_t { number, flag, text, object };
  std::string name;
  Kind kind = Kind::number;
  Number number = Number::u32;
  std::uint32_t length = 1;  ///< of an array
  std::string class_name;    ///< of an object
  std::uint32_t bytes = 4;   ///< in memory
};

struct ClassInfo {
  std::string name;
  std::int32_t version = 1;
  std::vector<ClassMember> members;

  /// ROOT's: over the names and types of the members.
  std::uint32_t checksum() const;
  std::uint32_t bytes() const;  ///< of an object in memory
};

/// Of a class without members that are known, such as vector<…>.
std::uint32_t name_checksum(std::string_view class_name);

ClassInfo class_of(const Component& component);
/// Of what a collection of this type stores: "edm4hep::MCParticleData".
ClassInfo class_of(const DataType& type);
ClassInfo object_id_class();

/// The list of descriptions that a ROOT file keeps under the name StreamerInfo.
std::vector<std::byte> streamer_infos(std::span<const ClassInfo> classes, std::size_t key_bytes);

}  // namespace sluice::edm4hep

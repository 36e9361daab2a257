// What EDM4hep's types consist of (version 1.0): the members, vector members and relations that a writer has
// to write, in EDM4hep's own order. Only types that our stages write are here.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "stages/edm4hep/number.h"

namespace sluice::edm4hep {

/// A plain struct that types have as members: edm4hep::Vector3f, edm4hep::TrackState.
struct Component;

/// A member of a type: numbers (an array when length > 1), or a component.
struct Member {
  std::string_view name;
  Number number = Number::f32;
  std::uint32_t length = 1;
  const Component* component = nullptr;  ///< instead of a number
};

struct Component {
  std::string_view name;  ///< "edm4hep::Vector3f"
  std::span<const Member> members;
};

struct RelationMember {
  std::string_view name;    ///< "parents"
  std::string_view target;  ///< "edm4hep::MCParticle"; empty: any
};

struct DataType {
  std::string_view name;  ///< "edm4hep::MCParticle"
  std::span<const Member> members;
  std::span<const Member> vectors;  ///< vector members: "trackStates", of a component or of numbers
  std::span<const RelationMember> to_many;
  std::span<const RelationMember> to_one;

  bool is_link() const;  ///< between two objects, with a weight: podio keeps those in a class of its own
};

/// Null when the writer knows no such type. Links are named by EDM4hep's short names
/// ("edm4hep::RecoMCParticleLink"): members weight, relations from and to.
const DataType* find_type(std::string_view name);
std::span<const DataType> all_types();

}  // namespace sluice::edm4hep

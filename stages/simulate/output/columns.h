// Fills the columns of an EDM4hep block from an array of structs, a member at a time.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "stages/edm4hep/event.h"
#include "stages/simulate/event/simulated_event.h"

namespace sluice::simulate {

/// get(object) is the number.
template <typename T, typename Object, typename Get>
void set_column(edm4hep::Block& block, std::string_view name, std::span<const Object> objects, Get get) {
  const std::span<T> column = block.column<T>(name);
  for (std::size_t i = 0; i < objects.size(); ++i) column[i] = static_cast<T>(get(objects[i]));
}

/// get(object) is a vector of three: an array, or a Vec3.
template <typename T, typename Object, typename Get>
void set_vector3(edm4hep::Block& block, const std::string& name, std::span<const Object> objects, Get get) {
  const auto part = [&](const Object& object, std::size_t axis) {
    const auto vector = get(object);
    if constexpr (requires { vector.x; })
      return axis == 0 ? vector.x : axis == 1 ? vector.y : vector.z;
    else
      return vector[axis];
  };
  set_column<T>(block, name + ".x", objects, [&](const Object& object) { return part(object, 0); });
  set_column<T>(block, name + ".y", objects, [&](const Object& object) { return part(object, 1); });
  set_column<T>(block, name + ".z", objects, [&](const Object& object) { return part(object, 2); });
}

/// The ranges' ends as offsets; ranges follow each other without gaps.
template <typename Object, typename Get>
std::vector<std::uint32_t> offsets_of(std::span<const Object> objects, Get range) {
  std::vector<std::uint32_t> offsets = {0};
  offsets.reserve(objects.size() + 1);
  for (const Object& object : objects) offsets.push_back(range(object).end);
  return offsets;
}

/// As many elements for each object.
inline std::vector<std::uint32_t> even_offsets(std::size_t objects, std::size_t each) {
  std::vector<std::uint32_t> offsets(objects + 1);
  for (std::size_t i = 0; i <= objects; ++i) offsets[i] = static_cast<std::uint32_t>(i * each);
  return offsets;
}

inline std::vector<edm4hep::ObjectRef> refs_to(std::uint32_t collection,
                                               std::span<const std::uint32_t> indices) {
  std::vector<edm4hep::ObjectRef> refs;
  refs.reserve(indices.size());
  for (const std::uint32_t index : indices) refs.push_back({static_cast<std::int32_t>(index), collection});
  return refs;
}

}  // namespace sluice::simulate

#include "stages/events/format.h"

#include <algorithm>

namespace sluice::events {

namespace {

template <typename Items>
std::optional<std::size_t> position(const Items& items, std::string_view name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.name == name; });
  if (found == items.end()) return std::nullopt;
  return static_cast<std::size_t>(found - items.begin());
}

}  // namespace

std::optional<std::size_t> find_collection(const FileSpec& spec, std::string_view name) {
  return position(spec.collections, name);
}

std::optional<MatrixId> find_matrix(const FileSpec& spec, std::string_view collection,
                                    std::string_view matrix) {
  const auto group = find_collection(spec, collection);
  if (!group) return std::nullopt;
  const auto inside = position(spec.collections[*group].matrices, matrix);
  if (!inside) return std::nullopt;
  return MatrixId{*group, *inside};
}

std::optional<std::size_t> find_column(const MatrixSpec& spec, std::string_view column) {
  const auto found = std::find(spec.columns.begin(), spec.columns.end(), column);
  if (found == spec.columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - spec.columns.begin());
}

const AttributeValue* find_attribute(const Attributes& attributes, std::string_view name) {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const Attribute& attribute) { return attribute.name == name; });
  return found == attributes.end() ? nullptr : &found->value;
}

}  // namespace sluice::events

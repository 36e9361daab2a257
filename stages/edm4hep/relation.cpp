#include "stages/edm4hep/relation.h"

namespace sluice::edm4hep {

std::vector<Request> relation_requests(const std::string& relation) {
  return {want<std::uint32_t>(relation + "_begin"), want<std::uint32_t>(relation + "_end"),
          want<std::int32_t>(relation + ".index"), want<std::uint32_t>(relation + ".collectionID")};
}

Relation::Relation(const Columns& columns, const std::string& relation)
    : begin_(&columns[relation + "_begin"]),
      end_(&columns[relation + "_end"]),
      index_(&columns[relation + ".index"]),
      collection_(&columns[relation + ".collectionID"]) {}

std::optional<ElementRange> Relation::elements(std::uint64_t event, std::uint64_t object) const {
  if (index_->objects(event) != collection_->objects(event)) return std::nullopt;
  if (to_many()) return elements_of(*begin_, *end_, *index_, event, object);
  if (object >= index_->objects(event)) return std::nullopt;
  return ElementRange{object, object + 1};
}

std::optional<ElementRange> elements_of(const Column& begin, const Column& end, const Column& array,
                                        std::uint64_t event, std::uint64_t object) {
  const auto begins = begin.of<std::uint32_t>(event);
  const auto ends = end.of<std::uint32_t>(event);
  if (object >= begins.size() || object >= ends.size()) return std::nullopt;
  const ElementRange range{begins[object], ends[object]};
  if (range.first > range.last || range.last > array.objects(event)) return std::nullopt;
  return range;
}

}  // namespace sluice::edm4hep

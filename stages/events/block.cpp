#include "stages/events/block.h"

#include <algorithm>

namespace sluice::events {

Block::Block(const FileSpec& spec) : ends_(spec.collections.size()) {
  for (const CollectionSpec& collection : spec.collections) {
    auto& matrices = rows_.emplace_back();
    for (const MatrixSpec& matrix : collection.matrices) matrices.emplace_back(matrix);
  }
}

void Block::end_event() {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    std::size_t longest = 0;
    for (const Rows& rows : rows_[i]) longest = std::max(longest, rows.rows());
    for (Rows& rows : rows_[i]) rows.resize(longest);
    ends_[i].push_back(longest);
  }
}

std::size_t Block::bytes() const {
  std::size_t sum = 0;
  for (const auto& matrices : rows_)
    for (const Rows& rows : matrices) sum += rows.bytes().size();
  return sum;
}

void Block::clear() {
  for (auto& matrices : rows_)
    for (Rows& rows : matrices) rows.clear();
  for (auto& ends : ends_) ends.clear();
}

}  // namespace sluice::events

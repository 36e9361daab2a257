#include "engine/schedule/children.h"

namespace sluice::schedule {

void Children::add(Unit owner, Unit child) {
  owners_.push_back(owner);
  families_[owner].children.push_back(child);
}

const std::vector<Unit>& Children::of(Unit owner) const {
  static const std::vector<Unit> none;
  const auto found = families_.find(owner);
  return found == families_.end() ? none : found->second.children;
}

int Children::running(Unit owner) const {
  const auto found = families_.find(owner);
  return found == families_.end() ? 0 : found->second.running;
}

void Children::started(Unit child) {
  if (owner(child) != no_unit) ++families_[owner(child)].running;
}

void Children::ended(Unit child) {
  if (owner(child) != no_unit) --families_[owner(child)].running;
}

}  // namespace sluice::schedule

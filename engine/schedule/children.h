// Which units were asked for by which: owners and their children.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "engine/schedule/problem.h"

namespace sluice::schedule {

class Children {
 public:
  explicit Children(std::size_t tasks) : tasks_(tasks) {}

  /// Children are added in the order of their numbers, right after the tasks.
  void add(Unit owner, Unit child);
  /// no_unit for a task.
  Unit owner(Unit unit) const { return unit < tasks_ ? no_unit : owners_[unit - tasks_]; }
  const std::vector<Unit>& of(Unit owner) const;
  int running(Unit owner) const;
  void started(Unit child);
  void ended(Unit child);

 private:
  struct Family {
    std::vector<Unit> children;
    int running = 0;
  };

  std::size_t tasks_;
  std::vector<Unit> owners_;  ///< by child
  std::unordered_map<Unit, Family> families_;
};

}  // namespace sluice::schedule

// Who is next. Units that ask for exactly the same thing stand in one line, ordered by priority: if the first
// does not fit, no other of that line does. So 100,000 queued units cost as much as a handful of lines.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "engine/schedule/slots.h"
#include "engine/schedule/unit_table.h"

namespace sluice::schedule {

/// What makes units stand in one line.
struct LineKey {
  std::uint32_t executor = 0;
  Unit owner = no_unit;  ///< only where an owner limits its children
  Demand demand;

  auto operator<=>(const LineKey&) const = default;
};

class Queue {
 public:
  /// Deeper units first (they finish what was begun), then the lower number. Smaller is earlier.
  using Priority = std::uint64_t;

  /// A line and the unit at its head: a stop on the way from the most to the least urgent.
  struct Head {
    Priority priority = 0;
    LineIndex line = no_line;

    Unit unit() const { return static_cast<Unit>(priority); }
    auto operator<=>(const Head&) const = default;
  };

  LineIndex line(const LineKey& key);
  const LineKey& key(LineIndex line) const { return *lines_[line].key; }

  /// The unit is `queued` in its record. One that is cancelled leaves by getting another state.
  void push(Unit unit, LineIndex line, int depth);
  std::optional<Head> first(const UnitTable& units);
  std::optional<Head> next(const Head& after, const UnitTable& units);
  /// Takes the unit off the head of its line.
  void pop(const Head& head);

 private:
  struct Line {
    const LineKey* key = nullptr;
    std::vector<Priority> heap;        ///< may still hold units that were cancelled
    std::optional<Priority> standing;  ///< the key under which `heads_` knows this line
  };

  std::optional<Head> first_at_or_after(Head head, const UnitTable& units);
  void drop_top(Line& line);
  void stand(LineIndex line);

  std::map<LineKey, LineIndex> index_;
  std::vector<Line> lines_;
  std::set<Head> heads_;  ///< of the lines that are not empty
};

}  // namespace sluice::schedule

// How much may run at once. Everything that is limited (an executor's CPUs, GPUs, memory and attempts in
// flight; a pool) is a meter, and what a unit asks for is a short list of amounts, so that one loop decides
// whether it fits.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/schedule/problem.h"

namespace sluice::schedule {

struct Amount {
  std::uint32_t meter = 0;
  std::int64_t amount = 0;

  auto operator<=>(const Amount&) const = default;
};

/// Ordered from what is scarce and shared by few (pools, GPUs) to what everybody takes (CPUs, places in
/// flight). A unit that waits long collects in this order, so that it never holds CPUs idle while it waits
/// for a pool.
using Demand = std::vector<Amount>;

class Slots {
 public:
  explicit Slots(const Problem& problem);

  /// Too few CPUs make a task slow, too few GPUs make it impossible.
  bool possible(const Policy& policy, const Resources& resources) const;
  /// What `resources` take under this policy, clipped to what exists.
  Demand demand(const Policy& policy, const Resources& resources) const;

  /// Index of the first entry that does not fit; demand.size() when all do.
  std::size_t first_lacking(const Demand& demand) const;
  bool fits(const Demand& demand) const { return first_lacking(demand) == demand.size(); }
  void take(const Demand& demand);
  void give_back(const Demand& demand);

  /// Keeps the first `entries` of the demand from those who ask later.
  void reserve(const Demand& demand, std::size_t entries);
  void clear_reservations();

  /// "4 CPUs: 1 of 2 free" for the first entry that lacks; empty when nothing but a reservation is in the
  /// way.
  std::string lacking(const Demand& demand) const;

 private:
  struct Meter {
    std::int64_t size = -1;  ///< negative: no limit
    std::int64_t used = 0;   ///< may exceed the size: attempts of an earlier driver are taken as they are
    std::int64_t reserved = 0;
    std::int64_t free() const { return size - used; }
  };
  enum Kind : std::uint32_t { gpus, memory, cpus, in_flight, kinds };

  void add(Demand& demand, std::uint32_t meter, std::int64_t amount) const;
  std::uint32_t meter(std::uint32_t executor, Kind kind) const;
  std::string describe(const Amount& amount) const;

  std::vector<Meter> meters_;  ///< pools, then four for each executor
  std::uint32_t pools_ = 0;
  std::vector<std::uint32_t> reserved_;  ///< meters with a reservation
  std::vector<std::string> executor_names_;
  std::vector<std::string> pool_names_;
};

}  // namespace sluice::schedule

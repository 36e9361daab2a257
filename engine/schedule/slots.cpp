#include "engine/schedule/slots.h"

#include <algorithm>
#include <limits>
#include <map>

#include "engine/base/units.h"

namespace sluice::schedule {
namespace {

std::int64_t limit_or_none(std::uint64_t size) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return size == 0 ? -1 : static_cast<std::int64_t>(std::min(size, most));
}

std::int64_t bytes_of(std::uint64_t bytes) { return std::max<std::int64_t>(limit_or_none(bytes), 0); }

std::string quoted_name(const std::vector<std::string>& names, std::uint32_t index) {
  return "'" + (index < names.size() ? names[index] : std::to_string(index)) + "'";
}

std::string counted(std::int64_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace

Slots::Slots(const Problem& problem)
    : pools_(static_cast<std::uint32_t>(problem.pools.size())),
      executor_names_(problem.executor_names),
      pool_names_(problem.pool_names) {
  for (const int size : problem.pools) meters_.push_back({.size = std::max(size, 1)});
  for (const ExecutorLimits& limits : problem.executors) {
    const bool knows_gpus = limits.gpus > 0 || limits.cpus > 0;
    meters_.push_back({.size = knows_gpus ? std::max(limits.gpus, 0) : -1});
    meters_.push_back({.size = limit_or_none(limits.memory_bytes)});
    meters_.push_back({.size = limits.cpus > 0 ? limits.cpus : -1});
    meters_.push_back({.size = limit_or_none(limits.max_in_flight)});
  }
}

std::uint32_t Slots::meter(std::uint32_t executor, Kind kind) const {
  return pools_ + executor * kinds + kind;
}

void Slots::add(Demand& demand, std::uint32_t meter, std::int64_t amount) const {
  const std::int64_t size = meters_[meter].size;
  const std::int64_t taken = std::min(amount, size);
  if (taken > 0) demand.push_back({meter, taken});
}

bool Slots::possible(const Policy& policy, const Resources& resources) const {
  const std::int64_t existing = meters_[meter(policy.executor, gpus)].size;
  return policy.is_coordinator || existing < 0 || resources.gpus <= existing;
}

Demand Slots::demand(const Policy& policy, const Resources& resources) const {
  Demand demand;
  std::map<std::uint32_t, std::int64_t> shares;  // in one order for all, and each pool once
  for (const PoolShare& share : policy.pools) shares[share.pool] += share.amount;
  for (const auto& [pool, amount] : shares) add(demand, pool, amount);
  // Coordinators sit beside the driver: they hold what the user limited by name, but no slot.
  if (policy.is_coordinator) return demand;
  add(demand, meter(policy.executor, gpus), resources.gpus);
  add(demand, meter(policy.executor, memory), bytes_of(resources.memory_bytes));
  // At least one, or tasks that ask for none would all start at once.
  add(demand, meter(policy.executor, cpus), std::max(resources.cpus, 1));
  add(demand, meter(policy.executor, in_flight), 1);
  return demand;
}

std::size_t Slots::first_lacking(const Demand& demand) const {
  std::size_t entry = 0;
  for (; entry < demand.size(); ++entry) {
    const Meter& meter = meters_[demand[entry].meter];
    if (meter.free() - meter.reserved < demand[entry].amount) break;
  }
  return entry;
}

void Slots::take(const Demand& demand) {
  for (const Amount& amount : demand) meters_[amount.meter].used += amount.amount;
}

void Slots::give_back(const Demand& demand) {
  for (const Amount& amount : demand) meters_[amount.meter].used -= amount.amount;
}

void Slots::reserve(const Demand& demand, std::size_t entries) {
  for (std::size_t entry = 0; entry < entries; ++entry) {
    meters_[demand[entry].meter].reserved += demand[entry].amount;
    reserved_.push_back(demand[entry].meter);
  }
}

void Slots::clear_reservations() {
  for (const std::uint32_t meter : reserved_) meters_[meter].reserved = 0;
  reserved_.clear();
}

std::string Slots::lacking(const Demand& demand) const {
  for (const Amount& amount : demand)
    if (meters_[amount.meter].free() < amount.amount) return describe(amount);
  return "";
}

std::string Slots::describe(const Amount& amount) const {
  const Meter& meter = meters_[amount.meter];
  const std::int64_t free = std::max<std::int64_t>(meter.free(), 0);
  const std::string of_size = std::to_string(free) + " of " + std::to_string(meter.size) + " free";
  if (amount.meter < pools_) {
    const std::string pool = "pool " + quoted_name(pool_names_, amount.meter);
    return std::to_string(amount.amount) + " of " + pool + ": " + of_size;
  }
  const std::uint32_t executor = (amount.meter - pools_) / kinds;
  switch ((amount.meter - pools_) % kinds) {
    case gpus: return counted(amount.amount, "GPU") + ": " + of_size;
    case cpus: return counted(amount.amount, "CPU") + ": " + of_size;
    case memory:
      return format_bytes(static_cast<std::uint64_t>(amount.amount)) +
             " of memory: " + format_bytes(static_cast<std::uint64_t>(free)) + " of " +
             format_bytes(static_cast<std::uint64_t>(meter.size)) + " free";
    default:
      return "executor " + quoted_name(executor_names_, executor) + ": " + std::to_string(meter.used) +
             " of " + counted(meter.size, "attempt") + " in flight";
  }
}

}  // namespace sluice::schedule

#include "stages/simulate/shower/cell_store.h"

#include <algorithm>

namespace sluice::simulate {

namespace {

constexpr std::size_t first_slots = 1U << 15U;

std::size_t hash_of(std::uint64_t cell, std::uint32_t particle) {
  std::uint64_t mixed = (cell ^ static_cast<std::uint64_t>(particle) << 40U) * 0x9E3779B97F4A7C15ULL;
  mixed ^= mixed >> 32U;
  return mixed;
}

}  // namespace

CellStore::CellStore() : slots_(first_slots) { deposits_.reserve(first_slots / 2); }

void CellStore::grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (std::size_t i = 0; i < deposits_.size(); ++i) {
    std::size_t slot = hash_of(deposits_[i].cell, deposits_[i].particle) & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

void CellStore::add(CellKey key, std::uint32_t particle, double energy, double time_ns) {
  if (deposits_.size() * 2 >= slots_.size()) grow();
  std::size_t slot = hash_of(key.bits, particle) & (slots_.size() - 1);
  while (slots_[slot] != 0) {
    CellDeposit& known = deposits_[slots_[slot] - 1];
    if (known.cell == key.bits && known.particle == particle) {
      known.energy += static_cast<float>(energy);
      known.time_ns = std::min(known.time_ns, static_cast<float>(time_ns));
      return;
    }
    slot = (slot + 1) & (slots_.size() - 1);
  }
  deposits_.push_back({key.bits, particle, static_cast<float>(energy), static_cast<float>(time_ns)});
  slots_[slot] = static_cast<std::uint32_t>(deposits_.size());
}

std::vector<CellDeposit> CellStore::take() {
  std::vector<CellDeposit> taken = std::move(deposits_);
  std::sort(taken.begin(), taken.end(), [](const CellDeposit& a, const CellDeposit& b) {
    return a.cell != b.cell ? a.cell < b.cell : a.particle < b.particle;
  });
  deposits_ = {};
  deposits_.reserve(first_slots / 2);
  slots_.assign(first_slots, 0);
  return taken;
}

}  // namespace sluice::simulate

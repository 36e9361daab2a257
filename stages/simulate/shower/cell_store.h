// Collects an event's energy deposits by cell and particle.
#pragma once

#include <cstdint>
#include <vector>

#include "stages/simulate/shower/cells.h"

namespace sluice::simulate {

struct CellDeposit {
  std::uint64_t cell = 0;  ///< CellKey::bits
  std::uint32_t particle = 0;
  float energy = 0;
  float time_ns = 0;  ///< of the first deposit
};

class CellStore {
 public:
  CellStore();
  void add(CellKey key, std::uint32_t particle, double energy, double time_ns);
  /// All deposits, by cell and particle; empties the store.
  std::vector<CellDeposit> take();

 private:
  void grow();

  std::vector<CellDeposit> deposits_;
  std::vector<std::uint32_t> slots_;  ///< open addressing: index in deposits_ + 1, or 0
};

}  // namespace sluice::simulate

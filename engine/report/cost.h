// Adds up what attempts have cost, stage by stage. Inside the report only.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/report/run_summary.h"
#include "engine/store/rows.h"

namespace sluice::report {

class CostBook {
 public:
  explicit CostBook(std::size_t rows) : rows_(rows), peaks_(rows) {}

  void add(std::uint32_t row, const store::Attempt& attempt);
  Cost cost(std::size_t row);

 private:
  std::vector<Cost> rows_;
  std::vector<std::vector<std::uint64_t>> peaks_;
};

double seconds_between(std::int64_t begin_ns, std::int64_t end_ns);  ///< 0 when one is not known

}  // namespace sluice::report

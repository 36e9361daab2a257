// Attempts that wait for an sbatch call. Equal ones (same group, same resources, same nodes to avoid) stand
// together, so that what arrives while two calls are under way goes out as one array afterwards. First come,
// first served.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "executors/executor.h"

namespace sluice::executors::slurm {

class Line {
 public:
  void push_back(AttemptSpec attempt);
  void push_front(std::vector<AttemptSpec> attempts);  ///< equal ones, in their order
  bool remove(const Token& token);
  bool empty() const { return order_.empty(); }
  bool wants_array(std::size_t array_min) const;  ///< the next ones would be an array

  /// The attempts of the next sbatch call: an array when at least `array_min` equal ones wait, else a single
  /// one.
  std::vector<AttemptSpec> next(std::size_t array_min, std::size_t array_max);

 private:
  static std::string key_of(const AttemptSpec& attempt);
  std::map<std::string, std::deque<AttemptSpec>> waiting_;
  std::deque<std::string> order_;
};

}  // namespace sluice::executors::slurm

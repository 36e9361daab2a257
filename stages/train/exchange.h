// What the ranks of a training tell each other. One process alone talks to nobody.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace sluice::train {

class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual int ranks() const = 0;
  virtual int rank() const = 0;
  /// Sums over all ranks, the same bits on each.
  virtual void sum(std::span<double> numbers) = 0;
  /// Begins to sum a piece of the gradients; the numbers are not to be touched until `finish`.
  virtual void begin_sum(std::span<float> numbers) = 0;
  /// Lets what has begun go on.
  virtual void advance() = 0;
  virtual void finish() = 0;
  /// From rank 0 to all.
  virtual void broadcast(std::span<float> numbers) = 0;
  /// Ends all ranks at once: this one can't go on, and the others would wait for it forever.
  [[noreturn]] virtual void abort(int exit_code) = 0;
};

/// MPI when the program was started by an MPI launcher, otherwise one process alone. Once in a process.
std::unique_ptr<Exchange> open_exchange();

}  // namespace sluice::train

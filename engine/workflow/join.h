// Which tasks of a producer a consumer's task reads: those that agree with it in all keys that both have.
// Keys only the producer has are gathered, keys only the consumer has are broadcast. Tasks that read the same
// artifacts get the same number, so that a gather is written down once however many tasks read it.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/workflow/fanout.h"

namespace sluice::workflow {

struct Join {
  static constexpr std::uint32_t none = 0xffffffff;

  std::vector<std::uint32_t> set_of;  ///< for each row of the consumer; none: no row of the producer agrees
  std::vector<std::uint32_t> begin;   ///< set i is rows[begin[i] .. begin[i + 1])
  std::vector<std::uint32_t> rows;    ///< of the producer, ascending within a set

  std::size_t sets() const { return begin.size() - 1; }
};

Join join(const Fanout& producer, const Fanout& consumer);

/// Gives pairs of numbers dense numbers of their own, in the order in which they first appear.
class PairNumbers {
 public:
  PairNumbers(std::size_t firsts, std::size_t seconds);
  ~PairNumbers();
  PairNumbers(const PairNumbers&) = delete;
  PairNumbers& operator=(const PairNumbers&) = delete;

  std::uint32_t number(std::uint32_t first, std::uint32_t second);      ///< a new one if need be
  std::uint32_t find(std::uint32_t first, std::uint32_t second) const;  ///< Join::none if there is none
  std::uint32_t count() const { return count_; }

 private:
  struct Sparse;
  std::size_t seconds_;
  std::vector<std::uint32_t> dense_;  ///< used while firsts x seconds is small
  std::unique_ptr<Sparse> sparse_;
  std::uint32_t count_ = 0;
};

}  // namespace sluice::workflow

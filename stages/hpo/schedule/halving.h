// Synchronous successive halving and Hyperband: a round ends when all its trials have reached the milestone,
// then the best go on. While the last trials of a round run, free workers begin the next bracket.
#pragma once

#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "stages/hpo/schedule/brackets.h"
#include "stages/hpo/schedule/scheduler.h"

namespace sluice::hpo {

class Halving final : public Scheduler {
 public:
  /// Brackets are worked through in this order, `times` times (0: as long as new trials are allowed).
  explicit Halving(std::vector<Bracket> brackets, int times = 1);

  std::optional<Job> next(std::optional<std::int64_t> fresh) override;
  Verdict report(std::int64_t trial, std::int64_t step, double loss) override;
  void ended(std::int64_t trial, double loss) override;
  std::optional<std::vector<std::int64_t>> may_go_on(std::int64_t to_come) const override;
  /// Where the number of brackets is fixed, the new trials get one of their own.
  void more(std::int64_t trials) override;
  bool is_done() const override;

 private:
  struct Place {
    std::size_t bracket = 0;  ///< index into open_
    std::int64_t until = 0;
  };
  struct Open {
    const Bracket* rounds = nullptr;
    std::size_t round = 0;
    std::int64_t begun = 0;             ///< trials that the round has sent out
    std::vector<std::int64_t> waiting;  ///< survivors that have not been sent out, last one first
    std::vector<std::pair<double, std::int64_t>> results;
    std::int64_t expected = 0;  ///< results that end the round
    bool closed = false;
  };

  std::optional<Job> job_of(std::size_t index, std::optional<std::int64_t> fresh);
  bool open_bracket();
  void book(std::int64_t trial, double loss);
  static void end_round(Open& open);
  std::int64_t until_of(const Open& open) const { return milestone((*open.rounds)[open.round].budget); }

  std::deque<Bracket> brackets_;  ///< they stay where they are when there are more
  int times_;
  std::size_t opened_ = 0;
  std::deque<Open> open_;
  std::size_t first_open_ = 0;
  std::map<std::int64_t, Place> running_;
};

}  // namespace sluice::hpo

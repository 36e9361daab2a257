// Swift-Hyperband (García Amboage et al., CHEP 2023): Hyperband that trains only some trials of a round to
// its end, learns from them how curves end, and finishes of the others those that are predicted to matter.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "stages/hpo/predict/regression.h"
#include "stages/hpo/schedule/brackets.h"
#include "stages/hpo/schedule/scheduler.h"

namespace sluice::hpo {

/// Learns `y` from the beginnings of curves, and answers for others.
using CurvePredictor = std::function<double(const Row& beginning)>;
using LearnCurves =
    std::function<CurvePredictor(const std::vector<Row>& beginnings, const std::vector<double>& y)>;
/// nu-SVR on columns scaled to [0, 1].
CurvePredictor learn_by_svr(const std::vector<Row>& beginnings, const std::vector<double>& y);

class Swift final : public Scheduler {
 public:
  struct Settings {
    double decide_at = 0.5;   ///< where between two milestones
    double always = 0.5;      ///< of those that will survive, so many are trained to the end in any case
    std::size_t curves = 15;  ///< finished curves that a prediction needs
    double quantile = 0.25;   ///< of the finished: predicted to be better, a trial is finished too
    LearnCurves learn = learn_by_svr;
  };
  Swift(std::vector<Bracket> brackets, Settings settings);
  explicit Swift(std::vector<Bracket> brackets) : Swift(std::move(brackets), Settings()) {}

  std::optional<Job> next(std::optional<std::int64_t> fresh) override;
  Verdict report(std::int64_t trial, std::int64_t step, double loss) override;
  void ended(std::int64_t trial, double loss) override;
  bool is_done() const override { return bracket_ == brackets_.size(); }

 private:
  enum class Stage : std::uint8_t { to_decision, to_end, parked, finished };
  struct Member {
    std::int64_t trial = 0;
    Stage stage = Stage::to_decision;
    bool running = false;
    double loss = worst_loss;
  };

  std::int64_t end() const { return milestone(brackets_[bracket_][round_].budget); }
  std::int64_t begin() const { return round_ == 0 ? 0 : milestone(brackets_[bracket_][round_ - 1].budget); }
  std::int64_t decision() const;
  std::size_t survivors() const;
  Member* find(std::int64_t trial);
  Verdict at_decision(Member& member);
  void finish(Member& member, double loss);
  void settle();
  void choose_parked();
  const CurvePredictor& predictor();
  void end_round();

  std::vector<Bracket> brackets_;
  Settings settings_;
  std::size_t bracket_ = 0;
  std::size_t round_ = 0;
  bool chosen_ = false;
  std::size_t sent_ = 0;
  std::vector<Member> members_;
  std::map<std::int64_t, Row> curves_;                                          ///< by trial
  std::map<std::int64_t, std::vector<std::int64_t>> finished_;                  ///< trials trained to a step
  std::map<std::pair<std::int64_t, std::int64_t>, CurvePredictor> predictors_;  ///< by end and decision
};

}  // namespace sluice::hpo

#include "stages/hpo/tpe/tpe.h"

#include <algorithm>
#include <cmath>

namespace sluice::hpo {

namespace {

TpeRule rule_for(const Space& space, TpeRule rule) {
  if (rule != TpeRule::automatic) return rule;
  std::size_t discrete = 0;
  constexpr std::uint64_t few = 8;
  const std::vector<std::size_t> searched = space.searched();
  for (const std::size_t i : searched) {
    const std::uint64_t count = space.parameters[i].count();
    discrete += count > 0 && count <= few ? 1 : 0;
  }
  return discrete * 2 > searched.size() ? TpeRule::v4 : TpeRule::v5;
}

/// Better trials first: finished ones by loss, then those stopped on the way (farther is better, then the
/// loss).
bool is_better(const Observation* a, const Observation* b) {
  if (a->state != b->state) return a->state == TrialState::finished;
  if (a->state == TrialState::stopped && a->measures.back().step != b->measures.back().step)
    return a->measures.back().step > b->measures.back().step;
  return a->loss() < b->loss();
}

class Tpe final : public Searcher {
 public:
  Tpe(const Space& space, TpeSettings settings)
      : space_(space),
        settings_(settings),
        rule_(rule_for(space, settings.rule)),
        searched_(space.searched()) {}

  std::optional<Point> suggest(const Question& question) const override {
    const Split split = divide(question);
    Draws draws = question.draws(Purpose::candidates);
    if (split.told < static_cast<std::size_t>(settings_.random_first)) {
      Draws random = question.draws(Purpose::sample);
      return draw_point(space_, random);
    }
    Point point(space_.parameters.size(), 0);
    if (rule_ == TpeRule::v4_single) {
      for (const std::size_t parameter : searched_)
        choose(split, {parameter}, Bandwidth::neighbours_with_prior, draws, point);
    } else {
      choose(split, searched_, rule_ == TpeRule::v4 ? Bandwidth::scott : Bandwidth::neighbours, draws, point);
    }
    return settle(space_, std::move(point));
  }

 private:
  struct Split {
    std::vector<const Point*> good;
    std::vector<const Point*> bad;
    std::size_t told = 0;
  };

  static Split divide(const Question& question) {
    std::vector<const Observation*> told;
    std::vector<const Observation*> others;
    for (const Observation& seen : question.history) {
      const bool ended = seen.state == TrialState::finished || seen.state == TrialState::stopped;
      if (ended && std::isfinite(seen.loss()))
        told.push_back(&seen);
      else if (seen.state != TrialState::lost)
        others.push_back(&seen);
    }
    std::stable_sort(told.begin(), told.end(), is_better);
    const std::size_t good = count_of_good(told.size());
    Split split;
    split.told = told.size();
    const auto by_number = [](const Observation* a, const Observation* b) { return a->trial < b->trial; };
    std::sort(told.begin(), told.begin() + static_cast<std::ptrdiff_t>(good), by_number);
    others.insert(others.end(), told.begin() + static_cast<std::ptrdiff_t>(good), told.end());
    std::sort(others.begin(), others.end(), by_number);
    for (std::size_t i = 0; i < good; ++i) split.good.push_back(&told[i]->point);
    for (const Observation* seen : others) split.bad.push_back(&seen->point);
    return split;
  }

  /// The best of the candidates, drawn into `point`.
  void choose(const Split& split, const std::vector<std::size_t>& parameters, Bandwidth bandwidth,
              Draws& draws, Point& point) const {
    const Parzen good(space_, parameters, split.good, bandwidth);
    const Parzen bad(space_, parameters, split.bad, bandwidth);
    std::vector<Point> candidates;
    for (int i = 0; i < settings_.candidates; ++i) {
      Point candidate = point;
      good.sample(draws, candidate);
      candidates.push_back(parameters.size() > 1 ? settle(space_, std::move(candidate))
                                                 : round(parameters[0], candidate));
    }
    const std::vector<double> of_good = good.log_pdf(candidates);
    const std::vector<double> of_bad = bad.log_pdf(candidates);
    std::size_t best = 0;
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const double ratio = of_good[i] - of_bad[i];
      if (ratio <= highest || is_forbidden(space_, candidates[i])) continue;
      highest = ratio;
      best = i;
    }
    point = candidates[best];
  }

  /// Only the one parameter is rounded: what the others will be, and so which are active, is not known yet.
  Point round(std::size_t parameter, const Point& point) const {
    Space alone;
    alone.parameters = {space_.parameters[parameter]};
    alone.parameters[0].when.clear();
    Point result = point;
    result[parameter] = settle(alone, {point[parameter]})[0];
    return result;
  }

  const Space& space_;
  TpeSettings settings_;
  TpeRule rule_;
  std::vector<std::size_t> searched_;
};

}  // namespace

std::size_t count_of_good(std::size_t n) {
  constexpr std::size_t share = 10;
  constexpr std::size_t most = 25;
  return std::min((n + share - 1) / share, most);
}

std::unique_ptr<Searcher> make_tpe(const Space& space, TpeSettings settings) {
  return std::make_unique<Tpe>(space, settings);
}

}  // namespace sluice::hpo

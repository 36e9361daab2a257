#include "stages/hpo/tpe/density.h"

#include <algorithm>
#include <cmath>

#include "stages/hpo/space/cube.h"
#include "stages/hpo/tpe/normal.h"

namespace sluice::hpo {

namespace {

constexpr double least_width = 1e-3;
constexpr double least_density = 1e-32;

double rule_of_thumb(const std::vector<std::vector<double>>& rows, std::size_t j) {
  const auto n = static_cast<double>(rows.size());
  double mean = 0;
  for (const auto& row : rows) mean += row[j] / n;
  double variance = 0;
  for (const auto& row : rows) variance += (row[j] - mean) * (row[j] - mean) / n;
  return 1.06 * std::sqrt(variance) * std::pow(n, -1.0 / (4 + static_cast<double>(rows[0].size())));
}

class Bohb final : public Searcher {
 public:
  Bohb(const Space& space, BohbSettings settings)
      : space_(space), settings_(settings), searched_(space.searched()) {
    for (const std::size_t i : searched_) {
      const Parameter& parameter = space.parameters[i];
      values_.push_back(parameter.is_unordered() ? parameter.values.size() : 0);
    }
  }

  std::optional<Point> suggest(const Question& question) const override {
    Draws draws = question.draws(Purpose::candidates);
    Draws random = question.draws(Purpose::sample);
    const std::size_t dimensions = searched_.size();
    // As many as HpBandSter asks for: then there are more than d of the good and of the bad ones.
    const std::vector<Target> targets = model_targets(question.history, dimensions + 2);
    if (draws.uniform() < settings_.random_share || targets.size() < dimensions + 2)
      return draw_point(space_, random);
    std::vector<Target> sorted = targets;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Target& a, const Target& b) { return a.loss < b.loss; });
    const std::size_t least = dimensions + 1;
    const auto share = [&](double part) {
      return std::max(least, static_cast<std::size_t>(part * static_cast<double>(sorted.size())));
    };
    const std::size_t good = std::min(share(settings_.good_share), sorted.size());
    const std::size_t bad = std::min(share(1 - settings_.good_share), sorted.size() - good);
    if (bad == 0) return draw_point(space_, random);
    const Density of_good(rows(sorted, 0, good, draws), values_);
    const Density of_bad(rows(sorted, good, good + bad, draws), values_);
    return best_candidate(of_good, of_bad, draws);
  }

 private:
  /// Inactive parameters take the value of another trial in which they are active.
  std::vector<std::vector<double>> rows(const std::vector<Target>& targets, std::size_t begin,
                                        std::size_t end, Draws& draws) const {
    std::vector<std::vector<double>> result;
    for (std::size_t i = begin; i < end; ++i) {
      const Cube cube = to_cube(space_, targets[i].trial->point);
      std::vector<double> row;
      for (const std::size_t k : searched_) row.push_back(cube[k]);
      result.push_back(std::move(row));
    }
    for (std::size_t k = 0; k < searched_.size(); ++k) {
      std::vector<double> known;
      for (const auto& row : result)
        if (!std::isnan(row[k])) known.push_back(row[k]);
      for (auto& row : result) {
        if (!std::isnan(row[k])) continue;
        if (!known.empty())
          row[k] = known[draws.below(known.size())];
        else
          row[k] = values_[k] > 0 ? static_cast<double>(draws.below(values_[k])) : draws.uniform();
      }
    }
    return result;
  }

  Point best_candidate(const Density& good, const Density& bad, Draws& draws) const {
    Point best;
    double lowest = std::numeric_limits<double>::infinity();
    for (int i = 0; i < settings_.candidates; ++i) {
      const std::vector<double>& datum = good.rows()[draws.below(good.rows().size())];
      std::vector<double> x(datum.size());
      for (std::size_t k = 0; k < x.size(); ++k)
        x[k] = near(datum[k], std::max(good.widths()[k], least_width), values_[k], draws);
      Cube cube(space_.parameters.size(), 0);
      for (std::size_t k = 0; k < x.size(); ++k) cube[searched_[k]] = x[k];
      Point point = from_cube(space_, cube);
      const double ratio = std::max(bad.pdf(x), least_density) / std::max(good.pdf(x), least_density);
      if (ratio >= lowest || is_forbidden(space_, point)) continue;
      lowest = ratio;
      best = std::move(point);
    }
    if (best.empty()) return *draw_point(space_, draws);
    return best;
  }

  double near(double centre, double width, std::size_t values, Draws& draws) const {
    if (values == 0) return truncated_normal(centre, settings_.widen * width, 0, 1, draws.uniform());
    return draws.uniform() < 1 - width ? centre : static_cast<double>(draws.below(values));
  }

  const Space& space_;
  BohbSettings settings_;
  std::vector<std::size_t> searched_;
  std::vector<std::size_t> values_;
};

}  // namespace

Density::Density(std::vector<std::vector<double>> rows, std::vector<std::size_t> values)
    : rows_(std::move(rows)), values_(std::move(values)) {
  for (std::size_t j = 0; j < values_.size(); ++j)
    widths_.push_back(std::max(rule_of_thumb(rows_, j), least_width));
}

double Density::pdf(const std::vector<double>& x) const {
  double sum = 0;
  for (const auto& row : rows_) {
    double product = 1;
    for (std::size_t j = 0; j < x.size(); ++j) {
      const double width = widths_[j];
      if (values_[j] == 0) {
        product *= std::exp(log_normal_pdf((x[j] - row[j]) / width)) / width;
      } else {
        const double elsewhere = width / (static_cast<double>(values_[j]) - 1);
        product *= x[j] == row[j] ? 1 - width : elsewhere;
      }
    }
    sum += product;
  }
  return sum / static_cast<double>(rows_.size());
}

std::unique_ptr<Searcher> make_bohb(const Space& space, BohbSettings settings) {
  return std::make_unique<Bohb>(space, settings);
}

}  // namespace sluice::hpo

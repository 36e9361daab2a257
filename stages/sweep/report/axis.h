// From values to places in a picture: linear, logarithmic, or one place for each value of a choice, with
// ticks at round numbers.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "stages/sweep/report/view.h"

namespace sluice::sweep {

struct Tick {
  double place = 0;  ///< 0 … 1
  std::string label;
};

class Axis {
 public:
  Axis() = default;
  Axis(double low, double high, bool log = false);
  /// One place for each name, with half a place to spare at both ends; their values are `first`, `first` + 1,
  /// …
  static Axis of_names(std::vector<std::string> names, double first = 0);
  /// As the parameter is searched: its range, its logarithm, its values. A few integers are names.
  static Axis of(const hpo::Parameter& parameter);

  /// 0 … 1; what lies outside is moved to the edge.
  double at(double value) const;
  bool contains(double value) const;
  /// About `most` of them at most.
  std::vector<Tick> ticks(std::size_t most) const;

  double low() const { return low_; }
  double high() const { return high_; }
  bool is_log() const { return log_; }
  const std::vector<std::string>& names() const { return names_; }

 private:
  double low_ = 0;
  double high_ = 1;
  bool log_ = false;
  std::vector<std::string> names_;
};

/// An axis on which the good ones of these losses (as they are minimised) can be told apart: logarithmic when
/// they span decades, and without the worst tenth when that would press all others flat.
struct LossAxis {
  Axis axis;
  std::size_t beyond = 0;  ///< losses that lie beyond its end
};
LossAxis loss_axis(std::vector<double> losses, const hpo::Study& study);

}  // namespace sluice::sweep

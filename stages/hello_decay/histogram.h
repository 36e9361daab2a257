// The file between the two hello stages: how many muons decayed in each slice of time after they stopped. It
// is CSV behind a few "# key: value" lines, so that gnuplot and pandas read it too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace sluice::hello {

struct Histogram {
  std::string absorber;
  std::int64_t seed = 0;
  std::int64_t stopped = 0;  ///< muons that this histogram stands for
  double noise = 0;          ///< false coincidences for each stopped muon
  double gate_us = 0;        ///< the bins share the time from 0 to here evenly
  std::vector<std::int64_t> counts;

  double bin_width_us() const { return gate_us / static_cast<double>(counts.size()); }
};

/// True for histograms of the same experiment: everything but the muons and their decays is the same.
bool same_experiment(const Histogram& a, const Histogram& b);

std::string to_text(const Histogram& histogram);
/// `where` names the file in errors, which say the line.
Result<Histogram> parse_histogram(std::string_view text, const std::string& where);

}  // namespace sluice::hello

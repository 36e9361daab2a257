// How fast the network is: events a second against the number of elements. Measured and not reproducible,
// so kept apart from the metrics.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sluice::evaluate {

class Timings {
 public:
  void add(std::uint64_t length, std::uint64_t events, std::uint64_t elements, double seconds);

  struct Row {
    std::uint64_t from = 0;  ///< elements of an event; up to twice that
    std::uint64_t events = 0;
    std::uint64_t elements = 0;
    double seconds = 0;  ///< of one thread

    double mean_length() const { return static_cast<double>(elements) / static_cast<double>(events); }
    double events_per_second() const { return static_cast<double>(events) / seconds; }
  };
  std::vector<Row> rows() const;

  int threads = 1;
  double wall_s = 0;  ///< for everything: reading, network, jets
  std::uint64_t events = 0;

 private:
  std::map<std::uint64_t, Row> rows_;  ///< by power of two
};

std::string timings_json(const Timings& timings);

}  // namespace sluice::evaluate

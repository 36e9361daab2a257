#include "stages/evaluate/timings.h"

#include <bit>

#include "engine/base/json.h"

namespace sluice::evaluate {

void Timings::add(std::uint64_t length, std::uint64_t count, std::uint64_t elements, double seconds) {
  Row& row = rows_[std::bit_floor(length)];
  row.from = std::bit_floor(length);
  row.events += count;
  row.elements += elements;
  row.seconds += seconds;
}

std::vector<Timings::Row> Timings::rows() const {
  std::vector<Row> rows;
  for (const auto& [from, row] : rows_)
    if (row.events > 0 && row.seconds > 0) rows.push_back(row);
  return rows;
}

std::string timings_json(const Timings& timings) {
  json::array rows;
  double seconds = 0;
  for (const Timings::Row& row : timings.rows()) {
    seconds += row.seconds;
    rows.push_back(json::object{{"elements_from", row.from},
                                {"elements_mean", row.mean_length()},
                                {"events", row.events},
                                {"network_thread_seconds", row.seconds},
                                {"events_per_thread_second", row.events_per_second()}});
  }
  return pretty_json(json::object{{"format", "sluice-timings"},
                                  {"threads", timings.threads},
                                  {"events", timings.events},
                                  {"wall_seconds", timings.wall_s},
                                  {"events_per_second", static_cast<double>(timings.events) / timings.wall_s},
                                  {"network_thread_seconds", seconds},
                                  {"by_length", std::move(rows)}});
}

}  // namespace sluice::evaluate

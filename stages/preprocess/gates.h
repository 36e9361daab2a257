// Whether a dataset is what training needs: gates, each a condition on all its events, with the figure that
// shows it. Thresholds are those of the reference pipeline's own validation (jpata/particleflow,
// tests/validate_parquet.py), which were set on full simulations of CLIC, CLD and a muon collider.
#pragma once

#include <string>
#include <vector>

#include "stages/events/tables.h"
#include "stages/preprocess/distribution.h"

namespace sluice::preprocess {

enum class Verdict : std::uint8_t { pass, warn, fail, skip };
const char* name_of(Verdict verdict);

struct GateResult {
  std::string name;       ///< "R1"
  std::string condition;  ///< in words, with its thresholds
  std::string seen;       ///< the numbers it was judged by
  Verdict verdict = Verdict::skip;
  int figure = -1;  ///< which of the figures shows it
};

class Gates {
 public:
  explicit Gates(double field_t);

  void add(const events::EventTables& event);

  std::vector<GateResult> results() const;
  const std::vector<Distribution>& figures() const { return figures_; }

 private:
  void add_structure(const events::EventTables& event);
  void add_momenta(const events::EventTables& event);
  void add_hits(const events::EventTables& event);
  void add_track_fits(const events::EventTables& event);
  void add_jets(const events::EventTables& event);
  void add_candidates(const events::EventTables& event);
  void add_muons(const events::EventTables& event);

  double field_t_;
  std::vector<Distribution> figures_;
  std::uint64_t events_ = 0;
  std::uint64_t no_numbers_ = 0;
  std::uint64_t no_tracks_or_clusters_ = 0;
  std::uint64_t bad_carriers_ = 0;
  std::uint64_t bad_labels_ = 0;
  std::uint64_t bad_charges_ = 0;
  std::uint64_t bad_jets_ = 0;
  std::uint64_t bad_books_ = 0;
  std::uint64_t with_hits_ = 0;
  std::uint64_t with_both_kinds_of_hits_ = 0;
  std::uint64_t with_candidates_ = 0;
  std::uint64_t with_jet_ = 0;
  std::uint64_t bad_met_ = 0;
  std::uint64_t muons_ = 0;
  std::uint64_t quiet_muons_ = 0;
  std::uint64_t targets_ = 0;
  std::uint64_t ended_targets_ = 0;
  std::uint64_t jets_ = 0;
  std::uint64_t matched_jets_ = 0;
};

}  // namespace sluice::preprocess

// The verdicts: what each gate asks for, and what was seen.
#include <array>
#include <cstdio>

#include "stages/preprocess/gates.h"

namespace sluice::preprocess {

namespace {

template <typename... Values>
std::string format(const char* pattern, Values... values) {
  std::array<char, 256> text{};
  (void)std::snprintf(text.data(), text.size(), pattern, values...);
  return text.data();
}

unsigned long long number(std::uint64_t value) { return value; }

GateResult count_gate(std::string name, std::string condition, const char* what, std::uint64_t seen) {
  return {std::move(name), std::move(condition), format("%llu %s", number(seen), what),
          seen == 0 ? Verdict::pass : Verdict::fail, -1};
}

/// At least `least` of all; `otherwise` when it is less.
GateResult share_gate(std::string name, std::string condition, std::uint64_t some, std::uint64_t all,
                      double least, Verdict otherwise) {
  GateResult gate{std::move(name), std::move(condition), "nothing to judge by", Verdict::skip, -1};
  if (all == 0) return gate;
  const double share = static_cast<double>(some) / static_cast<double>(all);
  gate.seen = format("%llu of %llu (%.1f %%)", number(some), number(all), 100 * share);
  gate.verdict = share >= least ? Verdict::pass : otherwise;
  return gate;
}

struct Range {
  double low;
  double high;
};

/// The median in one range, and a share of all values in another.
GateResult ratio_gate(std::string name, std::string condition, const Distribution& seen, int figure,
                      Range median, Range range, double least_share) {
  GateResult gate{std::move(name), std::move(condition), "nothing to judge by", Verdict::skip, figure};
  if (seen.count() == 0) return gate;
  const double share = seen.share(range.low, range.high);
  gate.seen =
      format("median %.3f, %.1f %% in range, n = %llu", seen.median(), 100 * share, number(seen.count()));
  const bool good = seen.median() >= median.low && seen.median() <= median.high && share >= least_share;
  gate.verdict = good ? Verdict::pass : Verdict::fail;
  return gate;
}

GateResult deviation_gate(std::string name, std::string condition, const Distribution& seen, int figure,
                          double most_median, double most_p90) {
  GateResult gate{std::move(name), std::move(condition), "nothing to judge by", Verdict::skip, figure};
  if (seen.count() == 0) return gate;
  gate.seen =
      format("median %.3f, p90 %.3f, n = %llu", seen.median(), seen.quantile(0.9), number(seen.count()));
  gate.verdict = seen.median() < most_median && seen.quantile(0.9) < most_p90 ? Verdict::pass : Verdict::fail;
  return gate;
}

GateResult jet_gate(const Distribution& response, int figure) {
  GateResult gate{
      "R1",
      "pt of target jets / generator jets (within 0.1): median 0.9 to 1.1, 2 % or more at or above 1; "
      "50 jets or more",
      format("%llu jets are too few", number(response.count())), Verdict::skip, figure};
  constexpr std::uint64_t enough = 50;
  if (response.count() < enough) return gate;
  const double above = response.share(1, 2);
  gate.seen = format("median %.4f, %.1f %% at or above 1, n = %llu", response.median(), 100 * above,
                     number(response.count()));
  const bool good = response.median() >= 0.9 && response.median() <= 1.1 && above >= 0.02;
  gate.verdict = good ? Verdict::pass : Verdict::fail;
  return gate;
}

GateResult cluster_gate(const Distribution& share, int figure) {
  GateResult gate = ratio_gate(
      "R2", "energy of a target in clusters / its energy: median 0.3 to 1.1, 95 % up to 1.5, p99 below 3",
      share, figure, {0.3, 1.1}, {0, 1.5}, 0.95);
  if (gate.verdict == Verdict::pass && share.quantile(0.99) >= 3) gate.verdict = Verdict::fail;
  return gate;
}

}  // namespace

std::vector<GateResult> Gates::results() const {
  std::vector<GateResult> all;
  all.push_back({"S1", "one event or more", format("%llu events", number(events_)),
                 events_ > 0 ? Verdict::pass : Verdict::fail, -1});
  all.push_back(count_gate("S4", "all numbers are numbers", "are not", no_numbers_));
  all.push_back(count_gate("B1", "targets and what was dropped add up to what was visible, to 1e-6",
                           "events do not", bad_books_));
  all.push_back(
      count_gate("H1", "who carries a class carries a target of that class", "do not", bad_labels_));
  all.push_back(share_gate("H2", "hits of trackers and of calorimeters in every event",
                           with_both_kinds_of_hits_, with_hits_, 1, Verdict::warn));
  all.push_back(ratio_gate(
      "H3", "pt of a circle through a target's tracker hits / its pt: median 0.8 to 1.2, 85 % in 0.5 to 2",
      figures_[0], 0, {0.8, 1.2}, {0.5, 2}, 0.85));
  all.push_back(ratio_gate(
      "H4", "energy of a target's calorimeter hits / its energy: median 0.7 to 1.3, 85 % in 0.5 to 2",
      figures_[1], 1, {0.7, 1.3}, {0.5, 2}, 0.85));
  all.push_back(ratio_gate(
      "V2", "distance of a cluster to the mean of its hits: median below 100 mm, 90 % below 500 mm",
      figures_[2], 2, {0, 100}, {0, 500}, 0.9));
  all.push_back(share_gate("T1", "tracks or clusters in every event", events_ - no_tracks_or_clusters_,
                           events_, 1, Verdict::warn));
  all.push_back(count_gate("T2", "every target is carried once", "are not", bad_carriers_));
  all.push_back(count_gate("T3", "what a track carries is charged, what a cluster carries is not",
                           "are otherwise", bad_charges_));
  all.push_back(ratio_gate("T4a", "pt of a track / of its target: median 0.5 to 2, 80 % in 0.5 to 2",
                           figures_[3], 3, {0.5, 2}, {0.5, 2}, 0.8));
  all.push_back(ratio_gate("T4b", "energy of a cluster / of its target: median 0.5 to 2, 80 % in 0.5 to 2",
                           figures_[4], 4, {0.5, 2}, {0.5, 2}, 0.8));
  all.push_back(count_gate("Y2", "targets are in jets that are there", "are not", bad_jets_));
  all.push_back(jet_gate(figures_[5], 5));
  all.push_back(cluster_gate(figures_[6], 6));
  constexpr std::uint64_t enough_muons = 50;
  all.push_back(share_gate(
      "M1",
      "a tenth or more of the muons leave less than a tenth of their energy in clusters (50 muons or more)",
      quiet_muons_, muons_ < enough_muons ? 0 : muons_, 0.1, Verdict::fail));
  all.push_back(share_gate("E1", "the simulation has seen the end of every target's particle", ended_targets_,
                           ended_targets_ == 0 ? 0 : targets_, 1, Verdict::fail));
  all.push_back(share_gate("P1", "candidates in every event", with_candidates_,
                           with_candidates_ == 0 ? 0 : events_, 1, Verdict::warn));
  all.push_back(deviation_gate(
      "P3", "energy of candidates is that of targets: median deviation below 0.05, p90 below 0.15",
      figures_[7], 7, 0.05, 0.15));
  all.push_back(count_gate("G1", "missing transverse momentum is a number", "are not", bad_met_));
  all.push_back(
      share_gate("G2", "a generator jet in 99 % of events", with_jet_, events_, 0.99, Verdict::warn));
  all.push_back(deviation_gate("G3",
                               "energy of targets is that of generator jets and missing pt: median deviation "
                               "below 0.10, p90 below 0.30",
                               figures_[8], 8, 0.10, 0.30));
  all.push_back(share_gate("G4", "a target jet within 0.1 of 98 % of the generator jets", matched_jets_,
                           jets_, 0.98, Verdict::warn));
  return all;
}

}  // namespace sluice::preprocess

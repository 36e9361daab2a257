#include "stages/simulate/flow/flow.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stages/simulate/flow/identify.h"
#include "stages/simulate/flow/matching.h"

namespace sluice::simulate {

namespace {

constexpr double pion_mass = 0.13957039;

class Flow {
 public:
  Flow(const FlowInput& input, std::vector<HitGroup> clusters, const FlowSettings& settings)
      : input_(input),
        settings_(settings),
        ecal_layers_(input.detector.region(CaloPart::ecal_barrel)->layers) {
    for (const Track& track : input.tracks) tracks_.push_back(at_face(track, input.detector.field_t));
    for (HitGroup& group : clusters) {
      Piece piece;
      piece.shape = shape_of(input.hits, group, ecal_layers_);
      piece.hits = std::move(group);
      pieces_.push_back(std::move(piece));
    }
    taken_energy_.resize(tracks_.size());
  }

  FlowOutput run() {
    match_tracks();
    collect_missing();
    absorb_fragments();
    join_photons();
    join_neutrals();
    charged();
    neutral();
    return std::move(out_);
  }

 private:
  double sigma(double energy) const {
    const EnergyResolution& resolution = input_.detector.hadronic.front();
    return std::sqrt(std::min(resolution.variance(energy), 0.36 * energy * energy));
  }

  void give(std::size_t piece, std::uint32_t track) {
    pieces_[piece].track = track;
    taken_energy_[track] += pieces_[piece].shape.energy;
  }

  /// Each track, the hardest first, takes the piece that has most hits on its line. A piece may have several.
  void match_tracks() {
    std::vector<std::uint32_t> order(tracks_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return tracks_[a].momentum > tracks_[b].momentum; });
    primary_.assign(tracks_.size(), none);
    for (const std::uint32_t track : order) {
      int best = 1;
      for (std::size_t i = 0; i < pieces_.size(); ++i) {
        if (!could_match(tracks_[track], pieces_[i])) continue;
        const int on_line = hits_on_line(input_, tracks_[track], pieces_[i], settings_);
        if (on_line <= best) continue;
        best = on_line;
        primary_[track] = i;
      }
      if (primary_[track] == none) continue;
      Piece& piece = pieces_[primary_[track]];
      if (piece.track)
        shared_.emplace_back(track, *piece.track);
      else
        give(primary_[track], track);
    }
    // Tracks in one piece act as one from here on: its first track, with the momentum of all.
    group_momentum_.resize(tracks_.size());
    for (std::size_t i = 0; i < tracks_.size(); ++i) group_momentum_[i] = tracks_[i].momentum;
    for (const auto& [track, owner] : shared_) group_momentum_[owner] += tracks_[track].momentum;
  }

  bool could_match(const TrackAtFace& track, const Piece& piece) const {
    const auto [across, along] = from_line(track, piece.shape.centre);
    return across < 400 && along > -400 && along < 2500;
  }

  /// Tracks with too little energy take the free pieces nearest to their way until they have enough.
  void collect_missing() {
    for (std::uint32_t track = 0; track < tracks_.size(); ++track) {
      if (primary_[track] == none || pieces_[primary_[track]].track != track) continue;
      const double momentum = group_momentum_[track];
      std::vector<std::pair<double, std::size_t>> near;
      for (std::size_t i = 0; i < pieces_.size(); ++i)
        if (!pieces_[i].track && !looks_like_photon(pieces_[i].shape))
          if (const double away = piece_away(track, pieces_[i]); away < 1) near.emplace_back(away, i);
      std::sort(near.begin(), near.end());
      for (const auto& [away, i] : near) {
        const double before = taken_energy_[track] - momentum;
        if (before > -settings_.missing_sigmas * sigma(momentum)) break;
        const double after = before + pieces_[i].shape.energy;
        if (std::abs(after) < std::abs(before)) give(i, track);
      }
    }
  }

  /// 0 on the track's line, 1 where it ends to be near.
  double piece_away(std::uint32_t track, const Piece& piece) const {
    const auto [across, along] = from_line(tracks_[track], piece.shape.centre);
    if (along < -50) return 2;
    return across / (settings_.fragment_reach_mm + settings_.fragment_slope * along);
  }

  /// Small pieces around a charged shower are parts of it, unless it has more than its momentum then.
  void absorb_fragments() {
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      Piece& piece = pieces_[i];
      if (piece.track || piece.shape.energy > settings_.fragment_most_gev || looks_like_photon(piece.shape))
        continue;
      double best = 1;
      std::uint32_t owner = 0;
      for (std::uint32_t track = 0; track < tracks_.size(); ++track) {
        if (primary_[track] == none || pieces_[primary_[track]].track != track) continue;
        const double after = taken_energy_[track] + piece.shape.energy - group_momentum_[track];
        if (after > settings_.excess_sigmas * sigma(group_momentum_[track])) continue;
        if (const double away = piece_away(track, piece); away < best) {
          best = away;
          owner = track;
        }
      }
      if (best < 1) give(i, owner);
    }
  }

  bool free(std::size_t i) const { return !pieces_[i].track && !pieces_[i].gone; }

  void join(std::size_t into, std::size_t from) {
    HitGroup& hits = pieces_[into].hits;
    hits.insert(hits.end(), pieces_[from].hits.begin(), pieces_[from].hits.end());
    std::sort(hits.begin(), hits.end());
    pieces_[into].shape = shape_of(input_.hits, hits, ecal_layers_);
    pieces_[from].gone = true;
  }

  /// Free pieces by falling energy.
  std::vector<std::size_t> free_by_energy() const {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < pieces_.size(); ++i)
      if (free(i)) order.push_back(i);
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return pieces_[a].shape.energy > pieces_[b].shape.energy; });
    return order;
  }

  void join_photons() {
    const auto order = free_by_energy();
    for (std::size_t a = 0; a < order.size(); ++a) {
      if (!free(order[a]) || !looks_like_photon(pieces_[order[a]].shape)) continue;
      for (std::size_t b = a + 1; b < order.size(); ++b) {
        const Piece& small = pieces_[order[b]];
        if (!free(order[b]) || small.shape.ecal_share() < 0.9 ||
            small.shape.energy > settings_.photon_fragment_gev)
          continue;
        const Vec3 flight = unit(pieces_[order[a]].shape.centre);
        const Vec3 apart = small.shape.centre - pieces_[order[a]].shape.centre;
        const double along = apart.dot(flight);
        if (apart.norm2() - along * along < settings_.photon_reach_mm * settings_.photon_reach_mm)
          join(order[a], order[b]);
      }
    }
  }

  void join_neutrals() {
    const auto order = free_by_energy();
    for (std::size_t a = 0; a < order.size(); ++a) {
      if (!free(order[a]) || looks_like_photon(pieces_[order[a]].shape)) continue;
      for (std::size_t b = a + 1; b < order.size(); ++b) {
        if (!free(order[b]) || looks_like_photon(pieces_[order[b]].shape)) continue;
        const double apart = (pieces_[order[a]].shape.centre - pieces_[order[b]].shape.centre).norm();
        if (apart < 6 * settings_.neutral_reach_mm &&
            gap_between(input_.hits, pieces_[order[a]], pieces_[order[b]], settings_.neutral_reach_mm) <
                settings_.neutral_reach_mm)
          join(order[a], order[b]);
      }
    }
  }

  FlowCandidate charged_candidate(std::uint32_t track) const {
    FlowCandidate candidate;
    candidate.charge = tracks_[track].charge;
    candidate.momentum = tracks_[track].momentum_at_ip;
    candidate.tracks = {track};
    candidate.pdg = 211 * static_cast<int>(candidate.charge);
    candidate.mass = pion_mass;
    return candidate;
  }

  /// A cluster of the output out of all pieces of a track.
  std::uint32_t make_cluster(std::uint32_t track) {
    HitGroup hits;
    for (const Piece& piece : pieces_)
      if (piece.track == track) hits.insert(hits.end(), piece.hits.begin(), piece.hits.end());
    std::sort(hits.begin(), hits.end());
    out_.clusters.push_back(std::move(hits));
    return static_cast<std::uint32_t>(out_.clusters.size() - 1);
  }

  void charged() {
    for (std::uint32_t track = 0; track < tracks_.size(); ++track) {
      FlowCandidate candidate = charged_candidate(track);
      const bool owns = primary_[track] != none && pieces_[primary_[track]].track == track;
      if (owns) {
        const std::uint32_t cluster = make_cluster(track);
        const ClusterShape shape = shape_of(input_.hits, out_.clusters[cluster], ecal_layers_);
        identify_charged(input_, tracks_[track], shape, candidate);
        const double excess = shape.energy - group_momentum_[track];
        const bool too_much = std::abs(candidate.pdg) == 211 &&
                              excess > settings_.excess_sigmas * sigma(group_momentum_[track]);
        if (too_much)
          add_neutral(cluster, shape, excess);
        else
          candidate.clusters = {cluster};
      }
      candidate.energy = std::hypot(candidate.momentum.norm(), candidate.mass);
      out_.candidates.push_back(std::move(candidate));
    }
  }

  void add_neutral(std::uint32_t cluster, const ClusterShape& shape, double energy) {
    FlowCandidate candidate;
    candidate.pdg = shape.ecal_share() > 0.9 ? 22 : 2112;
    candidate.energy = energy;
    candidate.momentum = unit(shape.centre) * energy;
    candidate.clusters = {cluster};
    out_.candidates.push_back(std::move(candidate));
  }

  void neutral() {
    for (const std::size_t i : free_by_energy()) {
      const Piece& piece = pieces_[i];
      const bool photon = looks_like_photon(piece.shape);
      const double least = photon ? settings_.least_photon_gev : settings_.least_neutral_gev;
      const bool particle = piece.shape.energy >= least;
      // A few hits that nobody takes are no cluster.
      if (particle || piece.hits.size() >= settings_.least_cluster_hits) out_.clusters.push_back(piece.hits);
      if (!particle) continue;
      FlowCandidate candidate;
      candidate.pdg = photon ? 22 : 2112;
      candidate.energy = piece.shape.energy;
      candidate.momentum = unit(piece.shape.centre) * piece.shape.energy;
      candidate.clusters = {static_cast<std::uint32_t>(out_.clusters.size() - 1)};
      out_.candidates.push_back(std::move(candidate));
    }
  }

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  const FlowInput& input_;
  const FlowSettings& settings_;
  int ecal_layers_;
  std::vector<TrackAtFace> tracks_;
  std::vector<Piece> pieces_;
  std::vector<std::size_t> primary_;                             ///< of each track: its piece, or none
  std::vector<std::pair<std::uint32_t, std::uint32_t>> shared_;  ///< a track in the piece of another one
  std::vector<double> group_momentum_;
  std::vector<double> taken_energy_;
  FlowOutput out_;
};

}  // namespace

FlowOutput particle_flow(const FlowInput& input, std::vector<HitGroup> clusters,
                         const FlowSettings& settings) {
  return Flow(input, std::move(clusters), settings).run();
}

}  // namespace sluice::simulate

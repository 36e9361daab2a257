#include <algorithm>
#include <cmath>

#include "stages/simulate/generator/hadron_choice.h"
#include "stages/simulate/generator/partons.h"
#include "stages/simulate/particles/decay.h"
#include "stages/simulate/particles/table.h"

namespace sluice::simulate {

namespace {

// Tuned to the multiplicities of Pythia's events (tests/stages/simulate/generator).
constexpr double heaviest_cluster_gev = 0.4;  ///< beyond its flavours' masses; heavier ones split
constexpr double split_power = 1.1;           ///< of the masses of the parts: more gives heavier parts
constexpr double memory = 0.45;  ///< how far a hadron's direction may be from that of its hard quark
constexpr double lightest_frame_gev = 0.02;  ///< ends that fly together have no rest frame to speak of
constexpr int most_tries = 200;

struct Cluster {
  Flavour a = 0;  ///< quark or antidiquark
  Flavour b = 0;  ///< antiquark or diquark
  FourVector a_momentum;
  FourVector b_momentum;
  bool a_hard = false;  ///< made by the shower, not from the vacuum
  bool b_hard = false;

  FourVector total() const { return a_momentum + b_momentum; }
};

double two_body(double mass, double a, double b) {
  if (mass <= a + b) return 0;
  const double square = (mass * mass - (a + b) * (a + b)) * (mass * mass - (a - b) * (a - b));
  return std::sqrt(square) / (2 * mass);
}

class Hadronisation {
 public:
  explicit Hadronisation(RandomStream& random) : random_(random) {}

  std::vector<MadeHadron> run(const Chain& chain) {
    make_clusters(chain);
    for (std::size_t i = 0; i < clusters_.size(); ++i) split(i);
    give_light_ones_mass();
    for (const Cluster& cluster : clusters_) decay(cluster);
    return std::move(hadrons_);
  }

 private:
  /// Every gluon becomes a quark and an antiquark, which go to the clusters on its two sides.
  void make_clusters(const Chain& chain) {
    Cluster cluster;
    cluster.a = chain.front().pdg;
    cluster.a_momentum = chain.front().momentum;
    cluster.a_hard = true;
    for (std::size_t i = 1; i + 1 < chain.size(); ++i) {
      const Flavour quark = vacuum_pair(random_, false);
      double share = random_.uniform();
      while (!random_.chance(share * share + (1 - share) * (1 - share))) share = random_.uniform();
      const FourVector& gluon = chain[i].momentum;
      cluster.b = -quark;
      cluster.b_momentum = {gluon.p * share, gluon.e * share};
      clusters_.push_back(cluster);
      cluster = {};
      cluster.a = quark;
      cluster.a_momentum = {gluon.p * (1 - share), gluon.e * (1 - share)};
    }
    cluster.b = chain.back().pdg;
    cluster.b_momentum = chain.back().momentum;
    cluster.b_hard = true;
    clusters_.push_back(cluster);
  }

  static double lightest(Flavour a, Flavour b) {
    const int pdg = lightest_hadron_of(a, b);
    return pdg == 0 ? constituent_mass(a) + constituent_mass(b) + 0.5 : mass_of(pdg);
  }

  /// Splits a cluster along the line between its ends until its parts are light.
  void split(std::size_t index) {
    for (int i = 0; i < most_tries; ++i) {
      Cluster& cluster = clusters_[index];
      const FourVector total = cluster.total();
      const double mass = total.mass();
      if (mass < heaviest_cluster_gev + constituent_mass(cluster.a) + constituent_mass(cluster.b)) return;
      const bool no_diquark = is_diquark(cluster.a) || is_diquark(cluster.b);
      const Flavour pair = vacuum_pair(random_, !no_diquark);
      // No hadron is known of charm or bottom with two equal quarks.
      if (lightest_hadron_of(cluster.a, -pair) == 0 || lightest_hadron_of(pair, cluster.b) == 0) continue;
      const double least1 = lightest(cluster.a, -pair) + 0.15;
      const double least2 = lightest(pair, cluster.b) + 0.15;
      if (least1 + least2 >= mass) continue;
      const double room = mass - least1 - least2;
      const double m1 = least1 + room * std::pow(random_.uniform(), 1 / split_power);
      const double m2 = least2 + room * std::pow(random_.uniform(), 1 / split_power);
      if (m1 + m2 >= mass) continue;
      const Vec3 axis = unit(in_rest_frame(cluster.a_momentum, total).p);
      const double p = two_body(mass, m1, m2);
      clusters_.push_back(part(total, axis * -p, m2, axis, pair, cluster.b, false, cluster.b_hard));
      clusters_[index] =
          part(total, axis * p, m1, axis, clusters_[index].a, -pair, clusters_[index].a_hard, false);
    }
  }

  /// A cluster of mass `mass` that moves with `p` in the frame of `frame`, its ends along `axis`.
  static Cluster part(const FourVector& frame, const Vec3& p, double mass, const Vec3& axis, Flavour a,
                      Flavour b, bool a_hard, bool b_hard) {
    const FourVector whole = boosted(with_mass(p, mass), frame);
    // Ends of half the mass each, going apart.
    const FourVector own = in_rest_frame(boosted(with_mass(axis * 1e-3, 0), frame), whole);
    const Vec3 direction = unit(own.p);
    Cluster made{a, b, {}, {}, a_hard, b_hard};
    made.a_momentum = boosted({direction * (mass / 2), mass / 2}, whole);
    made.b_momentum = boosted({direction * (-mass / 2), mass / 2}, whole);
    return made;
  }

  static bool too_light(const Cluster& cluster) {
    return cluster.total().mass() < lightest(cluster.a, -1) + lightest(1, cluster.b) + 0.02;
  }

  /// A cluster too light for two hadrons becomes one; its partner takes the recoil. (Two neighbours always
  /// find some: a chain as a whole is heavy.)
  void give_light_ones_mass() {
    for (std::size_t i = 0; i < clusters_.size(); ++i) {
      if (!too_light(clusters_[i])) continue;
      const double wanted = lightest(clusters_[i].a, clusters_[i].b);
      std::size_t partner = i;
      double most = 0;
      for (std::size_t j = 0; j < clusters_.size(); ++j) {
        if (j == i) continue;
        const double room =
            (clusters_[i].total() + clusters_[j].total()).mass() - wanted - clusters_[j].total().mass();
        if (room <= most) continue;
        most = room;
        partner = j;
      }
      if (partner != i) rescale(i, partner, wanted);
    }
  }

  void rescale(std::size_t i, std::size_t partner, double wanted) {
    const FourVector mine = clusters_[i].total();
    const FourVector other = clusters_[partner].total();
    const FourVector both = mine + other;
    const double other_mass = other.mass();
    const Vec3 axis = unit(in_rest_frame(mine, both).p);
    const double p = two_body(both.mass(), wanted, other_mass);
    const FourVector mine_now = boosted(with_mass(axis * p, wanted), both);
    const FourVector other_now = boosted(with_mass(axis * -p, other_mass), both);
    Cluster& moved = clusters_[partner];
    if (other_mass > lightest_frame_gev) {
      moved.a_momentum = boosted(in_rest_frame(moved.a_momentum, other), other_now);
      moved.b_momentum = boosted(in_rest_frame(moved.b_momentum, other), other_now);
    } else {
      moved.a_momentum = moved.b_momentum = {other_now.p * 0.5, other_now.e * 0.5};
    }
    Cluster& light = clusters_[i];
    light.a_momentum = {mine_now.p * 0.5, mine_now.e * 0.5};
    light.b_momentum = light.a_momentum;
    light.a_hard = light.b_hard = false;
  }

  void decay(const Cluster& cluster) {
    const FourVector total = cluster.total();
    const double mass = total.mass();
    for (int i = 0; i < most_tries; ++i) {
      const bool no_diquark = is_diquark(cluster.a) || is_diquark(cluster.b);
      const Flavour pair = vacuum_pair(random_, !no_diquark);
      const int first = hadron_of(cluster.a, -pair, random_);
      const int second = hadron_of(pair, cluster.b, random_);
      if (first == 0 || second == 0) continue;
      const double m1 = drawn_mass(first, mass, random_);
      const double m2 = drawn_mass(second, mass, random_);
      const double p = two_body(mass, m1, m2);
      if (p <= 0 || !random_.chance(2 * p / mass)) continue;
      const Vec3 axis = direction(cluster, total);
      hadrons_.push_back({first, boosted(with_mass(axis * p, m1), total)});
      hadrons_.push_back({second, boosted(with_mass(axis * -p, m2), total)});
      return;
    }
    decay_somehow(cluster, total);
  }

  /// The hadron with a hard quark in it goes nearly where the quark went.
  Vec3 direction(const Cluster& cluster, const FourVector& total) {
    if (!cluster.a_hard && !cluster.b_hard) return turned({0, 0, 1}, random_.uniform(-1, 1), random_.angle());
    const Vec3 axis = unit(in_rest_frame(cluster.a_momentum, total).p);
    const double cosine = std::max(-1.0, 1 - memory * random_.exponential());
    return turned(axis, cosine, random_.angle());
  }

  /// What phase space refused: the lightest pair, or a single hadron.
  void decay_somehow(const Cluster& cluster, const FourVector& total) {
    const int single = lightest_hadron_of(cluster.a, cluster.b);
    const int first = lightest_hadron_of(cluster.a, -1);
    const int second = lightest_hadron_of(1, cluster.b);
    const double p = two_body(total.mass(), mass_of(first), mass_of(second));
    if (p > 0 || single == 0) {
      const Vec3 axis = direction(cluster, total);
      hadrons_.push_back({first, boosted(with_mass(axis * p, mass_of(first)), total)});
      hadrons_.push_back({second, boosted(with_mass(axis * -p, mass_of(second)), total)});
    } else {
      hadrons_.push_back({single, with_mass(total.p, mass_of(single))});
    }
  }

  RandomStream& random_;
  std::vector<Cluster> clusters_;
  std::vector<MadeHadron> hadrons_;
};

}  // namespace

std::vector<MadeHadron> hadrons_of(const Chain& chain, RandomStream& random) {
  return Hadronisation(random).run(chain);
}

}  // namespace sluice::simulate

// One event, as evaluation sees it: particles from each source go in, and out come jets, which of them are
// the same, missing momentum, and which particles were found. A pure function.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "stages/evaluate/physics/matching.h"
#include "stages/events/schema.h"

namespace sluice::evaluate {

using events::Class;
using events::class_count;

/// Who says what is in an event.
enum class Source : std::uint8_t {
  truth,     ///< the generator: jets and missing momentum only
  target,    ///< what a perfect particle flow would find
  baseline,  ///< the rule-based reconstruction that the event file came with
  ours       ///< the network
};
constexpr std::size_t source_count = 4;
constexpr std::array<std::string_view, source_count> source_names = {"truth", "target", "baseline", "ours"};

template <typename T>
using BySource = std::array<T, source_count>;
constexpr std::size_t index(Source source) { return static_cast<std::size_t>(source); }

/// Matches of jets are nearer than this, and so are those of particles.
constexpr double match_distance = 0.1;

struct Particle {
  Class of_class = Class::none;
  double pt = 0;
  double eta = 0;
  double sin_phi = 0;
  double cos_phi = 0;
  double energy = 0;
};

struct Jet {
  double pt = 0;
  Direction direction;
};

struct EventInput {
  std::uint64_t key = 0;  ///< names the event to the bootstrap
  double true_met = 0;
  std::vector<Jet> true_jets;
  BySource<std::vector<Particle>> particles;  ///< none of the truth
  /// Of each element, the class of what it carries. Empty where a source can't say.
  BySource<std::vector<Class>> element_classes;
};

/// A particle, and whether the other side has one of its class there.
struct Found {
  Class of_class = Class::none;
  double pt = 0;
  bool found = false;
};

/// [target][source]: elements by their class.
using Confusion = std::array<std::array<std::uint32_t, class_count>, class_count>;

struct EventPhysics {
  std::uint64_t key = 0;
  BySource<double> met{};
  BySource<std::vector<Jet>> jets;
  BySource<std::vector<Match>> to_truth;   ///< first: the truth's jets; of all others
  BySource<std::vector<Match>> to_target;  ///< first: the target's jets; of baseline and ours
  BySource<std::vector<Found>> targets;    ///< whether baseline and ours found them
  BySource<std::vector<Found>> particles;  ///< of baseline and ours: whether they are among the targets
  BySource<Confusion> confusion{};
  BySource<std::array<std::uint32_t, class_count>> multiplicity{};
};

EventPhysics analyse(const EventInput& event);

/// Whether a particle's numbers are numbers.
bool is_finite(const Particle& particle);

}  // namespace sluice::evaluate

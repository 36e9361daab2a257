#include "stages/evaluate/physics/event.h"

#include <cmath>

#include "stages/jets/jets.h"

namespace sluice::evaluate {

namespace {

jets::FourMomentum momentum_of(const Particle& p) {
  return {p.pt * p.cos_phi, p.pt * p.sin_phi, p.pt * std::sinh(p.eta), p.energy};
}

double missing_momentum(std::span<const Particle> particles) {
  double x = 0;
  double y = 0;
  for (const Particle& p : particles) x += p.pt * p.cos_phi, y += p.pt * p.sin_phi;
  return std::hypot(x, y);
}

std::vector<Jet> jets_of(std::span<const Particle> particles) {
  std::vector<jets::FourMomentum> momenta;
  for (const Particle& p : particles)
    if (p.energy > 0 && p.pt > 0) momenta.push_back(momentum_of(p));
  std::vector<Jet> result;
  for (const jets::FourMomentum& jet : jets::cluster_jets(momenta).jets) {
    const double pt = std::hypot(jet.x, jet.y);
    result.push_back({pt, {std::asinh(jet.z / pt), std::atan2(jet.y, jet.x)}});
  }
  return result;
}

std::vector<Direction> directions(std::span<const Jet> jets) {
  std::vector<Direction> result;
  for (const Jet& jet : jets) result.push_back(jet.direction);
  return result;
}

std::vector<Match> match_jets(std::span<const Jet> first, std::span<const Jet> second) {
  return match_nearest(directions(first), directions(second), match_distance);
}

/// Particles of one class, and where they stand among all.
struct OfClass {
  std::vector<Direction> directions;
  std::vector<std::size_t> places;

  OfClass(std::span<const Particle> particles, std::size_t wanted) {
    for (std::size_t i = 0; i < particles.size(); ++i) {
      const Particle& p = particles[i];
      if (static_cast<std::size_t>(p.of_class) != wanted) continue;
      directions.push_back({p.eta, std::atan2(p.sin_phi, p.cos_phi)});
      places.push_back(i);
    }
  }
};

std::vector<Found> nothing_found(std::span<const Particle> particles) {
  std::vector<Found> result;
  for (const Particle& p : particles) result.push_back({p.of_class, p.pt, false});
  return result;
}

void find_particles(const EventInput& event, Source source, EventPhysics& physics) {
  const auto& targets = event.particles[index(Source::target)];
  const auto& particles = event.particles[index(source)];
  auto& of_targets = physics.targets[index(source)] = nothing_found(targets);
  auto& of_particles = physics.particles[index(source)] = nothing_found(particles);
  for (std::size_t of_class = 1; of_class < class_count; ++of_class) {
    const OfClass wanted(targets, of_class);
    const OfClass seen(particles, of_class);
    for (const Match& match : match_nearest(wanted.directions, seen.directions, match_distance)) {
      of_targets[wanted.places[match.first]].found = true;
      of_particles[seen.places[match.second]].found = true;
    }
  }
}

Confusion confuse(std::span<const Class> targets, std::span<const Class> seen) {
  Confusion confusion{};
  if (seen.size() == targets.size())
    for (std::size_t i = 0; i < targets.size(); ++i)
      ++confusion[static_cast<std::size_t>(targets[i])][static_cast<std::size_t>(seen[i])];
  return confusion;
}

}  // namespace

EventPhysics analyse(const EventInput& event) {
  EventPhysics physics;
  physics.key = event.key;
  physics.met[index(Source::truth)] = event.true_met;
  physics.jets[index(Source::truth)] = event.true_jets;
  for (const Source source : {Source::target, Source::baseline, Source::ours}) {
    const std::size_t i = index(source);
    physics.met[i] = missing_momentum(event.particles[i]);
    physics.jets[i] = jets_of(event.particles[i]);
    physics.to_truth[i] = match_jets(event.true_jets, physics.jets[i]);
    for (const Particle& p : event.particles[i])
      ++physics.multiplicity[i][static_cast<std::size_t>(p.of_class)];
    if (source == Source::target) continue;
    physics.to_target[i] = match_jets(physics.jets[index(Source::target)], physics.jets[i]);
    find_particles(event, source, physics);
    physics.confusion[i] = confuse(event.element_classes[index(Source::target)], event.element_classes[i]);
  }
  return physics;
}

bool is_finite(const Particle& p) {
  return std::isfinite(p.pt) && std::isfinite(p.eta) && std::isfinite(p.sin_phi) &&
         std::isfinite(p.cos_phi) && std::isfinite(p.energy);
}

}  // namespace sluice::evaluate

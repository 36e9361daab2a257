// Events by hand and at random, for tests of what evaluation measures.
#pragma once

#include <cmath>

#include "stages/evaluate/physics/event.h"
#include "stages/stage/random.h"

namespace sluice::evaluate::tests {

/// Massless.
inline Particle particle(Class of_class, double pt, double eta, double phi) {
  return {of_class, pt, eta, std::sin(phi), std::cos(phi), pt * std::cosh(eta)};
}

inline Particle scaled(Particle p, double factor) {
  p.pt *= factor, p.energy *= factor;
  return p;
}

/// Some particles in two directions; baseline and ours see them smeared, and lose some.
inline EventInput random_event(std::uint64_t key) {
  EventInput event;
  event.key = key;
  const auto uniform = [&](std::uint64_t draw, std::size_t i) {
    return stage::uniform(stage::random4(99, key, draw)[i]);
  };
  event.true_met = 20 * uniform(0, 0);
  const double phi = 6.28 * uniform(0, 1);
  for (std::uint64_t i = 0; i < 20; ++i) {
    const double side = i % 2 == 0 ? 0 : 3.14159;
    const auto of_class = static_cast<Class>(1 + i % 5);
    const Particle made = particle(of_class, 1 + 20 * uniform(i + 1, 0), 0.3 * uniform(i + 1, 1),
                                   phi + side + 0.3 * uniform(i + 1, 2));
    event.particles[index(Source::target)].push_back(made);
    const double smear = uniform(i + 1, 3) - 0.5;
    event.element_classes[index(Source::target)].push_back(of_class);
    event.element_classes[index(Source::baseline)].push_back(i == 7 ? Class::none : of_class);
    event.element_classes[index(Source::ours)].push_back(of_class);
    if (i != 7) event.particles[index(Source::baseline)].push_back(scaled(made, 1 + 0.8 * smear));
    event.particles[index(Source::ours)].push_back(scaled(made, 1 + 0.3 * smear));
  }
  event.true_jets = analyse(event).jets[index(Source::target)];
  return event;
}

}  // namespace sluice::evaluate::tests

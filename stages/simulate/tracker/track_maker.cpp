#include "stages/simulate/tracker/track_maker.h"

#include <cmath>
#include <numbers>

namespace sluice::simulate {

namespace {

constexpr double speed_of_light_mm_ns = 299.792458;
/// Of a minimum ionising particle in silicon (Review of Particle Physics).
constexpr double silicon_gev_mm = 3.88e-4;
constexpr double pixel_sensor_mm = 0.05;
constexpr double strip_sensor_mm = 0.2;
constexpr double loss_shape = 6;  ///< of the gamma distribution that stands for Landau's
constexpr double time_resolution_ns = 0.01;

/// Energy loss against that of a minimum ionising particle: 1/beta^(5/3), and a slow rise.
double relative_loss(double momentum, double mass) {
  const double beta_gamma = momentum / std::max(mass, 1e-6);
  const double beta = beta_gamma / std::sqrt(1 + beta_gamma * beta_gamma);
  return std::pow(std::max(beta, 0.05), -5.0 / 3) * (1 + 0.03 * std::log(std::max(beta_gamma / 3.5, 1.0)));
}

double velocity(const Flight& flight) {
  const double p = flight.momentum_gev;
  return speed_of_light_mm_ns * p / std::sqrt(p * p + flight.mass * flight.mass);
}

double time_at(const Flight& flight, double s) {
  return flight.time_ns + s * flight.helix.path_per_s() / velocity(flight);
}

std::uint64_t cell_of(const TrackerLayer& layer, const Vec3& position) {
  const std::uint64_t side = layer.barrel ? 0 : position.z > 0 ? 1 : 3;  // two bits, signed
  constexpr int modules = 64;
  const auto module = static_cast<std::uint64_t>(side_of(position.phi(), modules));
  return static_cast<std::uint64_t>(layer.system) | side << 5U |
         static_cast<std::uint64_t>(layer.number) << 7U | module << 13U;
}

std::array<float, 3> floats(const Vec3& v) {
  return {static_cast<float>(v.x), static_cast<float>(v.y), static_cast<float>(v.z)};
}

TrackerHit hit_at(const Flight& flight, const Crossing& crossing, RandomStream& random) {
  const TrackerLayer& layer = *crossing.layer;
  const Vec3& at = crossing.position;
  const double phi = at.phi();
  // u goes around the beam; v along it in a barrel, outwards in a disc.
  const Vec3 u{-std::sin(phi), std::cos(phi), 0};
  const Vec3 v = layer.barrel ? Vec3{0, 0, 1} : Vec3{std::cos(phi), std::sin(phi), 0};
  const Vec3 direction = flight.helix.direction(crossing.s);
  const bool pixels = layer.part == TrackerPart::vertex_barrel || layer.part == TrackerPart::vertex_endcap;
  const double slope = layer.x0 > 0 ? crossing.x0 / layer.x0 : 1;
  const double path = slope * (pixels ? pixel_sensor_mm : strip_sensor_mm);

  TrackerHit hit;
  hit.cell_id = cell_of(layer, at);
  hit.particle = flight.particle;
  hit.path_length = static_cast<float>(path);
  hit.deposit = static_cast<float>(silicon_gev_mm * path * relative_loss(flight.momentum_gev, flight.mass) *
                                   random.gamma(loss_shape) / loss_shape);
  hit.time_ns = static_cast<float>(time_at(flight, crossing.s) + time_resolution_ns * random.normal());
  hit.true_position = floats(at);
  hit.position = floats(at + u * (layer.resolution_u_mm * random.normal()) +
                        v * (layer.resolution_v_mm * random.normal()));
  hit.true_momentum = floats(direction * flight.momentum_gev);
  hit.direction_u = {static_cast<float>(std::numbers::pi / 2), static_cast<float>(u.phi())};
  hit.direction_v = {layer.barrel ? 0.0F : static_cast<float>(std::numbers::pi / 2), static_cast<float>(phi)};
  hit.du = static_cast<float>(layer.resolution_u_mm);
  hit.dv = static_cast<float>(layer.resolution_v_mm);
  return hit;
}

struct Errors {
  double d0, phi, omega, z0, tan_lambda;
};

double impact_error(const ImpactResolution& resolution, double p, double sin_theta, double power) {
  return std::hypot(resolution.constant, resolution.slope_gev / (p * std::pow(sin_theta, power)));
}

Errors errors_of(const Detector& detector, const Flight& flight) {
  const Tracker& tracker = detector.tracker;
  const double sin_theta = 1 / flight.helix.path_per_s();
  const double p = flight.momentum_gev;
  const double eta = std::asinh(flight.helix.tan_lambda);
  const double tan_scale = 1 / (sin_theta * sin_theta);  // d(tan lambda) = d(theta) / sin^2 theta
  return {impact_error(tracker.d0_mm, p, sin_theta, 1.5), impact_error(tracker.phi_rad, p, sin_theta, 1),
          std::abs(flight.helix.omega) * momentum_resolution(tracker, flight.species, eta, p * sin_theta),
          impact_error(tracker.z0_mm, p, sin_theta, 2.5),
          tan_scale * impact_error(tracker.tan_lambda, p, sin_theta, 1)};
}

TrackState state_at(StateAt location, const Helix& helix, double s, double time_ns, const Errors& errors) {
  TrackState state;
  state.location = location;
  state.phi = static_cast<float>(std::remainder(helix.phi - helix.omega * s, 2 * std::numbers::pi));
  state.omega = static_cast<float>(helix.omega);
  state.tan_lambda = static_cast<float>(helix.tan_lambda);
  state.time_ns = static_cast<float>(time_ns);
  state.reference = floats(helix.at(s));
  const auto square = [](double error) { return static_cast<float>(error * error); };
  state.covariance[0] = square(errors.d0);
  state.covariance[2] = square(errors.phi);
  state.covariance[5] = square(errors.omega);
  state.covariance[9] = square(errors.z0);
  state.covariance[14] = square(errors.tan_lambda);
  state.covariance[20] = square(time_resolution_ns);
  return state;
}

/// The helix as it is measured.
Perigee measured(const Perigee& truth, const Errors& errors, RandomStream& random) {
  Perigee perigee = truth;
  perigee.d0 += errors.d0 * random.normal();
  perigee.phi += errors.phi * random.normal();
  perigee.z0 += errors.z0 * random.normal();
  perigee.tan_lambda += errors.tan_lambda * random.normal();
  perigee.omega += errors.omega * random.normal();
  return perigee;
}

}  // namespace

std::vector<MadeHit> make_hits(const Tracker& tracker, const Flight& flight,
                               const std::vector<Crossing>& crossings, RandomStream& random) {
  std::vector<MadeHit> hits;
  hits.reserve(crossings.size());
  for (const Crossing& crossing : crossings)
    if (random.chance(tracker.hit_efficiency))
      hits.push_back({crossing.layer->part, hit_at(flight, crossing, random), crossing.s});
  return hits;
}

std::optional<Track> make_track(const Detector& detector, const Flight& flight,
                                const std::vector<MadeHit>& hits, std::size_t crossed, RandomStream& random) {
  const Tracker& tracker = detector.tracker;
  const double pt = flight.momentum_gev / flight.helix.path_per_s();
  const double eta = std::asinh(flight.helix.tan_lambda);
  const double energy = std::hypot(flight.momentum_gev, flight.mass);
  if (static_cast<int>(hits.size()) < tracker.min_hits || pt < tracker.pt_min_gev) return std::nullopt;
  if (!random.chance(track_efficiency(tracker, flight.species, eta, energy))) return std::nullopt;

  const Errors errors = errors_of(detector, flight);
  const Perigee truth = perigee_of(flight.helix);
  const Perigee perigee = measured(truth, errors, random);
  const Helix helix = helix_of(perigee);
  const auto s_of = [&](const MadeHit& made) { return made.s - truth.s; };  // of the measured helix
  const double face = calorimeter_face(detector, helix).value_or(s_of(hits.back()));
  const double time0 = time_at(flight, truth.s);
  const auto time_of = [&](double s) { return time_at(flight, s + truth.s); };

  Track track;
  track.ndf = 2 * static_cast<std::int32_t>(hits.size()) - 5;
  track.chi2 = static_cast<float>(2 * random.gamma(0.5 * track.ndf));
  track.holes = static_cast<std::int32_t>(crossed - hits.size());
  const double loss = silicon_gev_mm * relative_loss(flight.momentum_gev, flight.mass);
  track.dedx = static_cast<float>(loss * std::max(0.1, 1 + tracker.dedx_resolution * random.normal()));
  track.dedx_error = static_cast<float>(tracker.dedx_resolution * track.dedx);
  const double first = s_of(hits.front());
  const double last = s_of(hits.back());
  track.states = {state_at(StateAt::ip, helix, 0, time0, errors),
                  state_at(StateAt::first_hit, helix, first, time_of(first), errors),
                  state_at(StateAt::last_hit, helix, last, time_of(last), errors),
                  state_at(StateAt::calorimeter, helix, face, time_of(face), errors)};
  track.states[0].d0 = static_cast<float>(perigee.d0);
  track.states[0].z0 = static_cast<float>(perigee.z0);
  track.states[0].reference = {0, 0, 0};
  for (const MadeHit& made : hits) ++track.hit_numbers[static_cast<std::size_t>(made.part)];
  return track;
}

}  // namespace sluice::simulate

// Three-vectors and four-vectors, as little of them as the simulation needs. Lengths in mm, momenta in GeV.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sluice::simulate {

struct Vec3 {
  double x = 0;
  double y = 0;
  double z = 0;

  double dot(const Vec3& other) const { return x * other.x + y * other.y + z * other.z; }
  double norm2() const { return dot(*this); }
  double norm() const { return std::sqrt(norm2()); }
  double perp() const { return std::sqrt(x * x + y * y); }
  double phi() const { return std::atan2(y, x); }
  bool operator==(const Vec3&) const = default;
};

inline Vec3 operator+(const Vec3& a, const Vec3& b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Vec3 operator-(const Vec3& a, const Vec3& b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Vec3 operator-(const Vec3& a) { return {-a.x, -a.y, -a.z}; }
inline Vec3 operator*(const Vec3& a, double factor) { return {a.x * factor, a.y * factor, a.z * factor}; }
inline Vec3 operator*(double factor, const Vec3& a) { return a * factor; }

inline Vec3 cross(const Vec3& a, const Vec3& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
/// The z axis for a vector without a length.
inline Vec3 unit(const Vec3& a) {
  const double norm = a.norm();
  return norm > 0 ? a * (1 / norm) : Vec3{0, 0, 1};
}

/// Two unit vectors that stand at right angles to a direction and to each other.
struct Transverse {
  Vec3 u;
  Vec3 v;
};
inline Transverse transverse_of(const Vec3& direction) {
  const Vec3 helper = std::abs(direction.z) < 0.9 ? Vec3{0, 0, 1} : Vec3{1, 0, 0};
  const Vec3 u = unit(cross(helper, direction));
  return {u, cross(direction, u)};
}
inline Vec3 turned(const Vec3& direction, double cos_theta, double phi) {
  const auto [u, v] = transverse_of(direction);
  const double sin_theta = std::sqrt(std::max(0.0, 1 - cos_theta * cos_theta));
  return direction * cos_theta + u * (sin_theta * std::cos(phi)) + v * (sin_theta * std::sin(phi));
}

struct FourVector {
  Vec3 p;
  double e = 0;

  double mass2() const { return e * e - p.norm2(); }
  double mass() const { return std::sqrt(std::max(0.0, mass2())); }
};

inline FourVector operator+(const FourVector& a, const FourVector& b) { return {a.p + b.p, a.e + b.e}; }
inline FourVector operator-(const FourVector& a, const FourVector& b) { return {a.p - b.p, a.e - b.e}; }
inline FourVector with_mass(const Vec3& p, double mass) { return {p, std::sqrt(p.norm2() + mass * mass)}; }

/// `a`, given in the rest frame of `frame`, as seen from where `frame` moves.
inline FourVector boosted(const FourVector& a, const FourVector& frame) {
  const double mass = frame.mass();
  if (mass <= 0) return a;
  const double along = a.p.dot(frame.p);
  const double energy = (a.e * frame.e + along) / mass;
  return {a.p + frame.p * ((along / (frame.e + mass) + a.e) / mass), energy};
}
/// The inverse: `a` as seen in the rest frame of `frame`.
inline FourVector in_rest_frame(const FourVector& a, const FourVector& frame) {
  return boosted(a, {-frame.p, frame.e});
}

}  // namespace sluice::simulate

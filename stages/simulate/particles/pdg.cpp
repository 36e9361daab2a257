#include "stages/simulate/particles/pdg.h"

#include <array>
#include <cstdlib>

namespace sluice::simulate {

namespace {

/// Three times the charge of quark 1 (down) to 6 (top).
constexpr int thirds(int quark) { return quark % 2 == 0 ? 2 : -1; }

int digit(int code, int power) {
  for (int i = 0; i < power; ++i) code /= 10;
  return code % 10;
}

int hadron_thirds(int code) {
  const int q3 = digit(code, 1);
  const int q2 = digit(code, 2);
  const int q1 = digit(code, 3);
  if (q1 > 6 || q2 > 6 || q3 > 6 || q2 == 0) return 0;
  if (q1 != 0 && q3 == 0) return thirds(q1) + thirds(q2);  // a diquark
  if (q1 != 0) return thirds(q1) + thirds(q2) + thirds(q3);
  if (q2 == q3) return 0;
  // The heavier quark is the quark of a positive code when it is up-like, else the antiquark.
  return (q2 % 2 == 0 ? 1 : -1) * (thirds(q2) - thirds(q3));
}

int thirds_of(int code) {
  if (code >= 1'000'000'000) return code / 10'000 % 1000 * 3;  // a nucleus
  if (code <= 6) return thirds(code);
  if (code == 11 || code == 13 || code == 15) return -3;
  if (code == 24 || code == 34 || code == 37) return 3;
  if (code < 100 || (code >= 1'000'000 && code < 9'000'000)) return 0;
  return hadron_thirds(code);
}

}  // namespace

double charge_of(int pdg) {
  if (pdg == 0 || pdg == INT32_MIN) return 0;
  return (pdg > 0 ? 1 : -1) * thirds_of(std::abs(pdg)) / 3.0;
}

bool is_neutrino(int pdg) {
  const int code = std::abs(pdg);
  return code == 12 || code == 14 || code == 16;
}

Encounter encounter_of(int pdg, double charge) {
  switch (std::abs(pdg)) {
    case 22: return Encounter::photon;
    case 11: return Encounter::electron;
    case 13: return Encounter::muon;
    case 12:
    case 14:
    case 16: return Encounter::invisible;
    default: break;
  }
  if (charge != 0) return Encounter::charged_hadron;
  // Of neutral particles below 100 only neutrinos, photons and bosons exist; SUSY codes are invisible too.
  const int code = std::abs(pdg);
  const bool hadron = code > 100 && (code < 1'000'000 || code >= 1'000'000'000);
  return hadron ? Encounter::neutral_hadron : Encounter::invisible;
}

int antiparticle(int pdg) {
  const int code = std::abs(pdg);
  constexpr std::array<int, 5> own = {22, 23, 25, 130, 310};
  for (const int one : own)
    if (code == one) return pdg;
  const bool meson = code > 100 && code < 1000;
  if (meson && digit(code, 1) == digit(code, 2)) return pdg;
  if (code == 21) return pdg;
  return -pdg;
}

}  // namespace sluice::simulate

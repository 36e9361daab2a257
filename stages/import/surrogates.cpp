#include "stages/import/surrogates.h"

#include "stages/import/truth.h"

namespace sluice::import {

namespace {

constexpr std::int32_t stable_status = 1;
constexpr std::int32_t simulation_status = 0;  // made by the simulation, not the generator
constexpr int highest_climb = 8;

/// Up the first parents, to the first that is not stable and has something.
std::int32_t climb(const Record& record, const Ancestry& ancestry, const std::vector<char>& has,
                   std::int32_t from) {
  auto here = static_cast<std::size_t>(from);
  for (int step = 0; step < highest_climb && !ancestry.parents(here).empty(); ++step) {
    here = static_cast<std::size_t>(ancestry.parents(here).front());
    if (record.generator_status[here] != stable_status && has[here] != 0)
      return static_cast<std::int32_t>(here);
  }
  return nobody;
}

}  // namespace

std::vector<std::int32_t> stable_particles(const Record& record) {
  std::vector<std::int32_t> stable;
  for (std::size_t i = 0; i < record.pdg.size(); ++i)
    if (record.generator_status[i] == stable_status && !is_neutrino(record.pdg[i]))
      stable.push_back(static_cast<std::int32_t>(i));
  return stable;
}

std::vector<std::int32_t> find_answerable(const Record& record, const Ancestry& ancestry) {
  std::vector<std::int32_t> answerable(record.pdg.size(), nobody);
  spread_to_descendants(ancestry, stable_particles(record), answerable);
  std::vector<std::int32_t> generated;
  std::vector<std::int32_t> rest;
  for (std::size_t i = 0; i < record.pdg.size(); ++i)
    (record.generator_status[i] == simulation_status ? rest : generated)
        .push_back(static_cast<std::int32_t>(i));
  spread_to_descendants(ancestry, generated, answerable);
  for (const std::int32_t particle : rest)
    if (answerable[static_cast<std::size_t>(particle)] == nobody)
      answerable[static_cast<std::size_t>(particle)] = particle;
  return answerable;
}

std::vector<std::int32_t> find_surrogates(const Record& record, const Ancestry& ancestry,
                                          const std::vector<char>& has) {
  std::vector<char> candidate(record.pdg.size(), 0);
  std::vector<char> stable_with_something(record.pdg.size(), 0);
  bool any = false;
  for (const std::int32_t particle : stable_particles(record)) {
    if (has[static_cast<std::size_t>(particle)] != 0) {
      stable_with_something[static_cast<std::size_t>(particle)] = 1;
    } else if (const std::int32_t found = climb(record, ancestry, has, particle); found != nobody) {
      candidate[static_cast<std::size_t>(found)] = 1;
      any = true;
    }
  }
  if (!any) return {};
  const std::vector<char> above_something = ancestors_of(ancestry, stable_with_something);
  for (std::size_t i = 0; i < candidate.size(); ++i)
    if (above_something[i] != 0) candidate[i] = 0;
  const std::vector<char> above_candidate = ancestors_of(ancestry, candidate);
  std::vector<std::int32_t> surrogates;
  for (std::size_t i = 0; i < candidate.size(); ++i)
    if (candidate[i] != 0 && above_candidate[i] == 0) surrogates.push_back(static_cast<std::int32_t>(i));
  return surrogates;
}

}  // namespace sluice::import

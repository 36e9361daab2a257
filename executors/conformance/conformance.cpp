#include "executors/conformance/conformance.h"

#include "engine/base/clock.h"
#include "executors/conformance/checks.h"

namespace sluice::executors::conformance {

namespace {

std::vector<Check> all_checks() {
  std::vector<Check> checks;
  add_basic_checks(checks);
  add_cancel_checks(checks);
  add_restart_checks(checks);
  return checks;
}

}  // namespace

std::vector<std::string> check_names() {
  std::vector<std::string> names;
  for (const auto& check : all_checks()) names.push_back(check.name);
  return names;
}

Outcome run_check(const Subject& subject, const Check& check) {
  Outcome outcome;
  outcome.check = check.name;
  outcome.demand = check.demand;
  const std::int64_t begin = RealClock().mono_ns();
  check.run(subject, Complaints(outcome.complaints));
  outcome.seconds = static_cast<double>(RealClock().mono_ns() - begin) / static_cast<double>(ns_per_s);
  return outcome;
}

Outcome run_check(const Subject& subject, std::string_view name) {
  for (const auto& check : all_checks())
    if (check.name == name) return run_check(subject, check);
  return {std::string(name), "", {"there is no check of this name"}, 0};
}

}  // namespace sluice::executors::conformance

// The list of checks; each file of checks adds its own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "executors/conformance/session.h"

namespace sluice::executors::conformance {

struct Check {
  std::string name;
  std::string demand;
  std::function<void(const Subject&, const Complaints&)> run;
};

Outcome run_check(const Subject& subject, const Check& check);

void add_basic_checks(std::vector<Check>& checks);    ///< start, end, evidence
void add_cancel_checks(std::vector<Check>& checks);   ///< asking and forcing to end
void add_restart_checks(std::vector<Check>& checks);  ///< tokens, duplicates, a driver that dies

}  // namespace sluice::executors::conformance

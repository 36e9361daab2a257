// Where a verb writes to, and what may be written there: handed to it, so that tests can read along.
#pragma once

#include <ostream>

#include "engine/report/terminal.h"

namespace sluice::cli {

struct Console {
  std::ostream& out;  ///< what the user asked for
  std::ostream& err;  ///< errors and notes
  report::Terminal out_terminal;
  report::Terminal err_terminal;
};

}  // namespace sluice::cli

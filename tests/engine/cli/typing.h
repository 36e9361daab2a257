// Typing a command line, without a process: what the program answers.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "engine/cli/program.h"

namespace sluice::cli {

struct Answer {
  int code = 0;
  std::string out;
  std::string err;
};

inline Answer type(const std::vector<std::string>& words) {
  std::ostringstream out;
  std::ostringstream err;
  Console console{out, err, {}, {}};
  const int code = run_program(words, console);
  return {code, out.str(), err.str()};
}

}  // namespace sluice::cli

// A stage's parsed command line, by position in its Description. Stages see their Options struct instead:
// table.h fills one from the other.
#pragma once

#include <string>
#include <vector>

#include "stages/stage/description.h"
#include "stages/stage/fields.h"

namespace sluice::stage {

struct Values {
  std::vector<std::vector<Scalar>> parameters;  ///< one item, the items of a list, or none
  std::vector<std::string> data_paths;          ///< of each parameter; empty unless it names a data file
  std::vector<std::vector<std::string>> inputs;
  std::vector<std::string> outputs;      ///< as the user named them; empty: not wanted
  std::vector<OutputPath> output_paths;  ///< where they are written meanwhile
};

}  // namespace sluice::stage

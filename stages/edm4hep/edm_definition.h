// The definition of the types that we write, as podio keeps it in files: its YAML description as JSON.
#pragma once

#include <string>

namespace sluice::edm4hep {

std::string edm_definition();

}  // namespace sluice::edm4hep

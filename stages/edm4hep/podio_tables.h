// What a podio file says about itself: collection ids and names, their types, and which versions wrote it.
// Every era of podio wrote that to another place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/edm4hep/root_file.h"

namespace sluice::edm4hep {

struct PodioTables {
  struct Entry {
    std::uint32_t id = 0;
    std::string name;
    std::string type;  ///< "edm4hep::TrackCollection"; empty where the file doesn't say it here
  };
  std::vector<Entry> collections;
  std::string podio_version;  ///< "1.7.0"; empty: the file doesn't say
  std::string edm4hep_version;
};

/// Empty for a file without such tables. Damaged ones are an error.
Result<PodioTables> read_podio_tables(const RootFile& file, std::uint64_t basket_limit);

}  // namespace sluice::edm4hep

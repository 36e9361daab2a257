// The real EDM4hep files beside the project. They are no part of it: tests that need them are skipped where
// they are absent.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace sluice::edm4hep {

inline const std::string real_folder = SLUICE_SOURCE_DIR "/../shared/edm4hep";

inline std::string real_file(const std::string& name) { return real_folder + "/" + name + ".root"; }

/// All of podio's files, without the ending, in a fixed order.
inline std::vector<std::string> real_files() {
  std::vector<std::string> names;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(real_folder, missing))
    if (entry.path().extension() == ".root") names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace sluice::edm4hep

#define SLUICE_NEEDS_REAL_FILES()                                   \
  if (!std::filesystem::is_directory(sluice::edm4hep::real_folder)) \
  GTEST_SKIP() << "the real files are not there: " << sluice::edm4hep::real_folder

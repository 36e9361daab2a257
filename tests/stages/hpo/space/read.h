// A space out of inline TOML.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "stages/hpo/space/read_space.h"

namespace sluice::hpo {

inline Space read(const std::string& text, Diagnostics& diagnostics) {
  const auto root = parse_toml(diagnostics.add_source("study.toml", text), diagnostics);
  return root ? read_space(root->find("space"), root->find("forbid"), diagnostics) : Space{};
}

inline Space good_space(const std::string& text) {
  Diagnostics diagnostics;
  Space space = read(text, diagnostics);
  EXPECT_EQ(diagnostics.render(), "");
  return space;
}

inline std::string complaints(const std::string& text) {
  Diagnostics diagnostics;
  read(text, diagnostics);
  return diagnostics.render();
}

}  // namespace sluice::hpo

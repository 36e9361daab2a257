// The programs that stand in docs/trial-protocol.md, to be run as they stand there.
#pragma once

#include <stdexcept>
#include <string>

#include "engine/base/disk.h"

namespace sluice::tests {

/// The n-th block (from 0) of a language on the page.
inline std::string protocol_block(const std::string& language, int n) {
  const auto page = RealDisk().read(SLUICE_SOURCE_DIR "/docs/trial-protocol.md");
  if (!page) throw std::runtime_error(to_string(page.error()));
  const std::string fence = "```" + language + "\n";
  std::size_t begin = 0;
  for (int i = 0; i <= n; ++i) {
    begin = page->find(fence, begin);
    if (begin == std::string::npos)
      throw std::runtime_error("no block " + std::to_string(n) + " of " + language);
    begin += fence.size();
  }
  return page->substr(begin, page->find("```", begin) - begin);
}

}  // namespace sluice::tests

// Appending lines that have to survive: the journal, and the bell.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace sluice::sweep {

class AppendFile {
 public:
  AppendFile() = default;
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  /// Makes the file where needed, and cuts off what follows byte `size`: the torn end of an earlier life.
  Status open(const std::string& path, std::size_t size);
  /// On the disk when this returns.
  Status append(std::string_view bytes);

 private:
  std::string path_;
  int descriptor_ = -1;
};

/// One line, not synced; begins with a newline if the file ends without one.
Status append_once(const std::string& path, std::string_view line);

}  // namespace sluice::sweep

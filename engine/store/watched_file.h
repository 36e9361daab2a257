// Is the file that we opened still the one at its path? Somebody may remove or move a run folder while a
// driver works in it; SQLite would go on writing to a file that nobody can find any more.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::store {

enum class Whereabouts : std::uint8_t { here, removed, moved };

class WatchedFile {
 public:
  WatchedFile() = default;
  explicit WatchedFile(std::string path);  ///< of a file that is there
  ~WatchedFile();
  WatchedFile(WatchedFile&& other) noexcept;
  WatchedFile& operator=(WatchedFile&& other) noexcept;

  /// Two looks at the file system. What can't be told counts as here: a server may be away for a while.
  Whereabouts look() const;

 private:
  std::string path_;
  int fd_ = -1;
};

}  // namespace sluice::store

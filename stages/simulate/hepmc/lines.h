// A text file, plain or gzip, line by line with line numbers.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace sluice::simulate {

class Lines {
 public:
  static Result<Lines> open(const std::string& path);
  Lines(Lines&& other) noexcept;
  Lines& operator=(Lines&& other) noexcept;
  Lines(const Lines&) = delete;
  ~Lines();

  /// False at the end of the file. The line is good until the next call.
  Result<bool> next(std::string_view& line);
  std::uint64_t number() const { return number_; }
  std::string where() const { return path_ + ":" + std::to_string(number_); }
  const std::string& path() const { return path_; }

 private:
  Lines(std::string path, gzFile file);
  Status fill();

  std::string path_;
  gzFile file_ = nullptr;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool at_end_ = false;
  std::uint64_t number_ = 0;
};

}  // namespace sluice::simulate

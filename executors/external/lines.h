// Cuts what a program writes into lines, in bounded memory: a line that is longer than allowed is dropped,
// and the next one is read as if nothing had happened.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace sluice::executors::external {

/// Longest line of the protocol, in both directions, with its newline.
constexpr std::size_t longest_line = 1024 * 1024;

class LineSplitter {
 public:
  using OnLine = std::function<void(std::string_view line)>;          ///< without its newline
  using OnTooLong = std::function<void(std::string_view beginning)>;  ///< once for each dropped line

  explicit LineSplitter(std::size_t longest = longest_line) : longest_(longest) {}

  void add(std::string_view bytes, const OnLine& on_line, const OnTooLong& on_too_long);
  /// What came after the last newline.
  std::string_view rest() const { return rest_; }
  std::size_t longest() const { return longest_; }

 private:
  void keep(std::string_view bytes, const OnTooLong& on_too_long);

  std::size_t longest_;
  std::string rest_;
  bool dropping_ = false;
};

}  // namespace sluice::executors::external

#include "engine/report/html.h"

#include <array>
#include <ctime>

namespace sluice::report {

std::string time_text(std::int64_t wall_ns) {
  constexpr std::int64_t ns_per_s = 1'000'000'000;
  const std::time_t seconds = wall_ns / ns_per_s;
  std::tm local{};
  if (localtime_r(&seconds, &local) == nullptr) return "?";
  std::array<char, 64> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S %Z", &local);
  return {text.data(), size};
}

std::string grouped(std::size_t number) {
  constexpr std::size_t group = 3;
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > group;) digits.insert(at -= group, "\u202f");
  return digits;
}

std::string count_of(std::size_t count, std::string_view noun) {
  return grouped(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace sluice::report

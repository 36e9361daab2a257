// sluice-import --list FILE and --sums FILE: what is in an EDM4hep file.
#include <cstdio>
#include <string_view>
#include <thread>

#include "stages/import/inspect.h"

namespace {

constexpr const char* usage =
    "usage: sluice-import --list FILE   the collections of an EDM4hep file, their types and sizes\n"
    "       sluice-import --sums FILE   count, sum and first numbers of every column, as JSON\n";

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "--help") return std::fputs(usage, stdout) < 0 ? sluice::exit_io : sluice::exit_done;
  if (argc != 3 || (mode != "--list" && mode != "--sums")) {
    (void)std::fputs(usage, stderr);
    return sluice::exit_usage;
  }
  const int threads = static_cast<int>(std::thread::hardware_concurrency());
  const auto text = mode == "--list" ? sluice::import::list_contents(argv[2])
                                     : sluice::import::sum_columns(argv[2], threads);
  if (!text) {
    (void)std::fprintf(stderr, "sluice-import: %s\n", to_string(text.error()).c_str());
    return exit_code(text.error().kind);
  }
  const bool written = std::fputs(text->c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  return written ? sluice::exit_done : sluice::exit_io;
}

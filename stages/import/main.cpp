// sluice-import: EDM4hep files in, an event file out. With --list FILE or --sums FILE it only says what is in
// a file.
#include <cstdio>
#include <string_view>
#include <thread>

#include "stages/import/inspect.h"
#include "stages/import/stage.h"

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (argc != 3 || (mode != "--list" && mode != "--sums")) return sluice::import::run_stage(argc, argv);
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

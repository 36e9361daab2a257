// sluice: the program. All it does is in engine/cli/program.h; here the real streams and the real environment
// come in.
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "engine/base/process.h"
#include "engine/base/result.h"
#include "engine/cli/program.h"

int main(int argc, char** argv) {
  sluice::hold_standard_descriptors();
  std::ios::sync_with_stdio(false);
  try {
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    sluice::cli::Console console{std::cout, std::cerr, sluice::report::terminal_of(STDOUT_FILENO, getenv),
                                 sluice::report::terminal_of(STDERR_FILENO, getenv)};
    const int code = sluice::cli::run_program(words, console);
    std::cout.flush();
    if (!std::cout && code == sluice::exit_done) {
      std::cerr << "sluice: the output could not be written\n";
      return sluice::exit_io;
    }
    return code;
  } catch (const std::exception& bug) {
    std::cerr << "sluice: this is a bug in Sluice: " << bug.what()
              << "\n  please report it with the command that you typed; nothing that was finished is lost\n";
    return sluice::exit_internal;
  }
}

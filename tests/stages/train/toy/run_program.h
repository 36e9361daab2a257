// What tests of programs need: a folder of their own, and what a program says.
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace sluice::train::testing {

/// A folder that is gone with the test.
struct Scratch {
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sluice-train-XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  ~Scratch() { std::filesystem::remove_all(path); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string path;
};

struct ProgramRun {
  int exit_code = -1;
  std::string said;  ///< stdout and stderr
};

inline ProgramRun run_program(const std::string& command) {
  ProgramRun run;
  FILE* pipe = popen(("{ " + command + "; } 2>&1").c_str(), "r");
  std::array<char, 4096> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
    run.said.append(buffer.data(), got);
  const int status = pclose(pipe);
  run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return run;
}

inline std::string program(const std::string& name) { return std::string(SLUICE_BIN_DIR) + "/" + name; }

/// sluice-train with a small network.
inline std::string small_train(const std::string& arguments) {
  return program("sluice-train") +
         " --width 16 --hidden 16 --heads 2 --layers 2 --bin_size 8 --batch 8 --threads 1 " + arguments;
}

/// A shell command that starts another, asks it to stop (USR2) once its output holds these words, and waits
/// for it.
inline std::string until_it_says(const std::string& words, const std::string& command,
                                 const std::string& log) {
  return command + " > " + log + " 2>&1 & pid=$!; for i in $(seq 1200); do grep -q '" + words + "' " + log +
         " && break; sleep 0.05; done; kill -USR2 $pid; wait $pid; code=$?; cat " + log + "; (exit $code)";
}

}  // namespace sluice::train::testing

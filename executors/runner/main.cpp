// sluice-runner: the agent that starts programs and writes down how they ended. People rarely call it; the
// local executor and batch jobs do.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "engine/base/result.h"
#include "executors/runner/serve.h"
#include "executors/runner/settle.h"
#include "executors/runner/single.h"
#include "sluice_version.h"

namespace {

using namespace sluice;             // NOLINT: this file is the program's edge
using namespace sluice::executors;  // NOLINT

constexpr std::string_view help =
    R"(sluice-runner: starts programs and writes down how they ended.

  sluice-runner --serve FOLDER [--idle SECONDS]
      Becomes the long-lived local runner whose journal is in FOLDER (which must be new).
  sluice-runner --attempt SPEC.json [--job ID] [--restart N]
      Runs one attempt here and leaves exit.ID.N.json in its folder. Exit code: the program's.
  sluice-runner --settle FOLDER [--host-lost]
      Ends what a runner that died has left, and records it as lost in FOLDER/settled.
  sluice-runner --version | --help

The files and the protocol: docs/run-folder-runner.md
)";

struct Arguments {
  std::string verb;
  std::string path;
  std::string job = "run";
  std::string restart = "0";
  std::string idle;
  bool host_lost = false;
};

std::optional<std::string> parse(const std::vector<std::string>& words, Arguments& arguments) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--host-lost") {
      arguments.host_lost = true;
      continue;
    }
    if (word == "--help" || word == "--version") {
      arguments.verb = word;
      return std::nullopt;
    }
    std::string* value = nullptr;
    if (word == "--serve" || word == "--attempt" || word == "--settle") {
      arguments.verb = word;
      value = &arguments.path;
    }
    if (word == "--job") value = &arguments.job;
    if (word == "--restart") value = &arguments.restart;
    if (word == "--idle") value = &arguments.idle;
    if (value == nullptr) return "unknown argument '" + word + "'";
    if (++i == words.size()) return "'" + word + "' needs a value";
    *value = words[i];
  }
  return arguments.verb.empty() ? std::optional<std::string>("nothing to do") : std::nullopt;
}

/// "restart" is empty where the batch system sets its counter only after the first restart.
std::optional<int> count_of(const std::string& text) {
  if (text.empty()) return 0;
  char* end = nullptr;
  const long value = std::strtol(text.c_str(), &end, 10);
  if (*end != '\0' || value < 0 || value > 1'000'000) return std::nullopt;
  return static_cast<int>(value);
}

int usage(const std::string& problem) {
  std::fprintf(stderr, "sluice-runner: %s\n  see sluice-runner --help\n", problem.c_str());
  return exit_usage;
}

int run(const Arguments& arguments) {
  if (arguments.verb == "--settle") {
    const auto settled = settle({absolute_path(arguments.path), arguments.host_lost});
    if (settled) return exit_done;
    std::fprintf(stderr, "sluice-runner: %s\n", to_string(settled.error()).c_str());
    return exit_code(settled.error().kind);
  }
  if (arguments.verb == "--attempt") {
    const auto restart = count_of(arguments.restart);
    if (!restart || arguments.job.empty() || arguments.job.find('/') != std::string::npos)
      return usage("--job needs a name without a slash and --restart a count");
    return run_single({absolute_path(arguments.path), {arguments.job, *restart}});
  }
  ServeOptions options;
  options.folder = absolute_path(arguments.path);
  if (!arguments.idle.empty()) options.idle_s = std::atof(arguments.idle.c_str());
  return serve(options);
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_descriptors();
  Arguments arguments;
  const auto problem = parse(std::vector<std::string>(argv + 1, argv + argc), arguments);
  if (problem) return usage(*problem);
  if (arguments.verb == "--help" || arguments.verb == "--version") {
    const std::string text =
        arguments.verb == "--help" ? std::string(help) : "sluice-runner " + std::string(version()) + "\n";
    std::fputs(text.c_str(), stdout);
    return exit_done;
  }
  return run(arguments);
}

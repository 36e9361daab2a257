#include "executors/runner/environment.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/base/process.h"
#include "executors/runner/process_table.h"

extern char** environ;  // NOLINT: POSIX names it

namespace sluice::executors {

namespace {

constexpr std::array<std::string_view, 6> passed_names = {"PATH", "HOME",   "USER",
                                                          "LANG", "TMPDIR", "LD_LIBRARY_PATH"};

bool matches(std::string_view name, std::string_view pattern) {
  if (!pattern.ends_with('*')) return name == pattern;
  pattern.remove_suffix(1);
  return name.starts_with(pattern);
}

void set(Environment& environment, std::string_view name, std::string value) {
  const auto found = std::find_if(environment.begin(), environment.end(),
                                  [&](const auto& variable) { return variable.first == name; });
  if (found == environment.end())
    environment.emplace_back(name, std::move(value));
  else
    found->second = std::move(value);
}

std::string joined_gpu_names(const std::vector<int>& gpus, const std::vector<std::string>& names) {
  std::string joined;
  for (const int gpu : gpus) joined += (joined.empty() ? "" : ",") + names.at(static_cast<std::size_t>(gpu));
  return joined;
}

std::string replaced(std::string word, std::string_view placeholder, const std::string& value) {
  const auto at = word.find(placeholder);
  if (at != std::string::npos) word.replace(at, placeholder.size(), value);
  return word;
}

int cpus_per_rank(const Resources& resources) {
  return std::max(1, resources.cpus / std::max(1, resources.ranks));
}

}  // namespace

Environment pass_through(const std::vector<std::string>& more) {
  Environment passed;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    const auto name = text.substr(0, equals);
    const auto fits = [&](std::string_view pattern) { return matches(name, pattern); };
    if (std::any_of(passed_names.begin(), passed_names.end(), fits) ||
        std::any_of(more.begin(), more.end(), fits))
      passed.emplace_back(name, text.substr(equals + 1));
  }
  return passed;
}

std::vector<std::string> default_launcher() {
  std::vector<std::string> launcher = {"mpirun", "-n", "{ranks}", "--oversubscribe", "--bind-to", "none"};
  if (::geteuid() == 0)
    launcher.push_back("--allow-run-as-root");  // OpenMPI refuses root without it (containers)
  return launcher;
}

std::vector<std::string> task_environment(const AttemptSpec& attempt, const TaskSurroundings& surroundings,
                                          const std::vector<int>& gpus) {
  Environment environment = surroundings.base;
  const std::string cpus = std::to_string(cpus_per_rank(attempt.resources));
  set(environment, "OMP_NUM_THREADS", cpus);
  set(environment, "SLUICE_CPUS", cpus);
  // Set even when empty: a task that asked for no GPU must not find one.
  if (!surroundings.gpu_names.empty())
    set(environment, "CUDA_VISIBLE_DEVICES", joined_gpu_names(gpus, surroundings.gpu_names));
  for (const auto& [name, value] : attempt.env) set(environment, name, value);
  set(environment, attempt_mark, attempt.token);
  std::vector<std::string> lines;
  lines.reserve(environment.size());
  for (const auto& [name, value] : environment) lines.push_back(name + "=" + value);
  return lines;
}

std::vector<std::string> task_argv(const AttemptSpec& attempt, const TaskSurroundings& surroundings) {
  if (attempt.resources.ranks <= 1) return attempt.argv;
  std::vector<std::string> argv;
  for (const auto& word : surroundings.launcher)
    argv.push_back(replaced(replaced(word, "{ranks}", std::to_string(attempt.resources.ranks)),
                            "{cpus_per_rank}", std::to_string(cpus_per_rank(attempt.resources))));
  argv.insert(argv.end(), attempt.argv.begin(), attempt.argv.end());
  return argv;
}

std::string task_program(const std::string& name, const std::vector<std::string>& environment) {
  if (name.find('/') != std::string::npos) return name;
  constexpr std::string_view key = "PATH=";
  for (const auto& variable : environment)
    if (variable.starts_with(key)) return find_program(name, variable.substr(key.size()));
  return "";
}

}  // namespace sluice::executors

#include "tests/e2e/harness.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace sluice::tests {

namespace {

namespace fs = std::filesystem;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

enum class Role { task, runner, sluice };

struct Process {
  pid_t pid = 0;
  Role role = Role::task;
};

Role role_of(const std::string& command) {
  const std::string program = fs::path(command.substr(0, command.find('\0'))).filename();
  if (program == "sluice-runner") return Role::runner;
  if (command.find("--describe") != std::string::npos)
    return Role::sluice;  // it asks, before any task starts
  return program == "sluice" ? Role::sluice : Role::task;
}

std::vector<pid_t> of_role(const std::vector<Process>& processes, Role role) {
  std::vector<pid_t> pids;
  for (const auto& process : processes)
    if (process.role == role) pids.push_back(process.pid);
  return pids;
}

/// By working folder or command line: whatever a test has started lives in its folder.
std::vector<Process> processes_in(const std::string& folder) {
  std::vector<Process> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ec != std::errc() || pid == ::getpid())
      continue;
    std::error_code gone;
    const std::string works_in = fs::read_symlink(entry.path() / "cwd", gone);
    const std::string command = read_file(entry.path() / "cmdline");
    if (command.empty()) continue;  // a zombie
    if (works_in.find(folder) == std::string::npos && command.find(folder) == std::string::npos) continue;
    found.push_back({pid, role_of(command)});
  }
  return found;
}

}  // namespace

AtWork::AtWork(std::vector<std::string> argv, std::vector<std::string> environment, std::string files)
    : process_(std::move(argv), std::move(environment)), files_(std::move(files)) {}

Answer AtWork::wait() {
  const int code = process_.wait();
  return {code, read_file(files_ + ".out"), read_file(files_ + ".err")};
}

std::string AtWork::err() const { return read_file(files_ + ".err"); }

Place::Place(std::string name_of_the_run_folder) : below_("/" + std::move(name_of_the_run_folder)) {
  fs::create_directories(folder_.path() + below_);
}

Place::~Place() {
  // Runners first: they would write down the death of their tasks into a folder that is about to go.
  for (const Role role : {Role::runner, Role::sluice, Role::task})
    for (const pid_t pid : of_role(processes_in(folder_.path()), role)) ::kill(pid, SIGKILL);
}

std::string Place::path(const std::string& name) const {
  return folder_.path() + below_ + (name.empty() ? "" : "/" + name);
}

std::string Place::filled(const std::string& text) const {
  std::string whole = text;
  for (std::size_t at = 0; (at = whole.find("@/", at)) != std::string::npos; at += path().size())
    whole.replace(at, 1, path());
  return whole;
}

void Place::write(const std::string& name, const std::string& text) {
  fs::create_directories(fs::path(path(name)).parent_path());
  std::ofstream(path(name), std::ios::binary) << filled(text);
}

std::string Place::read(const std::string& name) const { return read_file(path(name)); }

bool Place::has(const std::string& name) const { return fs::exists(path(name)); }

/// A runner that is about to leave may remove its files at the same time.
void Place::remove(const std::string& name) {
  std::error_code trouble;
  for (int again = 0; again < 100 && fs::exists(path(name)); ++again) fs::remove_all(path(name), trouble);
}

std::vector<std::string> Place::list(const std::string& folder) const {
  std::vector<std::string> names;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(path(folder), none))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

std::unique_ptr<AtWork> Place::start(const std::vector<std::string>& words) {
  const std::string files = folder_ / ("typed." + std::to_string(++typed_));
  std::vector<std::string> argv = {
      "/bin/sh",
      "-c",
      R"(cd "$1" && exec >"$2.out" 2>"$2.err" </dev/null && shift 2 && exec "$@")",
      "sh",
      path(),
      files,
      std::string(SLUICE_BIN_DIR) + "/sluice"};
  argv.insert(argv.end(), words.begin(), words.end());
  std::vector<std::string> variables = {"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + folder_.path(),
                                        "LANG=C.UTF-8"};
  variables.insert(variables.end(), environment.begin(), environment.end());
  return std::make_unique<AtWork>(argv, variables, files);
}

Answer Place::sluice(const std::vector<std::string>& words) { return start(words)->wait(); }

json::value Place::json(const std::vector<std::string>& words) {
  const Answer answer = sluice(words);
  auto value = parse_json(answer.out, "stdout");
  if (!value) throw std::runtime_error(to_string(value.error()) + "\n" + answer.err);
  return *value;
}

int Place::ran(const std::string& line) const {
  std::istringstream lines(ledger());
  int count = 0;
  for (std::string each; std::getline(lines, each);) count += each == line ? 1 : 0;
  return count;
}

bool Place::eventually_ran(const std::string& line) const {
  return eventually([&] { return ran(line) > 0; });
}

std::vector<pid_t> Place::tasks_at_work() const { return of_role(processes_in(folder_.path()), Role::task); }

std::vector<pid_t> Place::runners_at_work() const {
  return of_role(processes_in(folder_.path()), Role::runner);
}

bool holds(const std::string& text, const std::vector<std::string>& parts) {
  std::size_t at = 0;
  for (const auto& part : parts) {
    at = text.find(part, at);
    if (at == std::string::npos) return false;
    at += part.size();
  }
  return true;
}

}  // namespace sluice::tests

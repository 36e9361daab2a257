// What the commands print, down to the odd exit codes.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <optional>
#include <set>
#include <utility>

#include "tests/slurm/fake/fake_slurm.h"

namespace sluice::tests {

namespace {

constexpr double for_ever_s = 1e9;
constexpr double message_timeout_s = 10;

/// The value of --name=V, --name V, or -n V.
std::optional<std::string> option(const std::vector<std::string>& argv, const std::string& name,
                                  const std::string& letter = "") {
  for (std::size_t i = 1; i < argv.size(); ++i) {
    if (argv[i].starts_with("--" + name + "=")) return argv[i].substr(name.size() + 3);
    const bool alone = argv[i] == "--" + name || (!letter.empty() && argv[i] == "-" + letter);
    if (alone && i + 1 < argv.size()) return argv[i + 1];
  }
  return std::nullopt;
}

std::vector<std::string> parts(const std::string& text, char separator) {
  std::vector<std::string> result(1);
  for (const char c : text)
    if (c == separator)
      result.emplace_back();
    else
      result.back() += c;
  return result;
}

std::string raw_text(const FakeJob& job, bool with_colon) {
  constexpr int raw_shift = 8;
  constexpr int signal_mask = 0x7f;
  if (!with_colon) return std::to_string(job.raw_exit);
  return std::to_string(job.raw_exit >> raw_shift) + ":" + std::to_string(job.raw_exit & signal_mask);
}

std::string field(const FakeJob& job, const std::string& name) {
  if (name == "JobArrayID") return job.id();
  if (name == "State") return job.state;
  if (name == "RestartCnt") return std::to_string(job.restarts);
  if (name == "exit_code") return raw_text(job, false);
  if (name == "NodeList") return job.node;
  if (name == "Reason") return job.reason;
  if (name == "Name") return job.name;
  if (name == "Comment") return job.comment.empty() ? "(null)" : job.comment;
  if (name == "WorkDir") return job.folder;
  return "?";
}

bool names_job(const std::string& word, const FakeJob& job) {
  return word == job.id() || word == std::to_string(job.base);
}

FakeAnswer failure(const std::string& command, const std::string& message, int exit_code = 1) {
  return {exit_code, "", command + ": error: " + message + "\n", 0};
}

}  // namespace

FakeAnswer FakeSlurm::run(const std::vector<std::string>& argv, const std::string& script, double now_s) {
  advance(now_s);
  const std::string command = argv[0].substr(argv[0].rfind('/') + 1);
  const long call = ++calls_[command];
  const CommandRule* fault = nullptr;
  for (const auto& rule : scenario_.commands)
    if (rule.command == command && rule.first <= call && call <= rule.last) fault = &rule;
  if (fault != nullptr && fault->accept_after_s)
    (void)answer(command, argv, script, now_s, *fault->accept_after_s);
  const std::string what = fault != nullptr ? fault->fault : unreachable_ ? "unreachable" : "";
  const std::string load = command == "squeue" ? "slurm_load_jobs error: " : "";
  const std::string doing = command == "sbatch" ? "Batch job submission failed: " : load;
  if (what == "timeout") {
    FakeAnswer late = failure(command, doing + "Socket timed out on send/recv operation");
    late.takes_s = message_timeout_s;
    return late;
  }
  if (what == "unreachable")
    return failure(command, doing + "Unable to contact slurm controller (connect failure)");
  if (what == "silent") return {0, "", "", for_ever_s};
  if (what == "garbled") return {0, "\x1b[1mSlurm is being upgraded\x1b[0m\nplease | be | patient\n", "", 0};
  if (what.starts_with('"')) return failure(command, doing + what.substr(1));
  FakeAnswer good = answer(command, argv, script, now_s, 0);
  if (what == "slow") good.takes_s = fault->takes_s;
  if (!scenario_.banner.empty()) good.out = scenario_.banner + "\n" + good.out;
  return good;
}

FakeAnswer FakeSlurm::answer(const std::string& command, const std::vector<std::string>& argv,
                             const std::string& script, double now_s, double accept_after_s) {
  if (command == "sbatch") return sbatch(argv, script, now_s, accept_after_s);
  if (command == "squeue") return squeue(argv);
  if (command == "sacct") return sacct(argv, now_s);
  if (command == "scancel") return scancel(argv, now_s);
  if (command == "scontrol") return config();
  return failure(command, "not part of this cluster", 127);
}

FakeAnswer FakeSlurm::sbatch(const std::vector<std::string>& argv, const std::string& script, double now_s,
                             double after_s) {
  FakeJob job;
  job.name = option(argv, "job-name", "J").value_or("wrap");
  job.comment = option(argv, "comment").value_or("");
  job.output = option(argv, "output", "o").value_or("/dev/null");
  job.folder = option(argv, "chdir", "D").value_or("/");
  job.script = script;
  job.appears_s = now_s + after_s;
  std::size_t count = 1;
  if (const auto array = option(argv, "array", "a")) {
    const auto dash = array->find('-');
    count = static_cast<std::size_t>(std::atol(array->c_str() + dash + 1)) + 1;
    if (count > scenario_.max_array)
      return failure("sbatch", "Batch job submission failed: Invalid job array specification");
    job.index = 0;
  }
  job.base = next_id_++;
  for (std::size_t i = 0; i < count; ++i) {
    job.number = ++submitted_;
    if (job.index >= 0) job.index = static_cast<long>(i);
    job.steps = steps_for(job);
    jobs_.push_back(job);
  }
  advance(now_s);
  return {0, std::to_string(job.base) + "\n", "", 0};
}

FakeAnswer FakeSlurm::squeue(const std::vector<std::string>& argv) const {
  if (const auto wanted = option(argv, "jobs", "j")) {
    // Seen with the real one: a single unknown id is an error, two are none.
    const auto ids = parts(*wanted, ',');
    const auto known = [&](const std::string& id) {
      return std::any_of(jobs_.begin(), jobs_.end(),
                         [&](const auto& job) { return !job.forgotten && names_job(id, job); });
    };
    if (ids.size() == 1 && !known(ids[0]))
      return {1, "", "slurm_load_jobs error: Invalid job id specified\n", 0};
  }
  const auto format = option(argv, "Format", "O");
  if (!format) return failure("squeue", "only --Format is modelled");
  const bool all = option(argv, "states", "t") == "all";
  FakeAnswer answer;
  for (const auto& job : jobs_) {
    if (job.state.empty() || job.forgotten || (job.over && !all)) continue;
    for (const auto& column : parts(*format, ',')) {
      const auto colon = column.find(':');
      answer.out += field(job, column.substr(0, colon));
      if (colon != std::string::npos) answer.out += column.substr(colon + 1);
    }
    answer.out += "\n";
  }
  return answer;
}

FakeAnswer FakeSlurm::sacct(const std::vector<std::string>& argv, double now_s) const {
  if (!scenario_.accounting) return {1, "", "Slurm accounting storage is disabled\n", 0};
  const auto ids = parts(option(argv, "jobs", "j").value_or(""), ',');
  FakeAnswer answer;
  for (const auto& job : jobs_) {
    const bool wanted =
        std::any_of(ids.begin(), ids.end(), [&](const auto& id) { return names_job(id, job); });
    if (!wanted || job.state == "GONE") continue;
    const bool known = job.over && now_s - job.over_s >= scenario_.accounting_lag_s;
    const std::string state = !known ? "RUNNING" : job.by.empty() ? job.state : job.state + " by " + job.by;
    answer.out += job.id() + "|" + state + "|" + raw_text(job, true) + "|" + job.node + "\n";
  }
  return answer;
}

FakeAnswer FakeSlurm::scancel(const std::vector<std::string>& argv, double now_s) {
  const bool by_force = option(argv, "signal", "s") == "KILL";
  FakeAnswer answer;
  for (std::size_t i = 1; i < argv.size(); ++i) {
    if (argv[i].starts_with("-")) continue;
    bool found = false;
    for (auto& job : jobs_) {
      if (job.forgotten || !names_job(argv[i], job)) continue;
      found = true;
      if (!by_force || job.state == "RUNNING") cancel(job, "1000", by_force, now_s);
    }
    if (!found)
      answer.err += "scancel: error: Kill job error on job id " + argv[i] + ": Invalid job id specified\n";
  }
  return answer;
}

FakeAnswer FakeSlurm::config() const {
  return {0,
          "Configuration data as of 2026-01-01T00:00:00\nMaxArraySize            = " +
              std::to_string(scenario_.max_array) +
              "\nMinJobAge               = " + std::to_string(static_cast<long>(scenario_.min_job_age_s)) +
              " sec\nSLURM_VERSION           = " + scenario_.version + "\n",
          "", 0};
}

}  // namespace sluice::tests

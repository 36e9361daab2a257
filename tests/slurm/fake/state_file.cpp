#include "tests/slurm/fake/state_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <utility>

#include "engine/base/disk.h"
#include "engine/base/json.h"

namespace sluice::tests {

namespace {

double wall_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

json::object to_json(const Step& step) {
  json::object object{{"state", step.state},    {"seconds", step.seconds}, {"reason", step.reason},
                      {"node", step.node},      {"by", step.by},           {"requeue", step.requeue},
                      {"passing", step.passing}};
  if (step.exit) object["exit"] = *step.exit;
  if (step.code) object["code"] = *step.code;
  return object;
}

std::string text(const json::object& object, const char* key) {
  return json_string(object, key).value_or("");
}
long number(const json::object& object, const char* key) { return json_int(object, key).value_or(0); }
double real(const json::object& object, const char* key) { return json_double(object, key).value_or(0); }
bool flag(const json::object& object, const char* key) { return json_bool(object, key).value_or(false); }

Step step_from(const json::object& object) {
  Step step;
  step.state = text(object, "state");
  step.seconds = real(object, "seconds");
  step.reason = text(object, "reason");
  step.node = text(object, "node");
  step.by = text(object, "by");
  step.requeue = flag(object, "requeue");
  step.passing = flag(object, "passing");
  if (object.contains("exit")) step.exit = static_cast<int>(number(object, "exit"));
  if (object.contains("code")) step.code = static_cast<int>(number(object, "code"));
  return step;
}

json::object to_json(const FakeJob& job) {
  json::array steps;
  for (const auto& step : job.steps) steps.push_back(to_json(step));
  return {{"base", job.base},
          {"index", job.index},
          {"number", job.number},
          {"name", job.name},
          {"comment", job.comment},
          {"output", job.output},
          {"folder", job.folder},
          {"steps", std::move(steps)},
          {"at", static_cast<std::int64_t>(job.at)},
          {"since", job.since_s},
          {"appears", job.appears_s},
          {"restarts", job.restarts},
          {"node", job.node},
          {"state", job.state},
          {"reason", job.reason},
          {"by", job.by},
          {"raw_exit", job.raw_exit},
          {"over", job.over},
          {"over_since", job.over_s},
          {"told", job.told_to_end},
          {"forgotten", job.forgotten}};
}

FakeJob job_from(const json::object& object, const json::object& scripts) {
  FakeJob job;
  job.base = number(object, "base");
  job.index = number(object, "index");
  job.number = number(object, "number");
  job.name = text(object, "name");
  job.comment = text(object, "comment");
  job.output = text(object, "output");
  job.folder = text(object, "folder");
  job.script = text(scripts, std::to_string(job.base).c_str());
  if (const auto* steps = json_array(object, "steps"))
    for (const auto& step : *steps) job.steps.push_back(step_from(step.as_object()));
  job.at = static_cast<std::size_t>(number(object, "at"));
  job.since_s = real(object, "since");
  job.appears_s = real(object, "appears");
  job.restarts = static_cast<int>(number(object, "restarts"));
  job.node = text(object, "node");
  job.state = text(object, "state");
  job.reason = text(object, "reason");
  job.by = text(object, "by");
  job.raw_exit = static_cast<int>(number(object, "raw_exit"));
  job.over = flag(object, "over");
  job.over_s = real(object, "over_since");
  job.told_to_end = flag(object, "told");
  job.forgotten = flag(object, "forgotten");
  return job;
}

json::object to_json(const Effect& effect) {
  return {{"kind", static_cast<int>(effect.kind)},
          {"job", effect.job},
          {"index", effect.index},
          {"restart", effect.restart},
          {"exit_code", effect.exit_code},
          {"node", effect.node},
          {"script", effect.script},
          {"output", effect.output},
          {"by_force", effect.by_force}};
}

Effect effect_from(const json::object& object) {
  Effect effect;
  effect.kind = static_cast<Effect::Kind>(number(object, "kind"));
  effect.job = text(object, "job");
  effect.index = number(object, "index");
  effect.restart = static_cast<int>(number(object, "restart"));
  effect.exit_code = static_cast<int>(number(object, "exit_code"));
  effect.node = text(object, "node");
  effect.script = text(object, "script");
  effect.output = text(object, "output");
  effect.by_force = flag(object, "by_force");
  return effect;
}

json::object to_json(const FakeSlurm::State& state, double began_s) {
  json::array jobs;
  json::object scripts;
  for (const auto& job : state.jobs) {
    scripts[std::to_string(job.base)] = job.script;
    jobs.push_back(to_json(job));
  }
  json::object calls;
  for (const auto& [command, count] : state.calls) calls[command] = count;
  json::array effects;
  for (const auto& effect : state.effects) effects.push_back(to_json(effect));
  return {{"began", began_s},          {"next_id", state.next_id},      {"submitted", state.submitted},
          {"calls", std::move(calls)}, {"scripts", std::move(scripts)}, {"effects", std::move(effects)},
          {"jobs", std::move(jobs)}};
}

FakeSlurm::State state_from(const json::object& object) {
  FakeSlurm::State state;
  state.next_id = number(object, "next_id");
  state.submitted = number(object, "submitted");
  for (const auto& [command, count] : *json_object(object, "calls"))
    state.calls[std::string(command)] = count.as_int64();
  for (const auto& effect : *json_array(object, "effects"))
    state.effects.push_back(effect_from(effect.as_object()));
  const auto* scripts = json_object(object, "scripts");
  for (const auto& job : *json_array(object, "jobs"))
    state.jobs.push_back(job_from(job.as_object(), *scripts));
  return state;
}

Scenario read_scenario(const std::string& folder) {
  const auto words = RealDisk().read(folder + "/scenario.txt");
  if (!words) throw std::runtime_error(to_string(words.error()));
  auto scenario = parse_scenario(*words);
  if (!scenario) throw std::runtime_error(to_string(scenario.error()));
  return std::move(*scenario);
}

}  // namespace

Cluster::Cluster(std::string folder)
    : folder_(std::move(folder)), began_s_(wall_s()), slurm_(read_scenario(folder_)) {
  lock_ = ::open((folder_ + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0 || ::flock(lock_, LOCK_EX) != 0) throw std::runtime_error("can't lock " + folder_);
  const auto bytes = RealDisk().read(folder_ + "/state.json");
  if (!bytes) return;
  const auto value = parse_json(*bytes, folder_ + "/state.json");
  if (!value) throw std::runtime_error(to_string(value.error()));
  began_s_ = real(value->as_object(), "began");
  slurm_.restore(state_from(value->as_object()));
}

Cluster::~Cluster() {
  (void)RealDisk().write(folder_ + "/state.json", json::serialize(to_json(slurm_.state(), began_s_)),
                         Sync::no);
  ::close(lock_);
}

double Cluster::now_s() const { return (wall_s() - began_s_) * slurm_.scenario().speed; }

}  // namespace sluice::tests

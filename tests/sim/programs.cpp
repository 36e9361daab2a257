#include "tests/sim/programs.h"

#include "engine/store/rows.h"

namespace sluice::sim {

namespace {

std::string task_of(const executors::Token& token) {
  const auto parts = store::parse_token(token);
  return parts ? std::string(parts->task) : token;
}

}  // namespace

std::string program_output(const std::vector<std::string>& words, const std::vector<std::string>& input_bytes,
                           const std::string& output) {
  Hasher hasher;
  for (const auto& word : words) hasher.field(word);
  for (const auto& bytes : input_bytes) hasher.field(bytes);
  hasher.field(output);
  return to_hex(hasher.digest());
}

bool Programs::chance(double probability) {
  return std::uniform_real_distribution<double>(0, 1)(random_) < probability;
}

void Programs::begin(const executors::Token& token) {
  const std::string task = task_of(token);
  if (const auto other = running_.find(task); other != running_.end() && other->second != token)
    broken_promise_ = token + " started while " + other->second + " was running";
  running_[task] = token;
}

void Programs::end(const executors::Token& token) {
  const auto found = running_.find(task_of(token));
  if (found != running_.end() && found->second == token) running_.erase(found);
}

executors::ExitRecord Programs::run(const executors::AttemptSpec& spec) {
  executors::ExitRecord record;
  record.token = spec.token;
  record.node = "node";
  record.ended_ns = clock_.wall_ns();
  record.started_ns = record.ended_ns - ns_per_s;
  // argv: the program, its words, then "--" and the paths of its inputs.
  std::vector<std::string> words, inputs;
  bool after_dashes = false;
  for (const auto& word : spec.argv) {
    if (word == "--")
      after_dashes = true;
    else if (after_dashes) {
      auto bytes = disk_.read(word);
      if (!bytes) {
        broken_promise_ = spec.token + " started before its input was there: " + word;
        record.exit_code = 1;
        return record;
      }
      inputs.push_back(*bytes);
    } else
      words.push_back(word);
  }
  if (chance(fails)) {
    record.exit_code = 1;
    return record;
  }
  const bool forgets = chance(forgets_output);
  for (const auto& output : spec.outputs) {
    const std::string path = spec.folder + "/" + output.path;
    const std::string bytes = program_output(words, inputs, output.name);
    if (!forgets) {
      if (output.name == "folder")
        disk_.put(path + "/part", bytes);
      else
        disk_.put(path, bytes);
    }
    auto content = digest(disk_, path);
    record.outputs.push_back({output.name, output.path, content ? *content : Content{}});
  }
  if (!forgets) ++successes_[task_of(spec.token)];
  return record;
}

}  // namespace sluice::sim

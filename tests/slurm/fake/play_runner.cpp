#include "tests/slurm/fake/play_runner.h"

#include <sstream>

#include "executors/attempt_files.h"
#include "executors/evidence.h"

namespace sluice::tests {

namespace {

using namespace executors;  // NOLINT: a test's helper

/// One word of the script, with the quotes that it may have.
std::string word_after(const std::string& text, const std::string& before) {
  const auto at = text.find(before);
  if (at == std::string::npos) return "";
  const auto begin = at + before.size();
  if (text[begin] == '\'') return text.substr(begin + 1, text.find('\'', begin + 1) - begin - 1);
  return text.substr(begin, text.find_first_of(" \n", begin) - begin);
}

std::string first_claim(Disk& disk, const AttemptSpec& attempt) {
  const auto bytes = disk.read(claim_path(attempt.folder));
  return bytes ? *bytes : "";
}

}  // namespace

std::string spec_path_in(Disk& disk, const std::string& script, long array_index) {
  if (array_index < 0) return word_after(script, "--attempt ");
  const auto list = disk.read(word_after(script, "spec < "));
  if (!list) return "";
  std::istringstream lines(*list);
  std::string line;
  for (long i = 0; i <= array_index; ++i)
    if (!std::getline(lines, line)) return "";
  return line;
}

bool play_runner(Disk& disk, const Effect& effect, std::int64_t now_ns) {
  const std::string path = spec_path_in(disk, effect.script, effect.index);
  const auto text = disk.read(path);
  const auto file = text ? decode_attempt_file(*text, path) : Result<AttemptFile>(text.error());
  if (!file) return false;
  const AttemptSpec& attempt = file->attempt;
  if (look_for_evidence(disk, attempt.folder, attempt.token).barred) return false;
  const std::string owner = first_claim(disk, attempt);
  if (!owner.empty() && owner != effect.job) return false;
  if (effect.kind == Effect::Kind::started) {
    (void)disk.write(beat_path(attempt.folder, {effect.job, effect.restart}), "1\n", Sync::no);
    return disk.write(claim_path(attempt.folder), effect.job, Sync::no).ok();
  }
  if (effect.by_force) return true;
  ExitRecord record;
  record.token = attempt.token;
  record.job = effect.job;
  record.restart = effect.restart;
  record.node = effect.node;
  record.ended_ns = now_ns;
  record.exit_code = effect.exit_code;
  if (effect.kind == Effect::Kind::told_to_end) {
    constexpr int term = 15;
    record.signal = term;
    record.cause = Cause::preempted;
    record.message = "the batch system ended the job";
  }
  return disk
      .write(exit_path(attempt.folder, {record.job, record.restart}), encode_exit_file(record), Sync::no)
      .ok();
}

}  // namespace sluice::tests

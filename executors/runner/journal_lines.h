// What the lines of a runner's journal say, and what they say together about each attempt. Written by the
// runner, read by the executor when the runner is gone. The bytes are described in docs/run-folder-runner.md.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/process.h"
#include "engine/base/result.h"
#include "executors/executor.h"
#include "executors/exit_record.h"

namespace sluice::executors {

std::string opened_line(const std::string& runner, const ProcessId& process);
std::string accepted_line(const std::vector<Token>& tokens);
std::string claim_line(const Token& token);
struct StartedLine {  ///< what is needed to end the attempt when its runner has died
  Token token;
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;
  std::string log;
  double grace_s = 0;
  int ranks = 1;
};
std::string started_line(const StartedLine& line);
std::string finished_line(const ExitRecord& record);
std::string dropped_line(const Token& token);
std::string closed_line();

/// How far an attempt has come. Claimed: from here on it may have run, and must never be started again.
enum class Progress : std::uint8_t { accepted, claimed, started, finished, dropped };

struct JournalEntry {
  std::uint64_t number = 0;  ///< order of acceptance: part of the handle
  Progress progress = Progress::accepted;
  StartedLine start;
  std::size_t line = 0;  ///< where the finished line's text stands among the bytes read
  std::size_t line_length = 0;

  bool ended() const { return progress == Progress::finished || progress == Progress::dropped; }
};

/// A journal as far as it has been read. Feed it the bytes as they come; damaged lines are counted and
/// skipped.
class JournalState {
 public:
  void feed(std::string_view bytes);

  const JournalEntry* find(const Token& token) const;
  const std::unordered_map<Token, JournalEntry>& entries() const { return entries_; }
  Result<ExitRecord> record_of(const JournalEntry& entry) const;
  const std::string& runner() const { return runner_; }
  const ProcessId& process() const { return process_; }
  std::size_t damaged() const { return damaged_; }
  bool closed() const { return closed_; }
  bool has_unfinished() const { return unfinished_ != 0; }  ///< claimed, and without an end

 private:
  void take_line(std::string_view text);
  JournalEntry& entry(const Token& token);
  void advance(JournalEntry& entry, Progress progress);

  std::string bytes_;
  std::size_t consumed_ = 0;
  std::unordered_map<Token, JournalEntry> entries_;
  std::string runner_;
  ProcessId process_;
  std::size_t damaged_ = 0;
  std::size_t unfinished_ = 0;
  bool closed_ = false;
};

}  // namespace sluice::executors

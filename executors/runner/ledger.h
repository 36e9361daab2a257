// Which tokens this runner has ever taken, and how far each has come: the journal with an index in memory. A
// finished attempt costs some fifty bytes here; its record is read back from the journal in the rare case
// that somebody asks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/base/hash.h"
#include "executors/executor.h"
#include "executors/runner/journal.h"
#include "executors/runner/journal_lines.h"

namespace sluice::executors {

class Ledger {
 public:
  Ledger(std::unique_ptr<Journal> journal, std::string runner)
      : journal_(std::move(journal)), runner_(std::move(runner)) {}

  bool knows(const Token& token) const { return entries_.contains(hash_bytes(token)); }
  std::optional<Progress> progress(const Token& token) const;
  Handle handle(const Token& token) const;  ///< RUNNER/NUMBER
  std::optional<ExitRecord> record(const Token& token) const;

  void accept(const Token& token);
  /// False when the claim can't be written: the attempt must not be started now.
  bool claim(const Token& token);
  void started(const StartedLine& line);
  void finished(const ExitRecord& record);
  void dropped(const Token& token);
  void closed();

  bool flush();
  std::string trouble() const { return journal_->trouble(); }

 private:
  struct Entry {
    std::uint64_t number = 0;
    std::uint64_t position = 0;  ///< of the finished line
    std::uint32_t length = 0;
    Progress progress = Progress::accepted;
  };
  Entry& entry(const Token& token) { return entries_[hash_bytes(token)]; }
  std::uint64_t append(std::string_view line);

  std::unique_ptr<Journal> journal_;
  std::string runner_;
  std::unordered_map<Hash128, Entry> entries_;
  std::vector<Token> accepted_;  ///< not yet in the journal: a batch becomes one line
};

}  // namespace sluice::executors

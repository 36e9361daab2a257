#include "executors/runner/ledger.h"

#include "executors/attempt_json.h"

namespace sluice::executors {

std::optional<Progress> Ledger::progress(const Token& token) const {
  const auto found = entries_.find(hash_bytes(token));
  if (found == entries_.end()) return std::nullopt;
  return found->second.progress;
}

Handle Ledger::handle(const Token& token) const {
  const auto found = entries_.find(hash_bytes(token));
  return found == entries_.end() ? "" : runner_ + "/" + std::to_string(found->second.number);
}

std::optional<ExitRecord> Ledger::record(const Token& token) const {
  const auto found = entries_.find(hash_bytes(token));
  if (found == entries_.end() || found->second.progress != Progress::finished) return std::nullopt;
  const auto value = parse_own_json(journal_->read(found->second.position, found->second.length), "journal");
  const json::object* line = value ? value->if_object() : nullptr;
  const json::object* record = line != nullptr ? json_object(*line, "finished") : nullptr;
  if (record == nullptr) return std::nullopt;
  auto parsed = exit_record_from_json(*record, "journal");
  if (!parsed) return std::nullopt;
  return std::move(*parsed);
}

void Ledger::accept(const Token& token) {
  const std::uint64_t number = entries_.size() + 1;
  entry(token).number = number;
  accepted_.push_back(token);
}

/// An acceptance stands before everything else that is said about the attempt.
std::uint64_t Ledger::append(std::string_view line) {
  if (!accepted_.empty()) journal_->append(accepted_line(accepted_));
  accepted_.clear();
  return journal_->append(line);
}

bool Ledger::flush() {
  if (!accepted_.empty()) journal_->append(accepted_line(accepted_));
  accepted_.clear();
  return journal_->flush();
}

bool Ledger::claim(const Token& token) {
  Entry& attempt = entry(token);
  if (attempt.progress == Progress::accepted) append(claim_line(token));
  attempt.progress = Progress::claimed;
  return flush();
}

void Ledger::started(const StartedLine& line) {
  entry(line.token).progress = Progress::started;
  append(started_line(line));
}

void Ledger::finished(const ExitRecord& record) {
  Entry& attempt = entry(record.token);
  const std::string line = finished_line(record);
  attempt.progress = Progress::finished;
  attempt.position = append(line);
  attempt.length = static_cast<std::uint32_t>(line.size());
}

void Ledger::dropped(const Token& token) {
  entry(token).progress = Progress::dropped;
  append(dropped_line(token));
}

void Ledger::closed() {
  append(closed_line());
  journal_->flush();
}

}  // namespace sluice::executors

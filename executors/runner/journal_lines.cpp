#include "executors/runner/journal_lines.h"

#include <utility>

#include "engine/base/json.h"
#include "engine/base/record_line.h"
#include "executors/attempt_json.h"

namespace sluice::executors {

namespace {

constexpr int journal_version = 1;

}  // namespace

std::string opened_line(const std::string& runner, const ProcessId& process) {
  return json::serialize(json::object{{"journal", journal_version},
                                      {"runner", runner},
                                      {"host", process.host},
                                      {"boot_id", process.boot_id},
                                      {"pid", process.pid},
                                      {"start_ticks", static_cast<std::int64_t>(process.start_ticks)}});
}

std::string accepted_line(const std::vector<Token>& tokens) {
  return json::serialize(json::object{{"accepted", json::array(tokens.begin(), tokens.end())}});
}

std::string claim_line(const Token& token) { return json::serialize(json::object{{"claim", token}}); }

std::string started_line(const StartedLine& line) {
  json::object object{{"started", line.token},
                      {"pid", line.pid},
                      {"start_ticks", static_cast<std::int64_t>(line.start_ticks)},
                      {"log", line.log},
                      {"grace_s", line.grace_s}};
  if (line.ranks > 1) object["ranks"] = line.ranks;
  return json::serialize(object);
}

std::string finished_line(const ExitRecord& record) {
  return json::serialize(json::object{{"finished", to_json(record)}});
}

std::string dropped_line(const Token& token) { return json::serialize(json::object{{"dropped", token}}); }

std::string closed_line() { return R"({"closed":true})"; }

void JournalState::feed(std::string_view bytes) {
  bytes_ += bytes;
  const std::string_view unread = std::string_view(bytes_).substr(consumed_);
  const auto count = read_lines(unread, [this](std::string_view text) { take_line(text); });
  consumed_ += count.consumed;
  damaged_ += count.damaged;
}

JournalEntry& JournalState::entry(const Token& token) {
  const auto [place, is_new] = entries_.try_emplace(token);
  if (is_new) place->second.number = entries_.size();
  return place->second;
}

void JournalState::advance(JournalEntry& entry, Progress progress) {
  const auto open = [&] {
    return entry.progress == Progress::claimed || entry.progress == Progress::started;
  };
  const bool was_open = open();
  // Lines of one attempt stand in order; a claim repeated after a failed start takes nothing back.
  if (progress > entry.progress) entry.progress = progress;
  if (open() != was_open) unfinished_ += open() ? 1 : static_cast<std::size_t>(-1);
}

void JournalState::take_line(std::string_view text) {
  const auto parsed = parse_own_json(text, "");
  const json::object* line = parsed ? parsed->if_object() : nullptr;
  if (line == nullptr || line->empty()) {
    ++damaged_;
    return;
  }
  if (const auto* tokens = json_array(*line, "accepted")) {
    for (const auto& token : *tokens)
      if (token.is_string()) entry(Token(token.get_string()));
  } else if (const auto claimed = json_string(*line, "claim")) {
    advance(entry(*claimed), Progress::claimed);
  } else if (const auto started = json_string(*line, "started")) {
    JournalEntry& attempt = entry(*started);
    advance(attempt, Progress::started);
    attempt.start = {*started,
                     static_cast<pid_t>(json_int(*line, "pid").value_or(0)),
                     static_cast<std::uint64_t>(json_int(*line, "start_ticks").value_or(0)),
                     json_string(*line, "log").value_or(""),
                     json_double(*line, "grace_s").value_or(0),
                     static_cast<int>(json_int(*line, "ranks").value_or(1))};
  } else if (const auto* record = json_object(*line, "finished")) {
    const auto token = json_string(*record, "token");
    if (!token) return;
    JournalEntry& attempt = entry(*token);
    if (attempt.progress == Progress::finished) return;  // the runner's own word came first
    advance(attempt, Progress::finished);
    attempt.line = static_cast<std::size_t>(text.data() - bytes_.data());
    attempt.line_length = text.size();
  } else if (const auto dropped = json_string(*line, "dropped")) {
    advance(entry(*dropped), Progress::dropped);
  } else if (line->contains("closed")) {
    closed_ = true;
  } else if (line->contains("journal")) {
    runner_ = json_string(*line, "runner").value_or("");
    process_ = {json_string(*line, "host").value_or(""), json_string(*line, "boot_id").value_or(""),
                json_int(*line, "pid").value_or(0),
                static_cast<std::uint64_t>(json_int(*line, "start_ticks").value_or(0))};
  }
}

const JournalEntry* JournalState::find(const Token& token) const {
  const auto found = entries_.find(token);
  return found == entries_.end() ? nullptr : &found->second;
}

Result<ExitRecord> JournalState::record_of(const JournalEntry& entry) const {
  const auto value =
      parse_own_json(std::string_view(bytes_).substr(entry.line, entry.line_length), "runner's journal");
  const json::object* line = value ? value->if_object() : nullptr;
  const json::object* record = line != nullptr ? json_object(*line, "finished") : nullptr;
  if (record == nullptr)
    return Error{"no exit record where one was", "runner's journal", "", ErrorKind::internal};
  return exit_record_from_json(*record, "runner's journal");
}

}  // namespace sluice::executors

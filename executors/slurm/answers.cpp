#include "executors/slurm/answers.h"

#include <sys/wait.h>

#include <charconv>

#include "executors/slurm/names.h"
#include "executors/slurm/words.h"

namespace sluice::executors::slurm {

namespace {

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_job(std::string_view text) {
  const auto underscore = text.find('_');
  return is_digits(text.substr(0, underscore));
}

std::string shown_exit(int code, int signal) {
  if (signal != 0) return "signal " + std::to_string(signal);
  return code == 0 ? "" : std::to_string(code);
}

/// "7:0" (accounting, newer squeue) or a raw wait status (squeue 22.05).
std::string exit_code_of(std::string_view text) {
  const auto colon = text.find(':');
  if (colon != std::string_view::npos)
    return shown_exit(number<int>(text.substr(0, colon)).value_or(0),
                      number<int>(text.substr(colon + 1)).value_or(0));
  const int raw = number<int>(text).value_or(0);
  if (WIFSIGNALED(raw)) return shown_exit(0, WTERMSIG(raw));
  return shown_exit(WIFEXITED(raw) ? WEXITSTATUS(raw) : 0, 0);
}

std::string known_text(std::string_view text) {
  text = trimmed(text);
  return text == "(null)" || text == "None assigned" || text == "n/a" ? "" : std::string(text);
}

}  // namespace

std::vector<QueueRow> parse_queue(std::string_view out) {
  std::vector<QueueRow> rows;
  for (const auto line : lines_of(out)) {
    constexpr std::size_t columns = 8;  // queue_format in commands.cpp
    auto parts = split(line, '|');
    if (parts.size() < columns || !is_job(trimmed(parts[0]))) continue;
    // The comment is the last column, so that it may hold any character.
    const std::string_view comment =
        line.substr(static_cast<std::size_t>(parts[columns - 1].data() - line.data()));
    std::string batch = find_batch_id(comment);
    if (batch.empty()) batch = find_batch_id(parts[6]);
    if (batch.empty()) continue;
    rows.push_back({std::string(trimmed(parts[0])), std::string(trimmed(parts[1])),
                    number<int>(trimmed(parts[2])).value_or(0), exit_code_of(trimmed(parts[3])),
                    known_text(parts[4]), known_text(parts[5]), std::move(batch),
                    std::string(trimmed(comment))});
  }
  return rows;
}

std::vector<AccountingRow> parse_accounting(std::string_view out) {
  std::vector<AccountingRow> rows;
  for (const auto line : lines_of(out)) {
    constexpr std::size_t columns = 4;
    const auto parts = split(line, '|');
    if (parts.size() < columns || !is_job(parts[0]) || parts[0].find('.') != std::string_view::npos) continue;
    rows.push_back(
        {std::string(parts[0]), std::string(parts[1]), exit_code_of(parts[2]), known_text(parts[3])});
  }
  return rows;
}

std::optional<std::string> parse_job_id(std::string_view out) {
  // --parsable prints "123" or "123;cluster"; wrappers put banners before or after, or turn it into a
  // sentence.
  const auto lines = lines_of(out);
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    const auto text = trimmed(*line);
    const auto id = text.substr(0, text.find(';'));
    if (is_digits(id)) return std::string(id);
  }
  constexpr std::string_view sentence = "Submitted batch job ";
  const auto at = out.find(sentence);
  if (at == std::string_view::npos) return std::nullopt;
  out.remove_prefix(at + sentence.size());
  const auto id = out.substr(0, out.find_first_not_of("0123456789"));
  return id.empty() ? std::nullopt : std::optional<std::string>(id);
}

ClusterFacts parse_config(std::string_view out) {
  ClusterFacts facts;
  for (const auto line : lines_of(out)) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const auto key = trimmed(line.substr(0, equals));
    const auto value = trimmed(line.substr(equals + 1));
    const auto first = value.substr(0, value.find(' '));
    if (key == "SLURM_VERSION") facts.version = std::string(value);
    if (key == "MaxArraySize") facts.max_array = number<std::size_t>(first).value_or(facts.max_array);
    if (key == "MinJobAge")
      facts.min_job_age_s =
          static_cast<double>(number<long>(first).value_or(static_cast<long>(facts.min_job_age_s)));
  }
  return facts;
}

std::string base_job(std::string_view job) { return std::string(job.substr(0, job.find('_'))); }

std::optional<std::size_t> array_index(std::string_view job) {
  const auto underscore = job.find('_');
  if (underscore == std::string_view::npos) return std::nullopt;
  return number<std::size_t>(job.substr(underscore + 1));
}

}  // namespace sluice::executors::slurm

#include "tests/slurm/fake/scenario.h"

#include <cstdlib>
#include <sstream>

namespace sluice::tests {

namespace {

std::string trimmed(std::string text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

Error wrong(const std::string& what, const std::string& text) {
  return Error{what, "scenario", "in: " + text, ErrorKind::usage};
}

Result<Step> parse_step(const std::string& text) {
  const auto words = words_of(text);
  if (words.empty()) return wrong("an empty step", text);
  Step step;
  step.state = words[0];
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool more = i + 1 < words.size();
    if (word == "requeue")
      step.requeue = true;
    else if (word == "passing")
      step.passing = true;
    else if (word.find_first_not_of("0123456789.") == std::string::npos)
      step.seconds = std::atof(word.c_str());
    else if (word == "reason" && more)
      step.reason = words[++i];
    else if (word == "node" && more)
      step.node = words[++i];
    else if (word == "by" && more)
      step.by = words[++i];
    else if (word == "exit" && more)
      step.exit = std::atoi(words[++i].c_str());
    else if (word == "code" && more)
      step.code = std::atoi(words[++i].c_str());
    else
      return wrong("unknown word '" + word + "'", text);
  }
  return step;
}

Result<CommandRule> parse_command(const std::string& head, const std::string& text) {
  const auto words = words_of(head);
  if (words.size() != 3) return wrong("command NAME WHICH: FAULT", head);
  CommandRule rule;
  rule.command = words[1];
  const std::string& which = words[2];
  const auto dash = which.find('-');
  rule.first = which == "*" ? 1 : std::atol(which.c_str());
  rule.last = which == "*"                ? 1'000'000'000
              : dash == std::string::npos ? rule.first
                                          : std::atol(which.c_str() + dash + 1);
  if (text.starts_with('"')) {
    const auto end = text.find('"', 1);
    rule.fault = text.substr(0, end);
    return rule;
  }
  const auto faults = words_of(text);
  if (faults.empty()) return wrong("no fault", head);
  rule.fault = faults[0];
  if (rule.fault == "slow" && faults.size() > 1) rule.takes_s = std::atof(faults[1].c_str());
  if (faults.size() > 1 && faults[1] == "accept")
    rule.accept_after_s = faults.size() > 2 ? std::atof(faults[2].c_str()) : 0;
  return rule;
}

Result<Ok> set(Scenario& scenario, const std::string& key, const std::string& value) {
  if (key == "slots")
    scenario.slots = std::atoi(value.c_str());
  else if (key == "min_job_age")
    scenario.min_job_age_s = std::atof(value.c_str());
  else if (key == "max_array")
    scenario.max_array = static_cast<std::size_t>(std::atol(value.c_str()));
  else if (key == "version")
    scenario.version = value;
  else if (key == "banner")
    scenario.banner = value;
  else if (key == "kill_wait")
    scenario.kill_wait_s = std::atof(value.c_str());
  else if (key == "speed")
    scenario.speed = std::atof(value.c_str());
  else if (key == "real")
    scenario.real = true;
  else if (key == "accounting") {
    scenario.accounting = value != "off";
    if (value.starts_with("late")) scenario.accounting_lag_s = std::atof(value.c_str() + 4);
  } else {
    return wrong("unknown key '" + key + "'", value);
  }
  return Ok{};
}

}  // namespace

Result<std::vector<Step>> parse_steps(std::string_view text) {
  std::vector<Step> steps;
  std::istringstream stream{std::string(text)};
  for (std::string part; std::getline(stream, part, ',');) {
    auto step = parse_step(part);
    if (!step) return std::move(step).error();
    steps.push_back(std::move(*step));
  }
  if (steps.empty()) return wrong("a job without steps", std::string(text));
  return steps;
}

Result<Scenario> parse_scenario(std::string_view text) {
  Scenario scenario;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) {
    line = trimmed(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const auto colon = line.find(':');
    if (line.starts_with("job ") && colon != std::string::npos) {
      auto steps = parse_steps(line.substr(colon + 1));
      if (!steps) return std::move(steps).error();
      scenario.jobs.push_back({trimmed(line.substr(4, colon - 4)), std::move(*steps)});
    } else if (line.starts_with("command ") && colon != std::string::npos) {
      auto rule = parse_command(line.substr(0, colon), trimmed(line.substr(colon + 1)));
      if (!rule) return std::move(rule).error();
      scenario.commands.push_back(std::move(*rule));
    } else {
      const auto blank = line.find(' ');
      const std::string value = blank == std::string::npos ? "" : trimmed(line.substr(blank));
      if (auto done = set(scenario, line.substr(0, blank), value); !done) return std::move(done).error();
    }
  }
  return scenario;
}

}  // namespace sluice::tests

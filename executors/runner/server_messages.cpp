// What a driver may ask of the long-lived runner, message by message.
#include <thread>
#include <unordered_set>
#include <utility>

#include "executors/attempt_json.h"
#include "executors/runner/server.h"

namespace sluice::executors {

namespace {

std::vector<std::string> words(const json::object& message, std::string_view key) {
  std::vector<std::string> list;
  if (const auto* array = json_array(message, key))
    for (const auto& word : *array)
      if (word.is_string()) list.emplace_back(word.get_string());
  return list;
}

}  // namespace

/// Sent by every driver first: the slots and the environment are the latest driver's, as it is the one who
/// asks.
void Server::configure(const json::object& message) {
  surroundings_.gpu_names = words(message, "gpus");
  if (auto launcher = words(message, "launcher"); !launcher.empty())
    surroundings_.launcher = std::move(launcher);
  if (const auto* environment = json_object(message, "env")) {
    surroundings_.base.clear();
    for (const auto& [name, value] : *environment)
      if (value.is_string()) surroundings_.base.emplace_back(name, value.get_string());
  }
  const auto cpus = json_int(message, "cpus").value_or(std::thread::hardware_concurrency());
  slots_.configure(static_cast<int>(cpus), static_cast<int>(surroundings_.gpu_names.size()),
                   static_cast<std::uint64_t>(json_int(message, "memory_bytes").value_or(0)));
  drop_waiting([this](const AttemptSpec& attempt) { return !slots_.never_fits(attempt.resources).empty(); },
               "it does not fit into the slots that the runner has now");
}

std::string Server::why_not(const AttemptSpec& attempt) const {
  if (attempt.resources.cpus < 0 || attempt.resources.gpus < 0 || attempt.resources.ranks < 1)
    return "asks for less than nothing (cpus, gpus) or for no rank at all";
  return slots_.never_fits(attempt.resources);
}

void Server::submit(const json::array& attempts) {
  for (const auto& value : attempts) {
    const json::object* object = value.if_object();
    if (object == nullptr) continue;
    auto attempt = attempt_from_json(*object, "submit");
    if (!attempt) {
      events_.emplace_back(
          Rejected{json_string(*object, "token").value_or(""), true, to_string(attempt.error())});
      continue;
    }
    if (ledger_.knows(attempt->token)) {
      events_.emplace_back(Accepted{attempt->token, ledger_.handle(attempt->token)});
      tell_all_about(attempt->token);
    } else if (ending_) {
      events_.emplace_back(Rejected{attempt->token, false, "the runner is about to end"});
    } else if (const std::string reason = why_not(*attempt); !reason.empty()) {
      events_.emplace_back(Rejected{attempt->token, true, reason});
    } else {
      ledger_.accept(attempt->token);
      events_.emplace_back(Accepted{attempt->token, ledger_.handle(attempt->token)});
      waiting_.push_back(std::move(*attempt));
    }
  }
}

/// Where an attempt stands, said again to somebody who may not have heard it.
void Server::tell_all_about(const Token& token) {
  const auto progress = ledger_.progress(token);
  if (!progress) return;
  if (*progress == Progress::finished) {
    auto record = ledger_.record(token);
    events_.emplace_back(Finished{token, std::move(record), Verdict::unknown, "", ""});
  } else if (*progress == Progress::dropped) {
    events_.emplace_back(
        Finished{token, std::nullopt, Verdict::never_started, "", "cancelled before it was started"});
  } else if (supervisor_.find(token) != nullptr) {
    events_.emplace_back(StateChanged{token, AttemptState::running, "", "", hello_.process.host, 0});
  } else {
    events_.emplace_back(StateChanged{token, AttemptState::queued, "", "waits for free slots", "", 0});
  }
}

void Server::attach(const std::vector<Token>& tokens) {
  for (const auto& token : tokens) {
    const bool known = ledger_.knows(token);
    events_.emplace_back(
        Attached{token, known ? Presence::present : Presence::absent, ledger_.handle(token)});
    tell_all_about(token);
  }
}

void Server::poll(const std::vector<Token>& tokens) {
  for (const auto& token : tokens)
    if (ledger_.knows(token))
      tell_all_about(token);
    else
      events_.emplace_back(StateChanged{token, AttemptState::unknown, "", "this runner never got it", "", 0});
}

void Server::cancel(const std::vector<Token>& tokens, CancelMode mode) {
  std::unordered_set<Token> not_running;
  for (const auto& token : tokens)
    if (!supervisor_.stop(token, mode, Cause::cancelled, "cancelled")) not_running.insert(token);
  if (not_running.empty()) return;
  drop_waiting([&](const AttemptSpec& attempt) { return not_running.contains(attempt.token); },
               "cancelled before it was started");
}

void Server::drop_waiting(const std::function<bool(const AttemptSpec&)>& which, const std::string& message) {
  for (const auto& attempt : waiting_) {
    if (!which(attempt)) continue;
    ledger_.dropped(attempt.token);
    events_.emplace_back(Finished{attempt.token, std::nullopt, Verdict::never_started, "", message});
  }
  std::erase_if(waiting_, which);
}

/// The driver goes. `cancel`: nothing shall go on without it. `recorded`: it has taken over all evidence, so
/// when nothing is left to do, nothing needs to stay.
void Server::leave(const json::object& message) {
  if (json_bool(message, "cancel").value_or(false)) {
    drop_waiting([](const AttemptSpec&) { return true; }, "cancelled before it was started");
    supervisor_.stop_all(CancelMode::term, Cause::cancelled, "cancelled");
  }
  may_vanish_ = json_bool(message, "recorded").value_or(false) && supervisor_.idle() && waiting_.empty();
}

}  // namespace sluice::executors

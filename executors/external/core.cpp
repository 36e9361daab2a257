// What the engine asks.
#include "executors/external/core.h"

#include <utility>

namespace sluice::executors::external {

namespace {

/// So many ends are remembered, in case a token is submitted or asked for once more.
constexpr std::size_t most_remembered = 2000;

}  // namespace

Core::Core(ExternalConfig config, World world)
    : config_(std::move(config)), world_(world), roster_(world.disk, config_.folder) {
  start_at_ns_ = now();
  looked_ns_ = now();
}

Core::Attempt* Core::find(const Token& token) {
  const auto found = attempts_.find(token);
  return found == attempts_.end() ? nullptr : &found->second;
}

void Core::move(Attempt& attempt, Place place) {
  if (attempt.place == Place::to_submit) --waiting_;
  if (place == Place::to_submit) ++waiting_;
  attempt.place = place;
  attempt.since_ns = now();
  if (place == Place::to_submit) to_submit_.push_back(attempt.token);
  if (place == Place::to_attach) to_attach_.push_back(attempt.token);
}

/// A plug-in need not have a queue of its own: what is too much for it waits here.
bool Core::is_full() const {
  const std::size_t most = ready_.capabilities.max_in_flight;
  return most > 0 && attempts_.size() - waiting_ >= most;
}

void Core::log(LogLevel level, const std::string& message) {
  tell(Log{level, config_.name + ": " + message});
}

/// Each kind of nonsense is told once: a plug-in that talks it all day does not bury what matters.
void Core::complain(const std::string& kind, const std::string& message) {
  if (++complaints_[kind] > 1) return;
  log(LogLevel::warning, "the plug-in says what we don't understand: " + message +
                             " (ignored, and not told again; see executors/external/protocol.md)");
}

void Core::again(const Token& token, const Ended& ended) {
  tell(Accepted{token, ended.handle});
  tell(ended.finished);
}

void Core::submit(std::span<const AttemptSpec> attempts) {
  if (attempts_.empty()) poll_soon();
  for (const auto& spec : attempts) {
    if (const auto ended = ended_.find(spec.token); ended != ended_.end()) {
      again(spec.token, ended->second);
      continue;
    }
    if (Attempt* known = find(spec.token)) {
      if (known->accepted_told) tell(Accepted{known->token, name_of(*known)});
      continue;
    }
    Attempt& attempt = attempts_[spec.token];
    attempt.token = spec.token;
    attempt.folder = spec.folder;
    attempt.spec = std::make_unique<AttemptSpec>(spec);
    ++waiting_;
    move(attempt, Place::to_submit);
  }
  send_more();
  for (const auto& spec : attempts)
    if (Attempt* attempt = find(spec.token);
        attempt != nullptr && attempt->place == Place::to_submit && is_full())
      accept(*attempt, "");
}

void Core::poll(std::span<const Token> tokens) {
  for (const auto& token : tokens) {
    Attempt* attempt = find(token);
    if (attempt == nullptr) {
      tell(StateChanged{token, AttemptState::unknown, "",
                        "the executor '" + config_.name + "' does not have it", "", 0});
      continue;
    }
    attempt->poll_asked = true;
    if (attempt->place == Place::to_submit)
      tell_state(*attempt, {token, AttemptState::queued, "", "waits until the plug-in takes more", "", 0});
    else if (polled_.insert(token).second)
      to_poll_.push_back(token);
    // Its end may be there to see, although the plug-in has missed it.
    if (attempt->place == Place::held && ready_.evidence) check_again(*attempt, 0);
  }
  send_more();
}

void Core::cancel(std::span<const Token> tokens, CancelMode mode) {
  for (const auto& token : tokens) {
    Attempt* attempt = find(token);
    if (attempt == nullptr) continue;  // it has ended, or never was
    attempt->cancel = mode;
    if (attempt->place != Place::to_submit)
      to_cancel_.push_back(token);
    else if (attempt->lives_lost > 0)
      never_start(*attempt, "cancelled before it was started");
    else
      finish(*attempt,
             {token, std::nullopt, Verdict::never_started, "", "cancelled before it was handed over"});
  }
  send_more();
}

void Core::attach(std::span<const Token> tokens) {
  if (auto opened = roster_.open(); !opened) log(LogLevel::warning, to_string(opened.error()));
  for (const auto& token : tokens) {
    if (const auto ended = ended_.find(token); ended != ended_.end()) {
      tell(Attached{token, Presence::present, ended->second.handle});
      tell(ended->second.finished);
      continue;
    }
    if (Attempt* known = find(token)) {
      known->engine_asks = true;
      if (known->place == Place::attaching)
        move(*known, Place::to_attach);
      else if (known->place != Place::to_attach)
        conclude(*known, Presence::present);
      continue;
    }
    Attempt& attempt = attempts_[token];
    attempt.token = token;
    attempt.accepted_told = true;
    attempt.engine_asks = true;
    attempt.place = Place::to_attach;
    if (const RosterEntry* entry = roster_.find(token)) {
      attempt.folder = entry->folder;
      attempt.handle = entry->handle;
    }
    move(attempt, Place::to_attach);
  }
  send_more();
}

void Core::shutdown(ShutdownMode mode) {
  if (closed_) return;
  const bool polite = life_ == Life::ready;
  closed_ = true;
  if (polite)
    send({{"do", "shutdown"},
          {"id", ++next_id_},
          {"mode", mode == ShutdownMode::cancel ? "cancel" : "detach"}});
}

void Core::finish(Attempt& attempt, Finished finished) {
  if (!attempt.accepted_told) tell(Accepted{attempt.token, name_of(attempt)});
  const Token token = attempt.token;
  ended_[token] = {name_of(attempt), finished};
  ended_order_.push_back(token);
  if (ended_order_.size() > most_remembered) {
    ended_.erase(ended_order_.front());
    ended_order_.pop_front();
  }
  tell(std::move(finished));
  forget(attempt);
}

void Core::forget(Attempt& attempt) {
  const Token token = attempt.token;
  if (attempt.place == Place::to_submit) --waiting_;
  roster_.ended(token);
  attempts_.erase(token);
}

}  // namespace sluice::executors::external

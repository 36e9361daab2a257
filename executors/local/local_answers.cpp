// What runners say, turned into what the engine is told: each end once, and only about attempts it asked for.
#include <utility>
#include <vector>

#include "executors/attempt_json.h"
#include "executors/local/local_driver.h"
#include "executors/runner/loop.h"

namespace sluice::executors {

void LocalDriver::on_message(Peer& peer, const json::object& message) {
  peer.last_sign_ns = Loop::now_ns();
  const auto* events = json_array(message, "events");
  if (events == nullptr) return;  // a welcome or a beat: being heard is all it is for
  for (const auto& value : *events) {
    const json::object* object = value.if_object();
    if (object == nullptr) continue;
    auto event = event_from_json(*object, "runner " + peer.hello.runner);
    if (event)
      on_event(peer, std::move(*event));
    else
      tell(Log{LogLevel::warning, to_string(event.error())});
  }
  // At once, not by way of the queue: the engine's answer is the next task's start.
  deliver();
}

void LocalDriver::on_event(Peer& peer, Event event) {
  if (const auto* accepted = std::get_if<Accepted>(&event)) return on_accepted(peer, *accepted);
  if (const auto* attached = std::get_if<Attached>(&event)) return on_attached(peer, *attached);
  if (std::holds_alternative<Finished>(event) || std::holds_alternative<Rejected>(event))
    return on_end(std::move(event));
  if (const auto* changed = std::get_if<StateChanged>(&event);
      changed != nullptr && !open_.contains(changed->token))
    return;
  tell(std::move(event));
}

void LocalDriver::on_accepted(Peer& peer, const Accepted& event) {
  const auto found = open_.find(event.token);
  if (found == open_.end()) return;
  found->second.peer = &peer;
  found->second.spec.reset();
  starts_in_vain_ = 0;
  tell(event);
}

void LocalDriver::on_end(Event end) {
  const auto* finished = std::get_if<Finished>(&end);
  const Token& token = finished != nullptr ? finished->token : std::get<Rejected>(end).token;
  if (open_.erase(token) != 0) tell(std::move(end));  // else it was told before, or nobody has asked
}

void LocalDriver::on_attached(Peer& peer, const Attached& event) {
  const auto found = questions_.find(event.token);
  if (found == questions_.end()) return on_reattached(peer, event);
  if (event.presence == Presence::present) {
    questions_.erase(found);
    open_[event.token] = {&peer, std::nullopt, 0, std::nullopt};
    tell(event);
    return;
  }
  std::erase(found->second.waits_for, &peer);
  conclude(event.token);
}

/// A runner that could not be asked can be read now: what it knows answers the questions that wait for it.
void LocalDriver::answer_questions(Peer& peer) {
  std::vector<Token> waiting;
  for (auto& [token, question] : questions_)
    if (std::erase(question.waits_for, &peer) > 0) waiting.push_back(token);
  for (const auto& token : waiting) {
    if (entry_at(peer, token) != nullptr) {
      questions_.erase(token);
      tell(Attached{token, Presence::present, handle_at(peer, token)});
      answer_from_journal(peer, token);
      continue;
    }
    Question& question = questions_[token];
    question.ambiguous = question.ambiguous || (peer.state == PeerState::following && !peer.readable);
    conclude(token);
  }
}

/// When everybody who can be asked has answered no, nobody has it.
void LocalDriver::conclude(const Token& token) {
  const auto found = questions_.find(token);
  if (found == questions_.end() || !found->second.waits_for.empty()) return;
  tell(Attached{token, found->second.ambiguous ? Presence::ambiguous : Presence::absent, ""});
  questions_.erase(found);
}

/// The answer to our own question, after the connection was lost for a moment.
void LocalDriver::on_reattached(Peer& peer, const Attached& event) {
  const auto found = open_.find(event.token);
  if (found == open_.end() || found->second.peer != &peer || event.presence == Presence::present) return;
  if (found->second.spec) return submit_to(peer, {event.token});
  on_end(Finished{event.token, std::nullopt, Verdict::unknown, peer.hello.process.host,
                  "its runner does not know it any more"});
}

}  // namespace sluice::executors

#include "executors/external/messages.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "engine/base/text.h"
#include "executors/attempt_json.h"

namespace sluice::executors::external {

namespace {

constexpr std::size_t longest_handle = 4096;

std::string text_of(const json::object& object, std::string_view key) {
  return shown(json_string(object, key).value_or(""));
}

std::int64_t count_of(const json::object& object, std::string_view key, std::int64_t fallback,
                      std::int64_t least, std::int64_t most) {
  return std::clamp(json_int(object, key).value_or(fallback), least, most);
}

double seconds_of(const json::object& object, std::string_view key, double fallback, double most) {
  const double value = json_double(object, key).value_or(fallback);
  return std::isfinite(value) ? std::clamp(value, 0.0, most) : fallback;
}

Answer greeting(const json::object& object) {
  Greeting greeting;
  greeting.proto = static_cast<int>(count_of(object, "proto", 0, 0, 1000));
  greeting.name = text_of(object, "name");
  greeting.version = text_of(object, "version");
  if (const auto* config = json_object(object, "config")) greeting.config = *config;
  return greeting;
}

Answer ready(const json::object& object) {
  constexpr std::int64_t most_slots = 10'000'000;
  constexpr std::int64_t most_memory = 1LL << 60;
  constexpr std::int64_t largest_batch = 10'000;
  constexpr double hour = 3600;
  Ready ready;
  Capabilities& can = ready.capabilities;
  can.cpu_slots = static_cast<int>(count_of(object, "cpu_slots", 0, 0, most_slots));
  can.gpu_slots = static_cast<int>(count_of(object, "gpu_slots", 0, 0, most_slots));
  can.memory_bytes = static_cast<std::uint64_t>(count_of(object, "memory_bytes", 0, 0, most_memory));
  can.max_batch = static_cast<std::size_t>(count_of(object, "max_batch", 1000, 1, largest_batch));
  can.max_in_flight = static_cast<std::size_t>(count_of(object, "max_in_flight", 0, 0, most_slots));
  can.survives_driver = json_bool(object, "survives_driver").value_or(true);
  ready.poll_s = seconds_of(object, "poll_s", 0, hour);
  ready.silence_s = std::max(1.0, seconds_of(object, "silence_s", ready.silence_s, hour));
  ready.evidence = json_string(object, "evidence").value_or("files") != "none";
  return ready;
}

bool is_state(const std::optional<std::string>& word) {
  constexpr std::array states = {AttemptState::queued,    AttemptState::starting, AttemptState::running,
                                 AttemptState::suspended, AttemptState::requeued, AttemptState::finished,
                                 AttemptState::lost,      AttemptState::unknown};
  return word &&
         std::any_of(states.begin(), states.end(), [&](auto state) { return to_string(state) == *word; });
}

bool is_verdict(const std::optional<std::string>& word) {
  constexpr std::array verdicts = {
      Verdict::unknown,       Verdict::completed,         Verdict::failed,
      Verdict::out_of_memory, Verdict::timeout,           Verdict::node_failure,
      Verdict::preempted,     Verdict::cancelled_by_user, Verdict::never_started};
  return word && std::any_of(verdicts.begin(), verdicts.end(),
                             [&](auto verdict) { return to_string(verdict) == *word; });
}

/// Texts for people are made harmless; a handle stays what it is, or is none.
void tame(Event& event) {
  const auto tame_handle = [](Handle& handle) {
    if (handle.size() > longest_handle || has_control(handle)) handle.clear();
  };
  if (auto* accepted = std::get_if<Accepted>(&event)) tame_handle(accepted->handle);
  if (auto* attached = std::get_if<Attached>(&event)) tame_handle(attached->handle);
  if (auto* rejected = std::get_if<Rejected>(&event)) rejected->message = shown(rejected->message);
  if (auto* log = std::get_if<Log>(&event)) log->message = shown(log->message);
  if (auto* away = std::get_if<Unreachable>(&event)) away->message = shown(away->message);
  if (auto* state = std::get_if<StateChanged>(&event)) {
    state->native_state = shown(state->native_state);
    state->reason = shown(state->reason);
    state->node = shown(state->node);
    state->restart = std::max(state->restart, 0);
  }
  if (auto* finished = std::get_if<Finished>(&event)) {
    finished->node = shown(finished->node);
    finished->message = shown(finished->message);
  }
}

/// A newer plug-in may know more states and ends than we do. What it means then is unknown, but what it says
/// is not lost. Evidence is what the runner wrote, so a record that a plug-in sends is passed over.
json::object as_we_know_it(const json::object& object, const std::string& event, Understood& understood) {
  json::object known = object;
  known.erase("record");
  if (event == "finished" && known.contains("verdict") && !is_verdict(json_string(known, "verdict"))) {
    understood.complaints.push_back("no verdict is called '" + text_of(known, "verdict") + "'");
    known.erase("verdict");
  }
  if (event == "state" && !is_state(json_string(known, "state"))) {
    understood.complaints.push_back("no state is called '" + text_of(known, "state") + "'");
    if (!known.contains("native_state")) known["native_state"] = text_of(known, "state");
    known["state"] = to_string(AttemptState::unknown);
  }
  return known;
}

void add_event(const json::object& object, const std::string& event, Understood& understood) {
  const bool may_surprise = event == "finished" || event == "state";
  auto known = may_surprise ? event_from_json(as_we_know_it(object, event, understood), "")
                            : event_from_json(object, "");
  if (!known) {
    understood.complaints.push_back(shown(known.error().what));
    return;
  }
  Told told{std::move(*known), std::nullopt};
  tame(told.event);
  if (event == "finished")
    if (const auto code = json_int(object, "exit_code"))
      told.exit_code = static_cast<int>(std::clamp<std::int64_t>(*code, -1, 1000));
  understood.answers.push_back(std::move(told));
}

void add(const json::object& object, Understood& understood) {
  const std::string event = json_string(object, "event").value_or("");
  std::vector<Answer>& answers = understood.answers;
  if (event == "hello")
    answers.push_back(greeting(object));
  else if (event == "ready")
    answers.push_back(ready(object));
  else if (event == "refused")
    answers.push_back(Unwilling{text_of(object, "key"), text_of(object, "message")});
  else if (event == "done")
    answers.push_back(Done{json_int(object, "id").value_or(0)});
  else
    add_event(object, event, understood);
}

}  // namespace

Understood understand(std::string_view line) {
  Understood understood;
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return understood;
  const auto value = parse_own_json(line, "");
  const json::object* object = value ? value->if_object() : nullptr;
  if (object == nullptr) {
    understood.complaints.push_back("not a JSON object: " + shown(line.substr(0, 100)));
    return understood;
  }
  const json::array* events = json_array(*object, "events");
  if (events == nullptr) {
    add(*object, understood);
    return understood;
  }
  understood.answers.reserve(events->size());
  for (const auto& item : *events) {
    if (const auto* each = item.if_object())
      add(*each, understood);
    else
      understood.complaints.push_back("an item of 'events' that is no JSON object");
  }
  return understood;
}

std::string shown(std::string_view text) {
  constexpr std::size_t most_bytes = 2000;
  std::string one_line(text.substr(0, most_bytes));
  std::replace(one_line.begin(), one_line.end(), '\n', ' ');
  std::replace(one_line.begin(), one_line.end(), '\t', ' ');
  if (text.size() > most_bytes) one_line += "...";
  return has_control(one_line) ? printable(one_line) : one_line;
}

}  // namespace sluice::executors::external

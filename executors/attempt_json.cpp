#include "executors/attempt_json.h"

#include <array>
#include <optional>
#include <utility>

namespace sluice::executors {

namespace {

constexpr std::array<std::string_view, 8> state_names = {"queued",   "starting", "running", "suspended",
                                                         "requeued", "finished", "lost",    "unknown"};
constexpr std::array<std::string_view, 9> verdict_names = {
    "unknown",   "completed",         "failed",       "out_of_memory", "timeout", "node_failure",
    "preempted", "cancelled_by_user", "never_started"};
constexpr std::array<std::string_view, 3> presence_names = {"present", "absent", "ambiguous"};
constexpr std::array<std::string_view, 3> level_names = {"info", "warning", "error"};
constexpr std::array<std::string_view, 2> cancel_names = {"term", "kill"};

template <typename Enum, std::size_t count>
std::string_view name_of(const std::array<std::string_view, count>& names, Enum value) {
  return names[static_cast<std::size_t>(value)];
}

template <typename Enum, std::size_t count>
std::optional<Enum> from_name(const std::array<std::string_view, count>& names,
                              const std::optional<std::string>& name) {
  for (std::size_t i = 0; name && i < count; ++i)
    if (names[i] == *name) return static_cast<Enum>(i);
  return std::nullopt;
}

json::array to_array(const std::vector<std::string>& words) {
  return json::array(words.begin(), words.end());
}

/// Nothing when the member is there but is no list of texts.
std::optional<std::vector<std::string>> words_from(const json::object& object, std::string_view key) {
  std::vector<std::string> words;
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return words;
  const json::array* array = value->if_array();
  if (array == nullptr) return std::nullopt;
  for (const auto& word : *array) {
    if (!word.is_string()) return std::nullopt;
    words.emplace_back(word.get_string());
  }
  return words;
}

json::object to_json(const Resources& resources) {
  json::object object;
  object["cpus"] = resources.cpus;
  if (resources.memory_bytes != 0) object["memory_bytes"] = static_cast<std::int64_t>(resources.memory_bytes);
  if (resources.gpus != 0) object["gpus"] = resources.gpus;
  if (resources.ranks != 1) object["ranks"] = resources.ranks;
  if (resources.time_s > 0) object["time_s"] = resources.time_s;
  return object;
}

Resources resources_from_json(const json::object& object) {
  Resources resources;
  resources.cpus = static_cast<int>(json_int(object, "cpus").value_or(1));
  resources.memory_bytes = static_cast<std::uint64_t>(json_int(object, "memory_bytes").value_or(0));
  resources.gpus = static_cast<int>(json_int(object, "gpus").value_or(0));
  resources.ranks = static_cast<int>(json_int(object, "ranks").value_or(1));
  resources.time_s = json_double(object, "time_s").value_or(0);
  return resources;
}

Error bad_member(const std::string& where, const std::string& what, std::string_view key) {
  return Error{what + " without a usable '" + std::string(key) + "'", where,
               "see docs/run-folder-runner.md for the format", ErrorKind::data};
}

bool read_env(const json::object& object, AttemptSpec& attempt) {
  const json::value* value = object.if_contains("env");
  if (value == nullptr) return true;
  const json::object* env = value->if_object();
  if (env == nullptr) return false;
  for (const auto& [key, text] : *env) {
    if (!text.is_string()) return false;
    attempt.env.emplace_back(key, text.get_string());
  }
  return true;
}

bool read_outputs(const json::object& object, AttemptSpec& attempt) {
  const json::value* value = object.if_contains("outputs");
  if (value == nullptr) return true;
  const json::array* outputs = value->if_array();
  if (outputs == nullptr) return false;
  for (const auto& item : *outputs) {
    const json::object* output = item.if_object();
    if (output == nullptr) return false;
    const auto name = json_string(*output, "name");
    const auto path = json_string(*output, "path");
    if (!name || !path) return false;
    attempt.outputs.push_back({*name, *path});
  }
  return true;
}

struct EventWriter {
  json::object object;

  void start(std::string_view event) { object["event"] = event; }
  void text(std::string_view key, const std::string& value) {
    if (!value.empty()) object[key] = value;
  }
  void operator()(const Accepted& e) {
    start("accepted");
    object["token"] = e.token;
    object["handle"] = e.handle;
  }
  void operator()(const Rejected& e) {
    start("rejected");
    object["token"] = e.token;
    object["permanent"] = e.permanent;
    object["message"] = e.message;
  }
  void operator()(const StateChanged& e) {
    start("state");
    object["token"] = e.token;
    object["state"] = to_string(e.state);
    text("native_state", e.native_state);
    text("reason", e.reason);
    text("node", e.node);
    if (e.restart != 0) object["restart"] = e.restart;
  }
  void operator()(const Finished& e) {
    start("finished");
    object["token"] = e.token;
    if (e.record) object["record"] = to_json(*e.record);
    if (e.verdict != Verdict::unknown) object["verdict"] = to_string(e.verdict);
    text("node", e.node);
    text("message", e.message);
  }
  void operator()(const Attached& e) {
    start("attached");
    object["token"] = e.token;
    object["presence"] = name_of(presence_names, e.presence);
    text("handle", e.handle);
  }
  void operator()(const Log& e) {
    start("log");
    object["level"] = name_of(level_names, e.level);
    object["message"] = e.message;
  }
  void operator()(const Unreachable& e) {
    start("unreachable");
    object["message"] = e.message;
  }
  void operator()(const Reachable&) { start("reachable"); }
};

std::string text_of(const json::object& object, std::string_view key) {
  return json_string(object, key).value_or("");
}

Result<Event> finished_from_json(const json::object& object, const std::string& where) {
  Finished event{text_of(object, "token"), std::nullopt, Verdict::unknown, text_of(object, "node"),
                 text_of(object, "message")};
  if (const auto* record = json_object(object, "record")) {
    auto parsed = exit_record_from_json(*record, where);
    if (!parsed) return std::move(parsed).error();
    event.record = std::move(*parsed);
  }
  if (object.contains("verdict")) {
    const auto verdict = from_name<Verdict>(verdict_names, json_string(object, "verdict"));
    if (!verdict) return bad_member(where, "a 'finished' event", "verdict");
    event.verdict = *verdict;
  }
  return Event(std::move(event));
}

Result<Event> token_event_from_json(const std::string& kind, const json::object& object,
                                    const std::string& where) {
  const auto token = json_string(object, "token");
  if (!token) return bad_member(where, "a '" + kind + "' event", "token");
  if (kind == "accepted") return Event(Accepted{*token, text_of(object, "handle")});
  if (kind == "rejected")
    return Event(
        Rejected{*token, json_bool(object, "permanent").value_or(false), text_of(object, "message")});
  if (kind == "finished") return finished_from_json(object, where);
  if (kind == "attached") {
    const auto presence = from_name<Presence>(presence_names, json_string(object, "presence"));
    if (!presence) return bad_member(where, "an 'attached' event", "presence");
    return Event(Attached{*token, *presence, text_of(object, "handle")});
  }
  // A state that nobody knows is unknown: it must never look like an end.
  const auto state = from_name<AttemptState>(state_names, json_string(object, "state"));
  return Event(StateChanged{*token, state.value_or(AttemptState::unknown), text_of(object, "native_state"),
                            text_of(object, "reason"), text_of(object, "node"),
                            static_cast<int>(json_int(object, "restart").value_or(0))});
}

}  // namespace

std::string_view to_string(AttemptState state) { return name_of(state_names, state); }
std::string_view to_string(Verdict verdict) { return name_of(verdict_names, verdict); }
std::string_view to_string(CancelMode mode) { return name_of(cancel_names, mode); }

json::object to_json(const AttemptSpec& attempt) {
  json::object object;
  object["token"] = attempt.token;
  if (!attempt.group.empty()) object["group"] = attempt.group;
  object["folder"] = attempt.folder;
  object["log"] = attempt.log;
  object["argv"] = to_array(attempt.argv);
  if (!attempt.env.empty()) {
    json::object env;
    for (const auto& [key, value] : attempt.env) env[key] = value;
    object["env"] = std::move(env);
  }
  object["resources"] = to_json(attempt.resources);
  if (!attempt.outputs.empty()) {
    json::array outputs;
    for (const auto& output : attempt.outputs)
      outputs.push_back(json::object{{"name", output.name}, {"path", output.path}});
    object["outputs"] = std::move(outputs);
  }
  object["grace_s"] = attempt.grace_s;
  if (!attempt.avoid_nodes.empty()) object["avoid_nodes"] = to_array(attempt.avoid_nodes);
  return object;
}

Result<AttemptSpec> attempt_from_json(const json::object& object, const std::string& where) {
  const auto bad = [&](std::string_view key) { return bad_member(where, "an attempt", key); };
  AttemptSpec attempt;
  attempt.token = text_of(object, "token");
  attempt.group = text_of(object, "group");
  attempt.folder = text_of(object, "folder");
  attempt.log = text_of(object, "log");
  if (attempt.token.empty()) return bad("token");
  if (attempt.folder.empty()) return bad("folder");
  if (attempt.log.empty()) return bad("log");
  auto argv = words_from(object, "argv");
  if (!argv || argv->empty()) return bad("argv");
  attempt.argv = std::move(*argv);
  if (!read_env(object, attempt)) return bad("env");
  if (!read_outputs(object, attempt)) return bad("outputs");
  if (const auto* resources = json_object(object, "resources"))
    attempt.resources = resources_from_json(*resources);
  attempt.grace_s = json_double(object, "grace_s").value_or(attempt.grace_s);
  auto avoid = words_from(object, "avoid_nodes");
  if (!avoid) return bad("avoid_nodes");
  attempt.avoid_nodes = std::move(*avoid);
  return attempt;
}

json::object to_json(const Event& event) {
  EventWriter writer;
  std::visit(writer, event);
  return std::move(writer.object);
}

Result<Event> event_from_json(const json::object& object, const std::string& where) {
  const std::string kind = text_of(object, "event");
  if (kind == "accepted" || kind == "rejected" || kind == "state" || kind == "finished" || kind == "attached")
    return token_event_from_json(kind, object, where);
  if (kind == "log") {
    const auto level = from_name<LogLevel>(level_names, json_string(object, "level"));
    return Event(Log{level.value_or(LogLevel::info), text_of(object, "message")});
  }
  if (kind == "unreachable") return Event(Unreachable{text_of(object, "message")});
  if (kind == "reachable") return Event(Reachable{});
  return Error{"no event is called '" + kind + "'", where, "was it written by a newer version?",
               ErrorKind::data};
}

Result<json::value> parse_own_json(std::string_view text, const std::string& where) {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  boost::system::error_code error;
  auto value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return Error{"not valid JSON: " + error.message(), where, "", ErrorKind::data};
  return value;
}

}  // namespace sluice::executors

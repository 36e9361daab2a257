// How an attempt and the events of its life are written as JSON: on the runner's socket, in the file that a
// batch job is given, and wherever else an attempt leaves the process that planned it.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/json.h"
#include "engine/base/result.h"
#include "executors/executor.h"

namespace sluice::executors {

json::object to_json(const AttemptSpec& attempt);
/// Members that are absent keep their defaults; `token`, `folder`, `log` and a non-empty `argv` must be
/// there.
Result<AttemptSpec> attempt_from_json(const json::object& object, const std::string& where);

/// {"event": "finished", "token": ..., "record": {...}}
json::object to_json(const Event& event);
Result<Event> event_from_json(const json::object& object, const std::string& where);

std::string_view to_string(AttemptState state);
std::string_view to_string(Verdict verdict);
std::string_view to_string(CancelMode mode);

/// JSON that a Sluice program wrote for another one. Paths in it may hold any byte, not only UTF-8.
Result<json::value> parse_own_json(std::string_view text, const std::string& where);

}  // namespace sluice::executors

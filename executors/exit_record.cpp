#include "executors/exit_record.h"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

namespace sluice::executors {

namespace {

constexpr std::array<std::string_view, 7> cause_names = {"none",      "start_failed", "timeout",  "oom",
                                                         "cancelled", "preempted",    "node_lost"};
constexpr std::array<std::string_view, 5> kind_names = {"missing", "file", "folder", "link", "other"};

template <typename Enum, std::size_t count>
std::optional<Enum> from_name(const std::array<std::string_view, count>& names, std::string_view name) {
  for (std::size_t i = 0; i < count; ++i)
    if (!name.empty() && names[i] == name) return static_cast<Enum>(i);
  return std::nullopt;
}

/// As text: JSON numbers above 2^53 do not survive every reader.
std::string hex64(std::uint64_t value) {
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016" PRIx64, value);
  return {digits.data(), 16};
}

json::object to_json(const OutputEvidence& output) {
  json::object object;
  object["name"] = output.name;
  object["path"] = output.path;
  object["kind"] = kind_names[static_cast<std::size_t>(output.content.kind)];
  if (output.content.kind == FileKind::missing) return object;
  object["hash"] = to_hex(output.content.hash);
  object["size"] = static_cast<std::int64_t>(output.content.size);
  object["signature"] = hex64(output.content.signature);
  return object;
}

std::optional<OutputEvidence> output_from_json(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return std::nullopt;
  const auto name = json_string(*object, "name");
  const auto path = json_string(*object, "path");
  const auto kind = from_name<FileKind>(kind_names, json_string(*object, "kind").value_or(""));
  if (!name || !path || !kind) return std::nullopt;
  OutputEvidence output{*name, *path, {}};
  output.content.kind = *kind;
  if (*kind == FileKind::missing) return output;
  const auto hash = hash_from_hex(json_string(*object, "hash").value_or(""));
  const auto size = json_int(*object, "size");
  const auto signature = json_string(*object, "signature");
  if (!hash || !size || *size < 0 || !signature || signature->size() != 16) return std::nullopt;
  output.content.hash = *hash;
  output.content.size = static_cast<std::uint64_t>(*size);
  output.content.signature = std::strtoull(signature->c_str(), nullptr, 16);
  return output;
}

Error broken(const std::string& where, std::string_view member) {
  return Error{"an exit record without a usable '" + std::string(member) + "'", where,
               "it was written by another version, or damaged; the task will be run again"};
}

}  // namespace

std::string_view to_string(Cause cause) { return cause_names[static_cast<std::size_t>(cause)]; }

json::object to_json(const ExitRecord& record) {
  json::object object;
  object["token"] = record.token;
  object["job"] = record.job;
  object["restart"] = record.restart;
  object["exit_code"] = record.exit_code;
  object["signal"] = record.signal;
  object["cause"] = to_string(record.cause);
  if (!record.message.empty()) object["message"] = record.message;
  object["node"] = record.node;
  object["started_ns"] = record.started_ns;
  object["ended_ns"] = record.ended_ns;
  object["user_s"] = record.usage.user_s;
  object["system_s"] = record.usage.system_s;
  object["peak_rss_bytes"] = static_cast<std::int64_t>(record.usage.peak_rss_bytes);
  if (!record.gpus.empty()) object["gpus"] = json::array(record.gpus.begin(), record.gpus.end());
  if (!record.outputs.empty()) {
    json::array outputs;
    for (const auto& output : record.outputs) outputs.push_back(to_json(output));
    object["outputs"] = std::move(outputs);
  }
  return object;
}

Result<ExitRecord> exit_record_from_json(const json::object& object, const std::string& where) {
  const auto token = json_string(object, "token");
  const auto exit_code = json_int(object, "exit_code");
  const auto signal = json_int(object, "signal");
  const auto cause = from_name<Cause>(cause_names, json_string(object, "cause").value_or(""));
  // The four facts that decide over a task must be there; the rest is for people and may be absent.
  if (!token) return broken(where, "token");
  if (!exit_code) return broken(where, "exit_code");
  if (!signal) return broken(where, "signal");
  if (!cause) return broken(where, "cause");
  ExitRecord record;
  record.token = *token;
  record.job = json_string(object, "job").value_or("");
  record.restart = static_cast<int>(json_int(object, "restart").value_or(0));
  record.exit_code = static_cast<int>(*exit_code);
  record.signal = static_cast<int>(*signal);
  record.cause = *cause;
  record.message = json_string(object, "message").value_or("");
  record.node = json_string(object, "node").value_or("");
  record.started_ns = json_int(object, "started_ns").value_or(0);
  record.ended_ns = json_int(object, "ended_ns").value_or(0);
  record.usage.user_s = json_double(object, "user_s").value_or(0);
  record.usage.system_s = json_double(object, "system_s").value_or(0);
  record.usage.peak_rss_bytes = static_cast<std::uint64_t>(json_int(object, "peak_rss_bytes").value_or(0));
  if (const auto* gpus = json_array(object, "gpus"))
    for (const auto& gpu : *gpus)
      record.gpus.push_back(gpu.is_int64() ? static_cast<int>(gpu.get_int64()) : -1);
  if (const auto* outputs = json_array(object, "outputs"))
    for (const auto& value : *outputs) {
      auto output = output_from_json(value);
      if (!output) return broken(where, "outputs");
      record.outputs.push_back(std::move(*output));
    }
  return record;
}

}  // namespace sluice::executors

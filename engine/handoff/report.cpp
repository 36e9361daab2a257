#include "engine/handoff/report.h"

#include <array>

#include "engine/base/record_line.h"
#include "engine/handoff/json_file.h"

namespace sluice::handoff {

namespace {

constexpr std::array<std::string_view, 4> results = {"milestone", "completed", "stopped", "failed"};

}  // namespace

std::string_view to_string(RunResult result) { return results.at(static_cast<std::size_t>(result)); }

Status write(Disk& disk, const std::string& folder, const RunStatus& status) {
  json::object object{{"trial", status.id.trial},
                      {"run", status.id.run},
                      {"result", to_string(status.result)},
                      {"step", status.step},
                      {"metrics", metrics_to_json(status.metrics)}};
  if (!status.reason.empty()) object["reason"] = status.reason;
  if (!status.message.empty()) object["message"] = status.message;
  return write_json_file(disk, join_path(folder, status_file(status.id.run)), object, Sync::yes);
}

Result<RunStatus> read_status(Disk& disk, const std::string& folder, TrialRun id) {
  const std::string path = join_path(folder, status_file(id.run));
  auto object = read_json_file(disk, path);
  if (!object) return std::move(object).error();
  if (json_int(*object, "trial") != id.trial || json_int(*object, "run") != id.run)
    return Error{"it is of another trial or run", path, "was it copied or renamed?"};
  RunStatus status;
  status.id = id;
  const auto step = json_int(*object, "step");
  if (!step) return missing_member(path, "step");
  status.step = *step;
  if (const auto* metrics = json_object(*object, "metrics")) status.metrics = metrics_from_json(*metrics);
  status.reason = json_string(*object, "reason").value_or("");
  status.message = json_string(*object, "message").value_or("");
  const auto result = json_string(*object, "result");
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (result != results.at(i)) continue;
    status.result = static_cast<RunResult>(i);
    return status;
  }
  return missing_member(path, "result");
}

Status write(Disk& disk, const std::string& folder, int run, const Beat& beat) {
  return write_json_file(disk, join_path(folder, beat_file(run)),
                         {{"count", beat.count}, {"step", beat.step}}, Sync::no);
}

Result<Beat> read_beat(Disk& disk, const std::string& folder, int run) {
  const std::string path = join_path(folder, beat_file(run));
  auto object = read_json_file(disk, path);
  if (!object) return std::move(object).error();
  const auto count = json_int(*object, "count");
  if (!count) return missing_member(path, "count");
  return Beat{*count, json_int(*object, "step").value_or(0)};
}

std::string to_line(const Measurement& measurement) {
  return seal_line(json::serialize(json::object{{"v", protocol_version},
                                                {"seq", measurement.seq},
                                                {"step", measurement.step},
                                                {"t", measurement.time_s},
                                                {"metrics", metrics_to_json(measurement.metrics)}}));
}

Result<std::vector<Measurement>> MeasurementReader::read(Disk& disk) {
  std::vector<Measurement> fresh;
  const auto stat = disk.stat(path_);
  if (!stat) return stat.error();
  if (!stat->exists()) return fresh;
  const auto bytes = disk.read_from(path_, offset_);
  if (!bytes) return bytes.error();
  const LineCount lines = read_lines(*bytes, [&](std::string_view text) { take(text, fresh); });
  damaged_ += static_cast<std::int64_t>(lines.damaged);
  offset_ += lines.consumed;
  return fresh;
}

void MeasurementReader::take(std::string_view text, std::vector<Measurement>& fresh) {
  const auto value = parse_json(text, path_);
  const json::object* object = value ? value->if_object() : nullptr;
  const auto step = object == nullptr ? std::nullopt : json_int(*object, "step");
  const json::object* metrics = object == nullptr ? nullptr : json_object(*object, "metrics");
  if (!step || metrics == nullptr) {
    ++damaged_;
  } else if (*step <= last_step_) {
    ++repeated_;
  } else {
    last_step_ = *step;
    fresh.push_back({json_int(*object, "seq").value_or(0), *step, json_double(*object, "t").value_or(0),
                     metrics_from_json(*metrics)});
  }
}

}  // namespace sluice::handoff

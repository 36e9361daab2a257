#include "engine/handoff/bell.h"

#include <optional>
#include <utility>

#include "engine/base/json.h"
#include "engine/base/record_line.h"

namespace sluice::handoff {

namespace {

std::optional<TrialRun> id_of(std::string_view text, const std::string& path) {
  const auto value = parse_json(text, path);
  if (!value || !value->is_object()) return std::nullopt;
  const auto trial = json_int(value->get_object(), "trial");
  const auto run = json_int(value->get_object(), "run");
  if (!trial || !run || *trial < 0 || *trial >= most_trials || *run < 1 || *run > most_runs)
    return std::nullopt;
  return TrialRun{*trial, static_cast<int>(*run)};
}

}  // namespace

std::string bell_line(TrialRun id) {
  return seal_line(R"({"trial":)" + std::to_string(id.trial) + R"(,"run":)" + std::to_string(id.run) + "}");
}

Result<BellReader::Rung> BellReader::read(Disk& disk) {
  Rung rung;
  const bool history = std::exchange(first_, false);
  const auto stat = disk.stat(path_);
  if (!stat) return stat.error();
  if (stat->kind != FileKind::file) return rung;
  if (stat->size < offset_) {  // another file took its place
    offset_ = 0;
    rung.unsure = true;
  }
  // Read even when the size did not change: on a network file system only opening a file asks the server for
  // it.
  const auto bytes = disk.read_from(path_, offset_);
  if (!bytes) return bytes.error();
  const LineCount lines = read_lines(*bytes, [&](std::string_view text) {
    if (history) return;
    if (const auto id = id_of(text, path_))
      rung.trials.push_back(*id);
    else
      rung.unsure = true;
  });
  offset_ += lines.consumed;
  rung.unsure = rung.unsure || (lines.damaged > 0 && !history);
  return rung;
}

}  // namespace sluice::handoff

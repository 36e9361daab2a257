#include "stages/train/trial.h"

#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <chrono>
#include <cstdlib>

#include "engine/base/text.h"

namespace sluice::train {

namespace {

constexpr std::chrono::seconds time_between_beats{30};

Result<int> newest_run(Disk& disk, const std::string& folder) {
  if (const char* told = std::getenv("SLUICE_TRIAL_RUN"); told != nullptr && *told != '\0')
    return std::atoi(told);
  auto entries = disk.list(folder);
  if (!entries) return std::move(entries).error();
  int newest = 0;
  for (const FolderEntry& entry : *entries)
    if (entry.name.starts_with("run."))
      if (const auto run = handoff::run_of_file(entry.name)) newest = std::max(newest, *run);
  if (newest == 0)
    return Error{"nobody has asked this trial to run", folder,
                 "a sweep writes run.0001.json (docs/trial-protocol.md)", ErrorKind::usage};
  return newest;
}

/// One write, so that a line is there or not; a torn one before it is ended first.
Status append(const std::string& path, const std::string& line) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) return io_error("can't open the metrics", path, errno);
  char last = '\n';
  const off_t size = ::lseek(file, 0, SEEK_END);
  if (size > 0 && ::pread(file, &last, 1, size - 1) != 1) last = '\n';
  const std::string text = (last == '\n' ? "" : "\n") + line;
  const ssize_t written = ::write(file, text.data(), text.size());
  const int problem = written < 0 ? errno : ENOSPC;
  ::close(file);
  return written == static_cast<ssize_t>(text.size()) ? Status(Ok{})
                                                      : io_error("can't write the metrics", path, problem);
}

double wall_clock() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

std::string failure_reason(const Error& error) {
  if (error.what.find("is not finite") != std::string::npos) return "nan";
  return error.what == "out of memory" ? "out-of-memory" : "exception";
}

Result<Trial> Trial::open(Disk& disk, const std::string& folder) {
  Trial trial(disk, folder);
  auto spec = handoff::read_spec(disk, folder);
  if (!spec) return std::move(spec).error();
  trial.spec_ = *std::move(spec);
  const auto run = newest_run(disk, folder);
  if (!run) return run.error();
  auto request = handoff::read_run(disk, folder, {trial.spec_.trial, *run});
  if (!request) return std::move(request).error();
  trial.request_ = *request;
  return trial;
}

std::string Trial::checkpoint_folder() const { return join_path(folder_, handoff::checkpoint_folder); }

Orders Trial::read_orders() {
  Orders orders;
  const auto control = handoff::read_control(*disk_, folder_);
  // No file, a torn one, one for another run, or one that was obeyed: nothing new.
  if (!control || control->id.run != request_.id.run || control->seq <= obeyed_) return orders;
  obeyed_ = control->seq;
  if (control->command == handoff::Command::run_until) {
    request_.until = std::max(request_.until, control->until);
    orders.until = request_.until;
  }
  orders.checkpoint = control->command == handoff::Command::checkpoint;
  orders.stop = control->command == handoff::Command::stop;
  return orders;
}

Result<Orders> Trial::report(std::int64_t epoch, const Metrics& metrics) {
  step_ = epoch;
  const std::string line = handoff::to_line({++lines_, epoch, wall_clock(), metrics});
  if (auto appended = append(join_path(folder_, handoff::metrics_file(request_.id.run)), line); !appended)
    return std::move(appended).error();
  if (auto beaten = write_beat(); !beaten) return std::move(beaten).error();
  return read_orders();
}

Status Trial::write_beat() {
  return handoff::write(*disk_, folder_, request_.id.run, handoff::Beat{++beats_, step_});
}

Status Trial::beat(std::chrono::steady_clock::time_point now) {
  if (last_beat_ && now - *last_beat_ < time_between_beats) return Ok{};
  last_beat_ = now;
  return write_beat();
}

Status Trial::finish(const Trained& trained, std::int64_t epochs) {
  handoff::RunStatus status;
  status.id = request_.id;
  status.step = trained.epochs;
  status.metrics = trained.metrics;
  status.result = handoff::RunResult::milestone;
  if (trained.end == Trained::End::stopped) status.result = handoff::RunResult::stopped;
  if (trained.end == Trained::End::gave_up || trained.epochs >= epochs)
    status.result = handoff::RunResult::completed;
  return handoff::write(*disk_, folder_, status);
}

Status Trial::fail(const Error& error) {
  handoff::RunStatus status;
  status.id = request_.id;
  status.step = step_;
  status.result = handoff::RunResult::failed;
  status.reason = failure_reason(error);
  status.message = error.where.empty() ? error.what : error.where + ": " + error.what;
  return handoff::write(*disk_, folder_, status);
}

}  // namespace sluice::train

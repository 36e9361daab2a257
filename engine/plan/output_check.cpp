#include "engine/plan/output_check.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

namespace sluice::plan {

namespace {

constexpr std::size_t tasks_at_once = 256;  ///< that a thread takes: enough to make the counter cheap

}  // namespace

OutputCheck::OutputCheck(const workflow::TaskGraph& graph, Contents& contents, Disk& disk,
                         std::string run_folder, int threads)
    : graph_(graph), contents_(contents), disk_(disk), run_folder_(std::move(run_folder)), threads_(threads) {
  states_.resize(contents.slot_count(), OutputState::unrecorded);
  moved_.resize(contents.slot_count());
  seen_.resize(contents.slot_count());
}

void OutputCheck::record(std::size_t slot, const Content& content, bool same_path) {
  contents_.set_output(slot, content);
  states_[slot] = OutputState::recorded;
  moved_[slot] = !same_path;
}

std::string OutputCheck::path(TaskIndex task, std::uint32_t output) const {
  return join_path(run_folder_, graph_.output_path(task, output));
}

/// All tasks, shared among the threads; this one does `meanwhile` first.
template <typename Act>
void OutputCheck::for_each_task(Act act, const std::function<void()>& meanwhile) {
  std::atomic<std::size_t> next{0};
  const std::size_t count = graph_.task_count();
  const auto work = [&] {
    while (true) {
      const std::size_t begin = next.fetch_add(tasks_at_once);
      if (begin >= count) return;
      const std::size_t end = std::min(begin + tasks_at_once, count);
      for (std::size_t task = begin; task < end; ++task) act(static_cast<TaskIndex>(task));
    }
  };
  std::vector<std::jthread> others;
  if (count > tasks_at_once)
    for (int i = 1; i < threads_; ++i) others.emplace_back(work);
  meanwhile();
  work();
}

void OutputCheck::look_at(TaskIndex task) {
  const std::size_t first = contents_.slot(task, 0);
  for (std::uint32_t output = 0; output < graph_.stage(task).outputs.size(); ++output) {
    auto content = survey(disk_, path(task, output));
    // What can't be looked at is read in `judge`, which has the words for it.
    seen_[first + output] = content ? Seen{content->kind, content->signature} : Seen{FileKind::other, 0};
  }
}

void OutputCheck::look(const std::function<void()>& meanwhile) {
  for_each_task([this](TaskIndex task) { look_at(task); }, meanwhile);
}

Result<bool> OutputCheck::read_again(TaskIndex task, std::uint32_t output) {
  const std::size_t slot = contents_.slot(task, output);
  const Content recorded = contents_.output(slot);
  auto now = digest(disk_, path(task, output));
  if (!now && now.error().kind == ErrorKind::io) return std::move(now).error();
  if (!now) now = Content{};  // a link or a special file in a folder: nobody's output
  const bool same = now->kind == recorded.kind && now->hash == recorded.hash && now->size == recorded.size;
  states_[slot] = same ? OutputState::intact : OutputState::changed;
  if (same) contents_.set_output(slot, *now);
  return same;
}

Status OutputCheck::judge() {
  std::mutex guard;
  std::optional<Error> failed;
  const auto judge_output = [&](TaskIndex task, std::uint32_t output) {
    const std::size_t slot = contents_.slot(task, output);
    if (states_[slot] != OutputState::recorded) return;
    const Content& recorded = contents_.output(slot);
    const Seen& seen = seen_[slot];
    bool refreshed = moved_[slot];
    if (seen.kind == FileKind::missing) {
      states_[slot] = OutputState::missing;
      return;
    }
    if (seen.kind == recorded.kind && seen.signature == recorded.signature) {
      states_[slot] = OutputState::intact;
    } else {
      auto same = read_again(task, output);
      const std::lock_guard lock(guard);
      if (!same) {
        if (!failed) failed = same.error();
        return;
      }
      refreshed = *same;
    }
    if (!refreshed) return;
    const std::lock_guard lock(guard);
    refreshed_.push_back({task, output});
  };
  for_each_task(
      [&](TaskIndex task) {
        for (std::uint32_t output = 0; output < graph_.stage(task).outputs.size(); ++output)
          judge_output(task, output);
      },
      [] {});
  if (failed) return *failed;
  return Ok{};
}

std::vector<OutputCheck::Refreshed> OutputCheck::take_refreshed() { return std::exchange(refreshed_, {}); }

}  // namespace sluice::plan

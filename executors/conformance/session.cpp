#include "executors/conformance/session.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include "engine/base/clock.h"
#include "engine/base/disk.h"

namespace sluice::executors::conformance {

namespace {

std::int64_t now_ns() { return RealClock().mono_ns(); }
std::int64_t ns(double seconds) { return static_cast<std::int64_t>(seconds * static_cast<double>(ns_per_s)); }

}  // namespace

Session::Session(const Subject& subject, Complaints complaints) : subject_(subject), complaints_(complaints) {
  auto made = subject.make(io_, [this](std::vector<Event> events) { take(std::move(events)); });
  if (!complaints_.expect(made.ok(), made.ok() ? "" : "no executor: " + to_string(made.error()))) return;
  const auto hello = (*made)->hello();
  if (!complaints_.expect(hello.ok(), hello.ok() ? "" : "hello has failed: " + to_string(hello.error())))
    return;
  executor_ = std::move(*made);
}

void Session::take(std::vector<Event> events) {
  for (auto& event : events) {
    if (const auto* finished = std::get_if<Finished>(&event))
      finished_[finished->token].push_back(events_.size());
    events_.push_back(std::move(event));
  }
}

void Session::submit(const std::vector<AttemptSpec>& attempts) {
  const auto capabilities = executor_->hello();
  const std::size_t batch = capabilities ? std::max<std::size_t>(1, capabilities->max_batch) : 1;
  for (std::size_t begin = 0; begin < attempts.size(); begin += batch)
    executor_->submit(std::span(attempts).subspan(begin, std::min(batch, attempts.size() - begin)));
}

bool Session::wait(const std::string& what, const std::function<bool()>& done) {
  const std::int64_t deadline = now_ns() + ns(subject_.patience_s);
  while (!done()) {
    if (now_ns() > deadline) return complaints_.expect(false, "waited in vain until " + what);
    io_.restart();
    io_.run_one_for(std::chrono::milliseconds(20));
    io_.poll();
  }
  return true;
}

bool Session::wait_finished(const std::vector<AttemptSpec>& attempts) {
  return wait("all have finished", [&] {
    return std::all_of(attempts.begin(), attempts.end(),
                       [&](const AttemptSpec& a) { return finished(a.token); });
  });
}

void Session::idle(double seconds) {
  const std::int64_t end = now_ns() + ns(seconds);
  while (now_ns() < end) {
    io_.restart();
    io_.run_one_for(std::chrono::milliseconds(20));
  }
}

void Session::pause(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

const Finished* Session::finished(const Token& token) const {
  const auto found = finished_.find(token);
  return found == finished_.end() ? nullptr : std::get_if<Finished>(&events_[found->second.back()]);
}

const ExitRecord* Session::record(const Token& token) const {
  const Finished* end = finished(token);
  return end != nullptr && end->record ? &*end->record : nullptr;
}

std::size_t Session::count_finished(const Token& token) const {
  const auto found = finished_.find(token);
  return found == finished_.end() ? 0 : found->second.size();
}

bool Session::is_running(const Token& token) const {
  const auto* state = last<StateChanged>(token);
  return state != nullptr && state->state == AttemptState::running && finished(token) == nullptr;
}

AttemptSpec new_attempt(const Subject& subject, const std::string& name, std::vector<std::string> argv) {
  static std::atomic<int> counter{0};
  const std::string unique = name + "-" + std::to_string(::getpid()) + "-" + std::to_string(++counter);
  AttemptSpec attempt;
  attempt.token = "check/" + unique + "/1";
  attempt.folder = join_path(subject.work_folder, unique);
  attempt.log = join_path(subject.work_folder, unique + ".log");
  attempt.argv = std::move(argv);
  static_cast<void>(RealDisk().make_folders(attempt.folder));
  return attempt;
}

AttemptSpec new_script(const Subject& subject, const std::string& name, const std::string& script) {
  return new_attempt(subject, name, {"/bin/sh", "-c", script});
}

std::string read_file(const std::string& path) { return RealDisk().read(path).value_or(""); }

bool exists(const std::string& path) {
  const auto stat = RealDisk().stat(path);
  return stat && stat->exists();
}

std::size_t lines_in(const std::string& path) {
  const std::string text = read_file(path);
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace sluice::executors::conformance

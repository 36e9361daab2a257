#include "engine/cli/run_display.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "engine/report/block.h"
#include "engine/report/lines.h"
#include "engine/report/log_tail.h"
#include "engine/report/task_progress.h"

namespace sluice::cli {

namespace {

constexpr std::size_t lines_of_a_failed_log = 10;
constexpr std::int64_t ask_every_ns = ns_per_s;
constexpr std::int64_t sign_of_life_every_ns = 60 * ns_per_s;

report::Tally tally_of(const schedule::Counts& counts) {
  report::Tally tally;
  tally.waiting = counts.waiting + counts.queued;
  tally.running = counts.running;
  tally.cached = counts.cached;
  tally.succeeded = counts.succeeded;
  tally.failed = counts.failed;
  tally.skipped = counts.skipped;
  tally.cancelled = counts.cancelled;
  tally.excluded = counts.excluded;
  return tally;
}

double seconds_between(std::int64_t from_ns, std::int64_t to_ns) {
  return 1e-9 * static_cast<double>(to_ns - from_ns);
}

}  // namespace

RunDisplay::RunDisplay(const workflow::TaskGraph& graph, const run::Layout& layout, Console& console)
    : graph_(graph),
      layout_(layout),
      console_(console),
      screen_(console.err),
      estimate_(graph.stages.size()),
      begun_ns_(clock_.mono_ns()),
      last_sign_ns_(begun_ns_) {
  // Whoever reads along may go away: that is no reason to stop.
  std::signal(SIGPIPE, SIG_IGN);
}

RunDisplay::~RunDisplay() { flush(); }

void RunDisplay::watch(const run::Driver& driver) { driver_ = &driver; }

report::Tally RunDisplay::tally() const { return tally_of(driver_->scheduler().counts()); }

report::Progress RunDisplay::progress() {
  report::Progress progress;
  progress.workflow = graph_.workflow_name;
  const std::int64_t now_ns = clock_.wall_ns();
  progress.elapsed_s = seconds_between(begun_ns_, clock_.mono_ns());
  if (driver_->scheduler().stopped()) progress.state = "stopping";
  for (schedule::PolicyIndex stage = 0; stage < graph_.stages.size(); ++stage)
    progress.stages.push_back(
        {graph_.stages[stage].name, driver_->depth(stage), tally_of(driver_->scheduler().counts(stage))});
  progress.running = longest_running(now_ns);
  progress.left = estimate_.left(progress.stages);
  return progress;
}

std::vector<report::RunningTask> RunDisplay::longest_running(std::int64_t now_ns) {
  using Running = std::pair<std::int64_t, const run::Flight*>;
  std::vector<std::pair<Running, schedule::Unit>> running;
  for (const auto& [unit, flight] : driver_->flights())
    if (!flight.finished)
      running.push_back({{flight.started_ns != 0 ? flight.started_ns : flight.submitted_ns, &flight}, unit});
  const std::size_t shown = std::min(report::most_running_in_block, running.size());
  std::partial_sort(running.begin(), running.begin() + static_cast<std::ptrdiff_t>(shown), running.end(),
                    [](const auto& a, const auto& b) { return a.first.first < b.first.first; });
  decltype(said_) of_shown;
  for (std::size_t i = 0; i < shown; ++i) of_shown.insert(said_.extract(running[i].first.second->folder));
  said_ = std::move(of_shown);
  std::vector<report::RunningTask> tasks;
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& [since_ns, flight] = running[i].first;
    tasks.push_back({driver_->unit_name(running[i].second), flight->number, seconds_between(since_ns, now_ns),
                     how_far(*flight, now_ns)});
  }
  return tasks;
}

std::string RunDisplay::how_far(const run::Flight& flight, std::int64_t now_ns) {
  if (flight.started_ns == 0) return flight.native_state;
  auto& [asked_ns, said] = said_[flight.folder];
  if (now_ns - asked_ns < ask_every_ns) return said;
  asked_ns = now_ns;
  const auto progress = report::task_progress(flight.folder, 1e-9 * static_cast<double>(now_ns));
  return said = progress ? to_string(*progress) : flight.native_state;
}

void RunDisplay::say(const std::string& lines) { lines_ += lines + "\n"; }

std::string RunDisplay::prefix() const {
  return "[" + std::to_string(settled_) + "/" + std::to_string(tally().total()) + "] ";
}

void RunDisplay::flush() {
  if (lines_.empty()) return;
  console_.err << lines_ << std::flush;
  lines_.clear();
}

void RunDisplay::redraw() {
  flush_skipped();
  if (!console_.err_terminal.interactive) {
    if (!lines_.empty()) last_sign_ns_ = clock_.mono_ns();
    flush();
    if (clock_.mono_ns() - last_sign_ns_ < sign_of_life_every_ns || driver_->done()) return;
    last_sign_ns_ = clock_.mono_ns();
    say(report::still_running_text(progress()));
    return flush();
  }
  const report::Terminal terminal = report::terminal_of(STDERR_FILENO, getenv);
  screen_.update(lines_, report::block(progress(), terminal), terminal);
  lines_.clear();
}

void RunDisplay::started(const run::StartedNotice&) {}

void RunDisplay::settled(const run::SettledNotice& notice) {
  using schedule::UnitState;
  ++settled_;
  if (notice.state == UnitState::succeeded) estimate_.ended(graph_.stage_of[notice.unit], notice.seconds);
  if (notice.state == UnitState::skipped) {
    Skipped& group = skipped_[std::string(notice.message)];
    ++group.tasks;
    group.one = notice.task;
  } else if (notice.state == UnitState::failed) {
    say_failure(notice);
  } else if (notice.why == schedule::Why::stopped_by_user) {
    say(prefix() + std::string(notice.task) + " stopped: " + std::string(notice.message));
  } else if (!console_.err_terminal.interactive) {  // the block counts what goes as it should
    if (notice.state == UnitState::succeeded) say(prefix() + report::done_text(notice.task, notice.seconds));
    if (notice.state == UnitState::cached) say(prefix() + report::up_to_date_text(notice.task));
    if (notice.state == UnitState::cancelled) say(prefix() + report::cancelled_text(notice.task));
  }
}

void RunDisplay::say_failure(const run::SettledNotice& notice) {
  report::Failure failure{notice.task, notice.seconds, notice.message, {}, {}};
  failure.tail = report::log_tail(std::string(notice.log), lines_of_a_failed_log);
  if (failure.tail.size > 0) failure.log = notice.log;
  say(prefix() + report::failure_text(failure, console_.err_terminal.colour));
}

void RunDisplay::flush_skipped() {
  for (const auto& [reason, group] : skipped_)
    say(prefix() + report::skipped_text(group.tasks, group.one, reason));
  skipped_.clear();
}

void RunDisplay::retrying(const run::RetryNotice& notice) {
  say(report::retry_text(notice.task, notice.attempt, notice.message, notice.delay_s));
}

void RunDisplay::message(run::MessageLevel level, std::string_view text) {
  say(std::string("sluice: ") + (level == run::MessageLevel::error ? "error: " : "") + std::string(text));
}

void RunDisplay::summary() {
  redraw();
  say(report::summary_text(tally(), seconds_between(begun_ns_, clock_.mono_ns())));
  if (!driver_->end_message().empty()) say("sluice: " + driver_->end_message());
  if (driver_->end() == run::RunEnd::failed)
    say("`sluice logs TASK` shows what a task printed; mend it and run again: what is done stays done");
  flush();
}

json::value run_result(const workflow::TaskGraph& graph, const run::Driver& driver, double seconds) {
  const auto counts = driver.scheduler().counts();
  json::array failed;
  for (workflow::TaskIndex task = 0; task < graph.task_count(); ++task)
    if (driver.scheduler().state(task) == schedule::UnitState::failed)
      failed.push_back(json::string(graph.names[task]));
  return json::object{{"run", driver.run_name()},
                      {"workflow", graph.workflow_name},
                      {"end", run::to_string(driver.end())},
                      {"seconds", seconds},
                      {"tasks", json::object{{"succeeded", counts.succeeded},
                                             {"up_to_date", counts.cached},
                                             {"failed", counts.failed},
                                             {"skipped", counts.skipped},
                                             {"cancelled", counts.cancelled},
                                             {"excluded", counts.excluded},
                                             {"open", counts.waiting + counts.queued + counts.running}}},
                      {"failed", std::move(failed)}};
}

}  // namespace sluice::cli

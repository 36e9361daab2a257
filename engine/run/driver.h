// Runs a plan: turns what happens (answers of executors, timers, signals) into events for the scheduler, and
// performs the actions that come back. It works in turns: everything one turn decides is committed to the
// store in one transaction, and only then do its side effects go out. It owns no thread and no loop, and
// meets the world only through seams, so the simulator runs the very same code in virtual time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/disk.h"
#include "engine/plan/plan.h"
#include "engine/run/attempt_folder.h"
#include "engine/run/children.h"
#include "engine/run/flight.h"
#include "engine/run/observer.h"
#include "engine/run/problem.h"
#include "engine/run/publish.h"
#include "engine/schedule/scheduler.h"
#include "engine/store/store.h"
#include "engine/store/transaction.h"
#include "engine/workflow/task_graph.h"
#include "executors/executor.h"

namespace sluice::run {

/// How a run ended; also the word in the store.
enum class RunEnd : std::uint8_t {
  running,
  succeeded,
  failed,
  stopped,
  cancelled,
  disk_full,
  fenced_off,
  displaced,  ///< the run folder was removed or moved
  broken
};
std::string_view to_string(RunEnd end);

class Driver {
 public:
  struct World {
    Disk& disk;
    Clock& clock;
    store::Store& store;
    const workflow::TaskGraph& graph;
    plan::Plan& plan;
    Layout layout;
    std::vector<executors::Executor*> executors;  ///< in the order of executors_used(graph)
    std::vector<executors::Capabilities> capabilities;
    Observer& observer;
    store::RunInfo info;
    /// Does what takes long elsewhere, then calls `done` from the loop; without it, it is done at once.
    std::function<void(std::function<Status()> work, std::function<void(Status)> done)> in_background;
    /// `sluice cancel` after the driver is gone: nothing is started, and whatever still runs is stopped.
    bool only_cancel = false;
    /// `sluice tick`: ends as soon as everything in flight has been heard of and what is ready is submitted.
    bool one_step = false;
  };

  explicit Driver(World world);
  ~Driver();

  Status start();
  void on_events(std::uint32_t executor, std::vector<executors::Event> events);
  void on_time();  ///< call at wake_at_ms(), or whenever
  std::optional<std::int64_t> wake_at_ms() const;
  std::int64_t now_ms() const;

  void interrupt();  ///< Ctrl-C: stop submitting; again: cancel; again: kill
  void detach();     ///< TERM, HUP: end now, leave what runs to itself
  void cancel_task(workflow::TaskIndex task);
  void lost_the_lock(const Error& error);  ///< another driver took over: stop without touching anything
  void lost_the_folder(bool moved);        ///< the run folder is not where it was: likewise

  bool done() const { return end_ != RunEnd::running; }
  RunEnd end() const { return end_; }
  const std::string& end_message() const { return end_message_; }
  const std::string& run_name() const { return run_name_; }
  const schedule::Scheduler& scheduler() const { return *scheduler_; }
  /// For displays: what is in flight now.
  const std::unordered_map<schedule::Unit, Flight>& flights() const { return flights_; }
  int depth(schedule::PolicyIndex policy) const { return policies_.all[policy].depth; }
  std::string unit_name(schedule::Unit unit) const;

 private:
  // driver.cpp: the turn
  void feed(const schedule::Event& event);
  void turn();
  bool perform_all();
  void commit();
  void flush();
  void finish(RunEnd end, std::string message);
  void after_turn();
  bool wait_for_orphans();
  bool only_remote_in_flight() const;

  // driver_step.cpp: one step of a run, for cron
  Status find_lost_before();
  bool stays_lost(schedule::Unit unit);
  void leave_when_heard();
  void leave();

  // driver_start.cpp: where an earlier driver left off
  Status begin_run();
  void sort_out_live(std::vector<store::LiveAttempt> live, schedule::Problem& problem);
  bool inputs_settled(workflow::TaskIndex task) const;
  void adopt(schedule::Unit unit, const store::LiveAttempt& live);
  void abandon(const store::LiveAttempt& live, const std::string& why);
  void poll_executors();
  void ask_for(const std::vector<executors::Token>& tokens, std::uint32_t executor);

  // driver_events.cpp: what executors say
  void on_event(std::uint32_t executor, executors::Accepted& event);
  void on_event(std::uint32_t executor, executors::Rejected& event);
  void on_event(std::uint32_t executor, executors::StateChanged& event);
  void on_event(std::uint32_t executor, executors::Finished& event);
  void on_event(std::uint32_t executor, executors::Attached& event);
  void on_event(std::uint32_t executor, executors::Log& event);
  void on_event(std::uint32_t executor, executors::Unreachable& event);
  void on_event(std::uint32_t executor, executors::Reachable& event);
  void record_starts();
  bool folder_is_gone(const Flight& flight) const;
  void finished_orphan(const executors::Finished& event);
  bool take_kept(schedule::Unit unit, const Hash128& fingerprint);
  void record_end(Flight& flight, const executors::Finished& event, const Judgement& judgement);
  bool made_progress(const Flight& flight);

  // driver_actions.cpp: what the scheduler wants
  void perform(const schedule::Check& action);
  void perform(const schedule::Submit& action);
  void perform(const schedule::CancelAttempt& action);
  void perform(const schedule::Wake& action);
  void perform(const schedule::Settled& action);
  void perform(const schedule::Retrying& action);
  void perform(const schedule::AllSettled& action);
  Status submit_task(const schedule::Submit& action, Flight& flight, executors::AttemptSpec& spec);
  Status open_state(const schedule::Submit& action, Flight& flight, executors::AttemptSpec& spec);
  void cannot_submit(schedule::Unit unit, const Error& error);
  void disk_is_full(const std::string& detail);
  void end_with_full_disk();
  void note(schedule::Unit unit, std::string_view kind, std::string_view detail);

  // driver_publish.cpp: outputs in their places
  void perform(const schedule::Publish& action);
  void publish_outputs(schedule::Unit unit);
  void copy_first(schedule::Unit unit, const std::string& from, const std::string& to);
  void publishing_failed(schedule::Unit unit, const Error& error);
  void tell_of_stranger(const std::string& path);
  Status make_attempt_folder(const Flight& flight);
  std::string clean_up(const Flight& flight);
  std::optional<std::string> sweep(const std::string& folder);
  void sweep_ended();

  // driver_children.cpp: attempts that running tasks ask for
  void open_study(schedule::Unit owner, const std::string& folder);
  void expect_children();
  void serve_children();
  void serve(schedule::Unit owner, Study& study);
  void ask_for_child(schedule::Unit owner, Study& study, const handoff::Wanted& wanted);
  void perform_child_submit(const schedule::Submit& action);
  Status submit_child(const schedule::Submit& action, Child& child, Flight& flight,
                      executors::AttemptSpec& spec);
  void settle_child(const schedule::Settled& action);
  void answer(schedule::Unit unit, handoff::JobState state, std::string outcome, std::string message);

  bool is_task(schedule::Unit unit) const { return unit < world_.graph.task_count(); }
  store::TaskId task_id(schedule::Unit unit);
  std::uint32_t executor_of(schedule::Unit unit) const;
  std::uint32_t executor_of(const store::LiveAttempt& live, schedule::Unit unit) const;
  std::optional<std::uint32_t> executor_named(const std::string& name) const;
  Status check_reachable(const std::vector<store::LiveAttempt>& live) const;
  /// Its attempts run on this machine, in slots that we count.
  bool is_local(std::uint32_t executor) const { return world_.capabilities[executor].cpu_slots > 0; }

  World world_;
  std::vector<std::string> executor_names_;  ///< of world_.executors; made once, as each attempt's row asks
  Policies policies_;
  std::unique_ptr<schedule::Scheduler> scheduler_;
  store::Transaction transaction_;
  Publisher publisher_;
  Children children_;
  std::string run_name_;

  std::vector<schedule::Action> actions_;
  std::size_t next_action_ = 0;
  std::unordered_map<schedule::Unit, Flight> flights_;
  std::unordered_map<executors::Token, schedule::Unit> unit_of_;
  std::unordered_map<executors::Token, store::LiveAttempt> orphans_;  ///< attempts nobody needs any more
  struct Kept {
    store::LiveAttempt attempt;
    std::optional<executors::Finished> finished;
  };
  std::unordered_map<schedule::Unit, Kept> kept_;  ///< may turn out to be what is needed
  std::unordered_map<executors::Token, schedule::Unit> kept_unit_;
  std::unordered_map<executors::Token, Kept> kept_children_;  ///< until their owner asks for them again
  std::vector<int> attempts_;                                 ///< the highest number used, by task
  std::vector<store::TaskId> ids_;
  std::unordered_map<schedule::Unit, int> user_failures_;     ///< against the retry budget
  std::vector<std::vector<executors::AttemptSpec>> submits_;  ///< by executor, after the commit
  std::vector<std::vector<executors::Token>> cancels_;
  std::vector<std::string> spare_folders_;       ///< empty, of attempts that have ended
  std::vector<std::string> sweep_after_commit_;  ///< folders whose evidence the store does not have yet
  std::vector<schedule::Unit> started_lately_;
  std::vector<schedule::Unit> moves_;  ///< folders to publish, after the commit
  std::vector<std::pair<std::uint32_t, executors::Token>> ask_again_;  ///< attach was ambiguous

  std::optional<std::int64_t> scheduler_wake_ms_;
  std::optional<std::int64_t> retry_commit_ms_;
  std::optional<std::int64_t> ask_again_ms_;
  std::optional<std::int64_t> children_ms_;
  std::optional<std::int64_t> poll_ms_;
  std::optional<std::int64_t> record_starts_ms_;
  std::optional<std::int64_t>
      orphans_until_ms_;                  ///< how long the end waits for abandoned attempts to be stopped
  std::optional<std::int64_t> leave_ms_;  ///< one step: when it ends
  std::optional<std::int64_t> leave_limit_ms_;  ///< and when it ends whatever has not been heard of
  struct LostBefore {
    Hash128 fingerprint;  ///< of the attempt that failed; zero: there was none
    std::string reason;
  };
  std::unordered_map<schedule::Unit, LostBefore> lost_before_;  ///< one step: failed or cancelled earlier
  std::vector<bool> unreachable_;                               ///< by executor
  int interrupts_ = 0;
  bool all_settled_ = false;
  bool disk_full_ = false;
  bool told_of_strangers_ = false;
  int vain_commits_ = 0;             ///< in a row, while nothing ran
  std::size_t stuck_publishes_ = 0;  ///< successes whose outputs found no room
  std::size_t copying_ = 0;          ///< outputs on their way to another file system
  RunEnd end_ = RunEnd::running;
  std::string end_message_;
};

}  // namespace sluice::run

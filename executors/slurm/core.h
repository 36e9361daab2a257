// The Slurm executor without Slurm: a state machine over plain values. Told what the engine wants, what the
// commands answered and what time it is, it says which commands to run next and what to report. It starts no
// process and waits for nothing, so every bad day of a cluster is a unit test, and the simulator runs it in
// virtual time.
//
// The rules it keeps:
// - What was submitted is written down before sbatch is called, and every job carries its batch id. So an
// answer that
//   got lost is looked for, never guessed, and a new driver finds the jobs of the old one.
// - What is given up is barred first: a job of it that arrives late, even hours later, does nothing.
// - An exit record decides. The queue only says where to look and how long to wait for one.
// - One squeue for everything, never more often than the interval; no call for a single job.
// - While Slurm does not answer, nothing fails.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/disk.h"
#include "executors/evidence.h"
#include "executors/executor.h"
#include "executors/slurm/answers.h"
#include "executors/slurm/batch_files.h"
#include "executors/slurm/commands.h"
#include "executors/slurm/config.h"
#include "executors/slurm/line.h"
#include "executors/slurm/pace.h"
#include "executors/slurm/states.h"
#include "executors/slurm/stuck.h"

namespace sluice::executors::slurm {

class SlurmCore {
 public:
  /// `seed` scatters retries.
  SlurmCore(SlurmConfig config, Disk& disk, Clock& clock, std::uint64_t seed);

  // What the engine asks, as in Executor.
  void submit(std::span<const AttemptSpec> attempts);
  void poll(std::span<const Token> tokens);
  void cancel(std::span<const Token> tokens, CancelMode mode);
  void attach(std::span<const Token> tokens);
  void shutdown(ShutdownMode mode);

  // What the world does.
  void command_ended(const CommandResult& result);
  void tick();  ///< does what is due; call after anything else, and at wake_ns()

  // What comes of it.
  std::vector<Command> take_commands() { return std::exchange(commands_, {}); }
  std::vector<Event> take_events() { return std::exchange(events_, {}); }
  std::optional<std::int64_t> wake_ns() const;  ///< monotonic; in the past: at once

  const SlurmConfig& config() const { return config_; }
  /// Known once the controller has been asked for it; empty before.
  const std::string& cluster_version() const { return facts_.version; }

 private:
  enum class Phase : std::uint8_t {
    waiting,    ///< in no batch yet
    underway,   ///< its batch is being written or submitted, or in doubt
    submitted,  ///< Slurm has it
  };
  struct Attempt {
    Token token;
    std::string folder;
    std::string batch;
    Phase phase = Phase::waiting;
    std::vector<QueueRow>
        rows;                ///< what the last look showed: one, or more when a submission went through twice
    std::uint64_t look = 0;  ///< the look that `rows` are from
    int restart = 0;         ///< the highest seen
    bool seen_running = false;
    std::optional<StateChanged> reported;

    std::optional<CancelMode> cancel;
    std::int64_t cancel_sent_ns = 0;

    bool ending = false;         ///< its evidence is being looked for, because
    bool ending_unseen = false;  ///< the queue no longer lists it; else: the queue says that it ended
    std::int64_t ending_since_ns = 0;
    int checks = 0;
    std::int64_t beat = 0;
    std::optional<QueueRow> last_row;  ///< the last one ever seen
    bool accounting_asked = false;
    std::optional<AccountingRow> accounting;

    bool attach_asked = false;
    std::optional<AttemptSpec>
        again;  ///< submitted although an earlier driver had: for when its job never arrived
  };

  enum class BatchPhase : std::uint8_t {
    writing,     ///< its files
    submitting,  ///< sbatch is running
    doubtful,    ///< it may have been accepted
    accepted,
    dropped,  ///< refused, or never arrived; a late job of it would still be recognised
  };
  struct Batch {
    BatchRecord record;
    std::vector<AttemptSpec> specs;  ///< until it is accepted
    std::size_t written = 0;
    BatchPhase phase = BatchPhase::writing;
    bool ours = true;  ///< false: an earlier driver's, which can't be submitted again from here
    int tries = 0;
    std::int64_t since_ns = 0;  ///< of the phase
    int looks = 0;              ///< that showed nothing of it, while doubtful
    std::int64_t first_look_ns = 0;
    std::string doubt;
    bool late_told = false;
    std::size_t live = 0;  ///< attempts that have not ended
  };

  struct Ended {
    std::string batch;
    Handle handle;
    Finished finished;
    std::int64_t ended_ns = 0;
  };

  struct Flying {
    CommandKind kind = CommandKind::queue;
    std::int64_t started_ns = 0;
    std::string batch;
    std::vector<Token> tokens;
    std::vector<std::string> command;
  };

  // core.cpp
  std::int64_t now() const { return clock_.mono_ns(); }
  void start(CommandKind kind, std::vector<std::string> argv, double timeout_s, Flying flying);
  void start(CommandKind kind, std::vector<std::string> argv);
  std::size_t flying(CommandKind kind) const;
  void log(LogLevel level, std::string message);
  std::string handle_of(const Attempt& attempt) const;
  std::string job_of(const Attempt& attempt) const;
  const Batch* batch_of(const Attempt& attempt) const;
  void forget_ended();

  // core_submit.cpp
  void accept_submission(const AttemptSpec& spec);
  void form_batches();
  void begin_batch(std::vector<AttemptSpec> members);
  void write_some();
  void start_sbatch(Batch& batch);
  void submit_ended(const Flying& flying, const CommandResult& result);
  static bool stops_avoiding_nodes(Batch& batch);
  void accepted(Batch& batch, const std::string& job);
  void refused(Batch& batch, bool permanent, const std::string& message);
  void back_in_line(Batch& batch);
  void drop(Batch& batch);
  void doubt(Batch& batch, const std::string& why);
  void not_now(Batch& batch, const std::string& message);
  void look_for(Batch& batch, std::int64_t look_started_ns);
  bool any_evidence(const Batch& batch);
  static bool goes_out_again(const Batch& batch, const Attempt& attempt);
  Result<bool> bar_what_is_given_up(const Batch& batch);
  Result<bool> bar_attempt(const Attempt& attempt);

  // core_watch.cpp
  bool watching() const;
  void look();
  void queue_ended(const Flying& flying, const CommandResult& result);
  void unanswered(const CommandResult& result);
  void answered();
  void place(const QueueRow& row, std::int64_t look_started_ns);
  void came_too_late(Batch& batch, const QueueRow& row);
  void review(Attempt& attempt, std::int64_t look_started_ns);
  void report(Attempt& attempt, StateChanged state);
  void drop_surplus(Attempt& attempt, std::vector<const QueueRow*>& alive);
  void config_ended(const CommandResult& result);

  // core_evidence.cpp
  void begin_ending(Attempt& attempt);
  void check_some();
  void check(Attempt& attempt);
  bool never_ran(const Attempt& attempt, const Evidence& evidence) const;
  bool waits_for_a_runner(const Attempt& attempt) const;
  bool past_deadline(const Attempt& attempt) const;
  void ask_accounting();
  void accounting_ended(const Flying& flying, const CommandResult& result);
  void finish(Attempt& attempt, std::optional<ExitRecord> record, Verdict verdict, std::string message);
  static void settle_cause(const Attempt& attempt, ExitRecord& record, Verdict verdict);
  void finish_with_record(Attempt& attempt, ExitRecord record);
  void give_up(Attempt& attempt, const Evidence& evidence);
  void finish_without_record(Attempt& attempt, const Evidence& evidence);
  std::string story_of(const Attempt& attempt, const std::string& state, const std::string& exit_code);

  // core_attach.cpp
  void load_records();
  void answer_attach(const Token& token);
  void adopt(const Token& token);
  void absent(Batch& batch);
  void attached(Attempt& attempt, Presence presence);
  void prune();

  // core_cancel.cpp
  void send_cancels();
  void collect_cancels();
  void cancelled_in_line(const Attempt& attempt);
  void cancel_ended(const Flying& flying, const CommandResult& result);

  SlurmConfig config_;
  Disk& disk_;
  Clock& clock_;
  BatchFiles files_;
  Pace pace_;

  std::map<Token, Attempt> attempts_;  ///< that have not ended
  std::map<Token, Ended> ended_;
  std::map<std::string, Batch> batches_;
  std::map<std::string, BatchRecord> records_;           ///< of earlier drivers, as found on disk
  std::map<Token, std::vector<std::string>> record_of_;  ///< which of those hold a token
  bool records_loaded_ = false;

  Line line_;
  std::deque<std::string> writing_;         ///< batches whose files are being written
  std::optional<std::size_t> array_limit_;  ///< learnt from refusals; grows again
  std::int64_t may_submit_ns_ = 0;          ///< not before: the queue is full
  bool hold_warned_ = false;

  std::set<std::pair<std::int64_t, Token>> checks_;  ///< due, whose evidence
  std::vector<Token> accounting_queue_;
  bool accounting_ = true;

  std::deque<std::vector<std::string>> cancel_commands_;
  std::set<Token> cancels_;  ///< to be put into a command
  std::int64_t cancel_retry_ns_ = 0;
  std::set<std::string> surplus_;  ///< jobs that nobody needs
  std::set<Token> barred_;         ///< given up, and not submitted again since

  ClusterFacts facts_;
  bool facts_known_ = false;
  StuckJobs stuck_;
  std::set<std::string> unknown_states_;
  std::uint64_t look_number_ = 0;
  std::int64_t last_look_ns_ = 0;          ///< when the last one that was answered began
  std::int64_t unreachable_since_ns_ = 0;  ///< wall clock; 0: it answers
  bool unreachable_reported_ = false;
  std::int64_t next_forget_ns_ = 0;
  bool stopped_ = false;

  std::uint64_t next_command_ = 1;
  std::map<std::uint64_t, Flying> flying_;
  std::vector<Command> commands_;
  std::vector<Event> events_;
};

}  // namespace sluice::executors::slurm

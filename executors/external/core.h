// All the rules of an external executor, without a process, a pipe or a timer: what the engine asks and what
// the plug-in says go in, events and bytes for the plug-in come out. The shell around it is
// external_executor.cpp.
//
// An attempt goes from place to place (Place below). Whatever the plug-in says or fails to say, an attempt
// leaves only with an exit record, with the plug-in's word after a time in which no record came, or when
// nobody ever had it. A plug-in that dies is started again and asked for everything it had; an attempt that
// it does not know then, and that no runner has claimed, is handed over once more.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "executors/executor.h"
#include "executors/external/config.h"
#include "executors/external/evidence.h"
#include "executors/external/lines.h"
#include "executors/external/messages.h"
#include "executors/external/roster.h"

namespace sluice::executors::external {

inline std::int64_t to_ns(double seconds) {
  return static_cast<std::int64_t>(seconds * static_cast<double>(ns_per_s));
}

class Core {
 public:
  struct World {
    Disk& disk;
    Clock& clock;
    Processes& processes;
  };
  Core(ExternalConfig config, World world);

  // What the engine asks.
  void submit(std::span<const AttemptSpec> attempts);
  void poll(std::span<const Token> tokens);
  void cancel(std::span<const Token> tokens, CancelMode mode);
  void attach(std::span<const Token> tokens);
  void shutdown(ShutdownMode mode);

  // What happens to the plug-in.
  void started();
  void could_not_start(const Error& error);
  void received(std::string_view bytes);  ///< on its standard output
  void muttered(std::string_view bytes);  ///< on its standard error
  void ended(const std::string& how);
  void on_time();

  // What is wanted of the world.
  bool wants_start() const { return life_ == Life::down && !closed_ && now() >= start_at_ns_; }
  bool wants_kill() const { return kill_; }
  std::string_view output() const { return std::string_view(out_).substr(out_sent_); }
  void sent(std::size_t bytes);
  std::int64_t wake_ns() const;  ///< call on_time() then
  std::vector<Event> take_events() { return std::exchange(events_, {}); }

  // The beginning, for which the engine waits.
  bool introduced() const { return introduced_; }
  const std::optional<Error>& failure() const { return failure_; }  ///< why there is no beginning
  const Capabilities& capabilities() const { return ready_.capabilities; }
  /// Where mistakes in the settings are reported, until it is introduced.
  void report_settings_to(Diagnostics* diagnostics) { diagnostics_ = diagnostics; }

  std::size_t open_attempts() const { return attempts_.size(); }

 private:
  enum class Life : std::uint8_t { down, greeting, configuring, ready };
  enum Away : unsigned { dead = 1, silent = 2, said = 4 };
  enum class Place : std::uint8_t {
    to_submit,   ///< waits to be handed over
    submitting,  ///< handed over, not answered
    held,        ///< the plug-in has it
    to_attach,   ///< the plug-in is to be asked whether it has it
    attaching,   ///< asked, not answered
    ending,      ///< it is over, or nobody knows it: its folder is being looked at
  };
  struct Attempt {
    Token token;
    std::string folder;
    Handle handle;                      ///< as the plug-in calls it; empty: it never said
    std::unique_ptr<AttemptSpec> spec;  ///< while it may have to be handed over again without its file
    Place place = Place::to_submit;
    bool accepted_told = false;
    bool engine_asks = false;  ///< it is waiting for Attached
    bool poll_asked = false;   ///< tell its state even if it is no news
    std::optional<CancelMode> cancel;
    int cancels_sent = 0;
    std::optional<Finished> word;  ///< what the plug-in has said of the end
    StateChanged state;            ///< told last
    int lives_lost = 0;            ///< plug-ins that died while it was being handed over
    int checks = 0;
    bool runner_died = false;  ///< seen once; its record may have come in the same moment
    std::int64_t beat = 0;
    std::int64_t since_ns = 0;  ///< in this place
  };
  struct Ended {
    Handle handle;
    Finished finished;
  };

  // core.cpp
  std::int64_t now() const { return world_.clock.mono_ns(); }
  Attempt* find(const Token& token);
  void move(Attempt& attempt, Place place);
  bool is_full() const;
  void tell(Event event) { events_.push_back(std::move(event)); }
  void log(LogLevel level, const std::string& message);
  void complain(const std::string& kind, const std::string& message);
  void again(const Token& token, const Ended& ended);

  // core_life.cpp: start, introduction, death and return of the plug-in
  void on(const Greeting& greeting);
  void on(const Ready& ready);
  void on(const Unwilling& unwilling);
  void on(const Done& done);
  void on(const Told& told);
  bool check_the_settings(const Greeting& greeting);
  Error wrong_settings(const Diagnostics& diagnostics, std::size_t before) const;
  void read_answers(std::string_view line);
  void fail(Error error);
  void lose(const std::string& how);
  void away(Away reason, bool is_so, const std::string& message = {});
  void take_back(Attempt& attempt);
  void restart_later();
  void keep_alive();
  void mutter(std::string_view line);
  std::string last_words() const;

  // core_requests.cpp: what the plug-in is asked
  void send(const json::object& request);
  void send_more();
  void poll_soon();
  bool send_cancels();
  bool send_attaches();
  bool send_polls();
  bool send_submits();
  struct Batch {  ///< attempts of one request, as JSON texts with commas between them
    std::string text;
    std::size_t count = 0;
    bool add(const std::string& item);
  };
  void send_list(const char* verb, const std::string& members, const Batch& batch);
  std::optional<std::string> submission(Attempt& attempt);
  Status prepare(Attempt& attempt);
  void hand_over_again(Attempt& attempt);
  void never_start(Attempt& attempt, const std::string& why);
  bool save_roster(const std::vector<Token>& tokens);
  void ask_about_unanswered();

  // core_answers.cpp: what it answers
  Attempt* subject(const Token& token, const char* event);
  void about(const Accepted& event, const Told& told);
  void about(const Rejected& event, const Told& told);
  void about(const StateChanged& event, const Told& told);
  void about(const Finished& event, const Told& told);
  void about(const Attached& event, const Told& told);
  void about(const Log& event, const Told& told);
  void about(const Unreachable& event, const Told& told);
  void about(const Reachable& event, const Told& told);
  void accept(Attempt& attempt, const Handle& handle);
  void hold(Attempt& attempt);
  void tell_state(Attempt& attempt, StateChanged state);
  void absent(Attempt& attempt);
  void conclude(Attempt& attempt, Presence presence);
  static const Handle& name_of(const Attempt& attempt);

  // core_ends.cpp: how attempts leave
  void cancel_again_later(Attempt& attempt);
  void cancel_again();
  void begin_ending(Attempt& attempt, std::optional<Finished> word);
  void check_some();
  void check(Attempt& attempt);
  void check_again(Attempt& attempt, double pause_s);
  bool past_deadline(Attempt& attempt, const Evidence& evidence) const;
  bool settle_by_record(Attempt& attempt);
  void finish_with_record(Attempt& attempt, ExitRecord record);
  void finish_without_record(Attempt& attempt, const Evidence& evidence);
  void finish(Attempt& attempt, Finished finished);
  void forget(Attempt& attempt);

  ExternalConfig config_;
  World world_;
  Roster roster_;
  Diagnostics* diagnostics_ = nullptr;

  Life life_ = Life::down;
  bool introduced_ = false;
  bool closed_ = false;
  bool kill_ = false;
  unsigned away_ = 0;  ///< why the engine thinks that we are unreachable
  std::optional<Error> failure_;
  Ready ready_;
  std::optional<json::object> plugin_settings_;
  std::string plugin_name_;
  int failures_ = 0;  ///< since it last worked for a while
  std::int64_t start_at_ns_ = 0;
  std::int64_t life_began_ns_ = 0;
  std::int64_t heard_ns_ = 0;
  std::int64_t ping_at_ns_ = 0;
  std::int64_t poll_at_ns_ = 0;
  double poll_pace_s_ = 0;      ///< doubles from poll to poll, up to what the plug-in asked for
  std::int64_t looked_ns_ = 0;  ///< when on_time was called last
  LineSplitter lines_;
  LineSplitter error_lines_{4096};
  std::deque<std::string> mutterings_;
  std::int64_t muttering_since_ns_ = 0;
  int muttered_ = 0;

  std::string out_;
  std::size_t out_sent_ = 0;
  std::int64_t next_id_ = 0;
  std::map<std::int64_t, std::int64_t> asked_;  ///< requests that are not done, and since when

  std::unordered_map<Token, Attempt> attempts_;
  std::size_t waiting_ = 0;  ///< attempts in to_submit
  std::deque<Token> to_submit_;
  std::deque<Token> to_attach_;
  std::deque<Token> to_poll_;
  std::deque<Token> to_cancel_;
  std::unordered_set<Token> polled_;  ///< in to_poll_
  std::set<std::pair<std::int64_t, Token>> checks_;
  std::set<std::pair<std::int64_t, Token>> cancels_due_;  ///< to be said again, should it have been lost
  std::unordered_map<Token, Ended> ended_;
  std::deque<Token> ended_order_;
  std::map<std::string, int> complaints_;
  std::vector<Event> events_;
};

}  // namespace sluice::executors::external

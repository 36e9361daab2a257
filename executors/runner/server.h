// The long-lived local runner. It takes attempts from whichever driver is connected, starts them as slots
// become free, answers for them, and goes on when the driver is gone; the next driver finds it by its
// hello.json and asks for what happened meanwhile. It ends by itself when nobody has needed it for a while.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/json.h"
#include "executors/runner/channel.h"
#include "executors/runner/environment.h"
#include "executors/runner/hello_file.h"
#include "executors/runner/ledger.h"
#include "executors/runner/loop.h"
#include "executors/runner/slots.h"
#include "executors/runner/supervisor.h"

namespace sluice::executors {

struct ServeOptions {
  std::string folder;  ///< absolute; made by `Server::open`
  double idle_s = 60;  ///< how long to stay without a driver and without work
};

class Server {
 public:
  static Result<std::unique_ptr<Server>> open(Loop& loop, const ServeOptions& options);

  enum class Ending { folder_stays, folder_may_go };
  /// Until nobody needs the runner any more. The folder may go when a driver has recorded all that is in it.
  Ending run();

 private:
  Server(Loop& loop, const ServeOptions& options, RunnerHello hello, std::unique_ptr<Journal> journal);

  void on_signal(int signal);
  void on_message(std::string_view text);
  void configure(const json::object& message);
  void submit(const json::array& attempts);
  std::string why_not(const AttemptSpec& attempt) const;
  void tell_all_about(const Token& token);
  void attach(const std::vector<Token>& tokens);
  void poll(const std::vector<Token>& tokens);
  void cancel(const std::vector<Token>& tokens, CancelMode mode);
  void leave(const json::object& message);
  void drop_waiting(const std::function<bool(const AttemptSpec&)>& which, const std::string& message);

  bool before_waiting();
  bool start_waiting();
  void send_events();
  void pause_starting();
  void tell_trouble();
  void beat();
  void look_whether_needed();
  void log(LogLevel level, const std::string& message);

  Loop& loop_;
  ServeOptions options_;
  RunnerHello hello_;
  Ledger ledger_;
  Channel channel_;
  Slots slots_;
  TaskSurroundings surroundings_;
  Supervisor supervisor_;
  std::deque<AttemptSpec> waiting_;
  std::vector<Event> events_;

  bool ending_ = false;      ///< told to end: nothing is started any more
  bool may_vanish_ = false;  ///< a driver has recorded everything: the folder goes with us
  bool starting_paused_ = false;
  std::string shortage_told_;
  std::string trouble_told_;
  std::uint64_t beats_ = 0;
  double idle_for_s_ = 0;
};

}  // namespace sluice::executors

// The local executor as the driver runs it: which runner has which attempt, what has been asked and not yet
// answered, and what to do when a runner goes away. One thread, the loop's; nothing here waits.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "executors/executor.h"
#include "executors/local/local_executor.h"
#include "executors/local/peer.h"

namespace sluice::executors {

class LocalDriver final : public Executor {
 public:
  LocalDriver(boost::asio::io_context& io, EventSink sink, LocalConfig config);
  LocalDriver(const LocalDriver&) = delete;
  LocalDriver& operator=(const LocalDriver&) = delete;
  ~LocalDriver() override;  ///< as a crash of the driver would: runners and attempts go on

  Result<Capabilities> hello() override;
  void submit(std::span<const AttemptSpec> attempts) override;
  void poll(std::span<const Token> tokens) override;
  void cancel(std::span<const Token> tokens, CancelMode mode) override;
  void attach(std::span<const Token> tokens) override;
  void shutdown(ShutdownMode mode) override;

 private:
  /// An attempt whose end has not been told.
  struct Open {
    Peer* peer = nullptr;
    std::optional<AttemptSpec> spec;   ///< until a runner has accepted it
    std::uint64_t number = 0;          ///< attempts are sent in the order in which the engine gave them
    std::optional<CancelMode> cancel;  ///< asked for; said again when a lost runner is back
  };
  /// Who has a token? Asked by the engine after a start.
  struct Question {
    std::vector<Peer*> waits_for;
    bool ambiguous = false;  ///< somebody who may have it can't tell
  };

  // local_driver.cpp: what the engine asks
  const JournalEntry* entry_at(const Peer& peer, const Token& token) const;
  Peer* reader_of(const Token& token) const;
  Handle handle_at(const Peer& peer, const Token& token) const;
  void answer_from_journal(Peer& peer, const Token& token);
  void tell(Event event);
  void deliver();

  // local_answers.cpp: what runners say
  void on_message(Peer& peer, const json::object& message);
  void on_event(Peer& peer, Event event);
  void on_accepted(Peer& peer, const Accepted& event);
  void on_attached(Peer& peer, const Attached& event);
  void on_reattached(Peer& peer, const Attached& event);
  void on_end(Event end);  ///< Finished or Rejected
  void answer_questions(Peer& peer);
  void conclude(const Token& token);

  // local_peers.cpp: runners come and go
  void discover();
  Peer& current();
  void start_runner(Peer& peer);
  void on_started(Peer& peer, const Status& started);
  bool connect(Peer& peer);
  void greet(Peer& peer);
  void on_lost(Peer& peer);
  void look_for(Peer& peer);
  void bury(Peer& peer);
  void resolve(Peer& peer);
  void resolve_attempt(Peer& peer, const Token& token);
  void follow(Peer& peer);
  void watch_over_peers();
  void submit_to(Peer& peer, const std::vector<Token>& tokens);
  void cancel_at(Peer& peer, const std::vector<Token>& tokens, CancelMode mode);
  std::vector<Token> tokens_at(const Peer& peer) const;
  void after(double seconds, std::function<void()> callback);
  void stop_timers();

  boost::asio::io_context& io_;
  EventSink sink_;
  LocalConfig config_;
  RealDisk disk_;
  RealProcesses processes_;
  std::vector<std::string> gpu_names_;
  std::vector<std::unique_ptr<Peer>> peers_;
  Peer* current_ = nullptr;
  std::unordered_map<Token, Open> open_;
  std::unordered_map<Token, Question> questions_;
  std::uint64_t submitted_ = 0;
  std::vector<Event> out_;
  std::vector<std::weak_ptr<boost::asio::steady_timer>> timers_;
  bool delivery_posted_ = false;
  bool discovered_ = false;
  bool attached_ = false;  ///< the engine has asked for what it holds
  bool unreachable_told_ = false;
  bool closed_ = false;
  int starts_in_vain_ = 0;
  /// Handlers outlive us in the loop's queue; they look here first.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sluice::executors

// One life of a driver, as short as a check needs it: an executor, the loop it lives on, and everything it
// has said.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "executors/conformance/conformance.h"

namespace sluice::executors::conformance {

/// Where a check writes down what it missed.
class Complaints {
 public:
  explicit Complaints(std::vector<std::string>& list) : list_(list) {}
  /// True when `fine`; else the words are noted.
  bool expect(bool fine, const std::string& words) const {
    if (!fine) list_.push_back(words);
    return fine;
  }

 private:
  std::vector<std::string>& list_;
};

class Session {
 public:
  Session(const Subject& subject, Complaints complaints);

  Executor& executor() { return *executor_; }
  bool usable() const { return executor_ != nullptr; }

  void submit(const std::vector<AttemptSpec>& attempts);
  void attach(const std::vector<Token>& tokens) { executor_->attach(tokens); }
  void cancel(const std::vector<Token>& tokens, CancelMode mode) { executor_->cancel(tokens, mode); }

  /// Runs the loop until `done`; false (and a complaint) when that takes too long.
  bool wait(const std::string& what, const std::function<bool()>& done);
  bool wait_finished(const std::vector<AttemptSpec>& attempts);
  /// Runs the loop for a while, for things that must not happen.
  void idle(double seconds);
  static void pause(double seconds);
  /// The driver dies: no goodbye.
  void crash() { executor_.reset(); }
  void leave() { executor_->shutdown(ShutdownMode::detach); }

  /// The last event of a kind about a token; nullptr when there was none.
  template <typename Kind>
  const Kind* last(const Token& token) const {
    const Kind* found = nullptr;
    for (const auto& event : events_)
      if (const auto* kind = std::get_if<Kind>(&event); kind != nullptr && kind->token == token) found = kind;
    return found;
  }
  const Finished* finished(const Token& token) const;
  const ExitRecord* record(const Token& token) const;
  std::size_t count_finished(const Token& token) const;
  std::size_t finished_in_all() const { return finished_.size(); }
  bool is_running(const Token& token) const;
  const std::vector<Event>& events() const { return events_; }

 private:
  void take(std::vector<Event> events);

  const Subject& subject_;
  Complaints complaints_;
  boost::asio::io_context io_;
  std::vector<Event> events_;
  std::unordered_map<Token, std::vector<std::size_t>> finished_;
  std::unique_ptr<Executor> executor_;
};

/// An attempt in a new folder of its own below the work folder; its token is unique.
AttemptSpec new_attempt(const Subject& subject, const std::string& name, std::vector<std::string> argv);
AttemptSpec new_script(const Subject& subject, const std::string& name, const std::string& script);

std::string read_file(const std::string& path);  ///< empty when it is not there
bool exists(const std::string& path);
std::size_t lines_in(const std::string& path);

}  // namespace sluice::executors::conformance

// A plug-in spoken to directly, line by line, without the engine's forgiving ear in between.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/json.h"
#include "executors/conformance/session.h"
#include "executors/external/config.h"
#include "executors/external/lines.h"
#include "executors/external/messages.h"
#include "executors/external/plugin_process.h"

namespace sluice::executors::external {

class Dialogue {
 public:
  /// Starts the plug-in and lets it introduce itself.
  Dialogue(ExternalConfig config, const conformance::Subject& subject,
           const conformance::Complaints& complaints);

  bool usable() const { return ready_.has_value(); }
  const Ready& ready() const { return *ready_; }

  std::int64_t ask(json::object request);  ///< gives it an id, which is returned
  void say(std::string_view bytes);
  /// Reads until `done`; false (and a complaint) when that takes too long.
  bool wait(const std::string& what, const std::function<bool()>& done);
  bool wait_done(std::int64_t id);
  void end_input() { process_.close_input(); }
  bool has_ended();

  /// What is to be submitted for an attempt; its file for the runner is written.
  json::object submission(const AttemptSpec& attempt) const;

  /// The last event of a kind about a token; nullptr when there was none.
  template <typename Kind>
  const Kind* last(const Token& token) const {
    const Kind* found = nullptr;
    for (const auto& answer : answers_)
      if (const auto* told = std::get_if<Told>(&answer))
        if (const auto* kind = std::get_if<Kind>(&told->event); kind != nullptr && kind->token == token)
          found = kind;
    return found;
  }
  template <typename Kind>
  std::size_t count(const Token& token) const {
    std::size_t count = 0;
    for (const auto& answer : answers_)
      if (const auto* told = std::get_if<Told>(&answer))
        if (const auto* kind = std::get_if<Kind>(&told->event); kind != nullptr && kind->token == token)
          ++count;
    return count;
  }

 private:
  template <typename Kind>
  const Kind* first() const {
    for (const auto& answer : answers_)
      if (const auto* kind = std::get_if<Kind>(&answer)) return kind;
    return nullptr;
  }
  void introduce();
  void read();

  ExternalConfig config_;
  const conformance::Subject& subject_;
  conformance::Complaints complaints_;
  PluginProcess process_;
  LineSplitter lines_;
  std::string errors_;
  std::vector<Answer> answers_;
  std::optional<Ready> ready_;
  std::int64_t next_id_ = 0;
  bool ended_ = false;
};

}  // namespace sluice::executors::external

// What plug-ins say, as values. A line is one JSON object; protocol.md is its document. Nothing that a
// plug-in writes can do more than earn it a complaint: unknown members are passed over, absurd numbers are
// clipped, and an unknown state is `unknown`, which never counts as an end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/json.h"
#include "executors/executor.h"

namespace sluice::executors::external {

constexpr int protocol_version = 1;

/// Its first word.
struct Greeting {
  int proto = 0;
  std::string name;
  std::string version;
  json::object config;  ///< the schema of its settings; empty: it takes none
};
/// It has read its settings and takes requests.
struct Ready {
  Capabilities capabilities;
  double poll_s = 0;      ///< it wants to be asked for states that often; 0: it tells by itself
  double silence_s = 60;  ///< so long it may say nothing before it counts as hung
  bool evidence = true;   ///< attempts are run by sluice-runner and leave exit records
};
/// It can't work: with these settings, or at all.
struct Unwilling {
  std::string key;  ///< the setting that is wrong; may be empty
  std::string message;
};
struct Done {
  std::int64_t id = 0;
};
/// About an attempt, or for people.
struct Told {
  Event event;
  std::optional<int> exit_code;  ///< with Finished: what its command ended with
};
using Answer = std::variant<Greeting, Ready, Unwilling, Done, Told>;

struct Understood {
  std::vector<Answer> answers;
  std::vector<std::string> complaints;  ///< "no event is called 'dance'"
};
Understood understand(std::string_view line);

/// What is shown to people of a text that somebody else wrote: one line of bounded length, nothing that could
/// steer a terminal.
std::string shown(std::string_view text);

}  // namespace sluice::executors::external

#include "tests/executors/external/hand_played.h"

#include <utility>

#include "engine/base/json.h"
#include "executors/attempt_json.h"

namespace sluice::executors::external {

namespace {

std::string in_words(const json::object& request) {
  std::string words = json_string(request, "do").value_or("?");
  if (words == "cancel" || words == "shutdown")
    words += "(" + json_string(request, "mode").value_or("?") + ")";
  if (const auto* attempts = json_array(request, "attempts"))
    for (const auto& each : *attempts) {
      words += " " + json_string(each.get_object(), "token").value_or("?");
      if (const auto handle = json_string(each.get_object(), "handle"); handle && !handle->empty())
        words += "=" + *handle;
    }
  return words;
}

struct InWords {
  std::string operator()(const Accepted& event) const {
    return "accepted " + event.token + " as " + event.handle;
  }
  std::string operator()(const Rejected& event) const {
    return std::string("rejected ") + (event.permanent ? "for ever " : "") + event.token + ": " +
           event.message;
  }
  std::string operator()(const StateChanged& event) const {
    return event.token + " " + std::string(to_string(event.state)) +
           (event.reason.empty() ? "" : ": " + event.reason);
  }
  std::string operator()(const Finished& event) const {
    const std::string end = event.record ? "exit " + std::to_string(event.record->exit_code)
                                         : std::string(to_string(event.verdict));
    return "finished " + event.token + " " + end + (event.message.empty() ? "" : ": " + event.message);
  }
  std::string operator()(const Attached& event) const {
    return "attached " + event.token + " " +
           (event.presence == Presence::present  ? "present as " + event.handle
            : event.presence == Presence::absent ? "absent"
                                                 : "ambiguous");
  }
  std::string operator()(const Log& event) const { return event.message; }
  std::string operator()(const Unreachable& event) const { return "unreachable: " + event.message; }
  std::string operator()(const Reachable&) const { return "reachable"; }
};

}  // namespace

void HandPlayed::listen() {
  for (bool more = true; more;) {
    const std::string out(core.output());
    core.sent(out.size());
    more = !out.empty();
    for (std::size_t begin = 0; begin < out.size();) {
      const std::size_t end = out.find('\n', begin);
      const auto request = parse_json(out.substr(begin, end - begin), "")->get_object();
      begin = end + 1;
      const std::string words = in_words(request);
      if (words != "ping") asked_.push_back(words);
      const bool wants_done = words != "hello" && words != "configure" && !words.starts_with("shutdown");
      if (wants_done && (words != "ping" || answers_pings))
        core.received(R"({"event":"done","id":)" + std::to_string(*json_int(request, "id")) + "}\n");
    }
  }
  for (const auto& event : core.take_events()) told_.push_back(std::visit(InWords{}, event));
}

std::vector<std::string> HandPlayed::asked() { return std::exchange(asked_, {}); }
std::vector<std::string> HandPlayed::told() { return std::exchange(told_, {}); }

}  // namespace sluice::executors::external

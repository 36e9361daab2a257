#include "engine/report/waiting.h"

#include "engine/base/text.h"

namespace sluice::report {

Result<Waits> read_waits(store::Store& store) {
  constexpr std::size_t events_looked_at = 5000;
  const auto events = store.last_events(events_looked_at);
  if (!events) return events.error();
  Waits waits;
  for (const store::Event& event : *events)
    if (event.kind == "waits") waits[{event.task, event.attempt}] = event.detail;
  return waits;
}

Result<std::string> whereabouts(store::Store& store, const std::string& task) {
  const auto live = store.live_attempts();
  if (!live) return live.error();
  std::string text;
  for (const store::LiveAttempt& attempt : *live) {
    if (attempt.task_name != task) continue;
    const auto waits = read_waits(store);
    if (!waits) return waits.error();
    text += "  attempt " + std::to_string(attempt.attempt.number) + " is with " +
            printable(attempt.attempt.executor + (attempt.handle.empty() ? "" : " as " + attempt.handle));
    const auto wait = waits->find({task, attempt.attempt.number});
    if (attempt.state == store::AttemptState::running)
      text += ", running" + (attempt.node.empty() ? "" : " on " + printable(attempt.node));
    else if (wait != waits->end())
      text += ": " + printable(wait->second);
    text += "\n";
  }
  return text;
}

}  // namespace sluice::report

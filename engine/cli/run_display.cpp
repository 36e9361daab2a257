#include "engine/cli/run_display.h"

#include "engine/base/units.h"

namespace sluice::cli {

RunDisplay::RunDisplay(const workflow::TaskGraph& graph, plan::Plan& plan, const run::Layout& layout, Console& console,
                       bool as_json)
    : graph_(graph), layout_(layout), console_(console), as_json_(as_json), begun_ns_(RealClock().mono_ns()) {
  const auto counts = plan.counts();
  total_ = counts.run + counts.maybe;
}

void RunDisplay::line(const std::string& text) { console_.err << text << "\n" << std::flush; }

void RunDisplay::redraw() {}

void RunDisplay::started(const run::StartedNotice&) {}

void RunDisplay::settled(const run::SettledNotice& notice) {
  ++done_;
  std::string text = "[" + std::to_string(done_) + "/" + std::to_string(total_) + "] " + std::string(notice.task) + " " +
                     std::string(schedule::to_string(notice.state));
  if (notice.seconds > 0) text += " " + format_seconds(notice.seconds);
  if (!notice.message.empty()) text += ": " + std::string(notice.message);
  line(text);
}

void RunDisplay::retrying(const run::RetryNotice& notice) {
  line(std::string(notice.task) + " attempt " + std::to_string(notice.attempt) + ": " + std::string(notice.message) +
       "; trying again");
}

void RunDisplay::message(run::MessageLevel, std::string_view text) { line("sluice: " + std::string(text)); }

void RunDisplay::summary() {
  const auto counts = driver_->scheduler().counts();
  line(std::to_string(graph_.task_count()) + " tasks: " + std::to_string(counts.succeeded) + " run, " +
       std::to_string(counts.cached) + " up to date, " + std::to_string(counts.failed) + " failed in " +
       format_seconds(1e-9 * static_cast<double>(RealClock().mono_ns() - begun_ns_)));
  if (!driver_->end_message().empty()) line(driver_->end_message());
}

}  // namespace sluice::cli

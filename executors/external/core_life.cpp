// The plug-in comes, introduces itself, is kept talking, dies, and comes back.
#include <algorithm>
#include <utility>

#include "engine/base/units.h"
#include "executors/external/core.h"
#include "executors/external/schema.h"
#include "sluice_version.h"

namespace sluice::executors::external {

namespace {

/// Between three quarters and five quarters: many drivers that lost one service don't come back in step.
double jitter(std::int64_t seed) {
  constexpr std::uint64_t mixer = 0x9e3779b97f4a7c15;
  const std::uint64_t mixed = static_cast<std::uint64_t>(seed) * mixer;
  constexpr double steps = 1024;
  return 0.75 + 0.5 * static_cast<double>(mixed >> 54U) / steps;
}

}  // namespace

void Core::started() {
  life_ = Life::greeting;
  life_began_ns_ = heard_ns_ = now();
  lines_ = LineSplitter();
  error_lines_ = LineSplitter(error_lines_.longest());
  mutterings_.clear();
  asked_.clear();
  out_.clear();
  out_sent_ = 0;
  kill_ = false;
  send({{"do", "hello"}, {"id", ++next_id_}, {"proto", {protocol_version}}, {"sluice", version()}});
}

void Core::could_not_start(const Error& error) {
  if (!introduced_) {
    failure_ = error;
    closed_ = true;
    return;
  }
  lose(to_string(error));
}

void Core::received(std::string_view bytes) {
  heard_ns_ = now();
  lines_.add(
      bytes, [this](std::string_view line) { read_answers(line); },
      [this](std::string_view beginning) {
        complain("long", "a line of more than " + format_bytes(longest_line) + ", which begins with " +
                             shown(beginning.substr(0, 100)));
      });
  send_more();
}

void Core::read_answers(std::string_view line) {
  Understood understood = understand(line);
  // A banner of a module or a shell, which says more than "no JSON" does.
  if (!introduced_ && !understood.complaints.empty() && !line.starts_with('{')) mutter(line);
  for (const auto& complaint : understood.complaints)
    complain(complaint.starts_with("not a JSON object") ? "no JSON" : complaint, complaint);
  for (const auto& answer : understood.answers) std::visit([this](const auto& each) { on(each); }, answer);
}

void Core::muttered(std::string_view bytes) {
  constexpr int most_lines = 20;
  constexpr double window_s = 10;
  if (now() - muttering_since_ns_ > to_ns(window_s)) {
    muttering_since_ns_ = now();
    muttered_ = 0;
  }
  const auto take = [&](std::string_view line) {
    if (line.empty()) return;
    mutter(line);
    if (!introduced_ || ++muttered_ > most_lines) return;
    log(LogLevel::info, mutterings_.back());
    if (muttered_ == most_lines)
      log(LogLevel::info, "(it writes more on its standard error than is shown here)");
  };
  error_lines_.add(bytes, take, take);
}

void Core::mutter(std::string_view line) {
  constexpr std::size_t kept_lines = 5;
  mutterings_.push_back(shown(line));
  if (mutterings_.size() > kept_lines) mutterings_.pop_front();
}

std::string Core::last_words() const {
  std::string words;
  for (const auto& line : mutterings_) words += (words.empty() ? "" : " / ") + line;
  return words.empty() ? "" : "; its last words: " + words;
}

// ---- introduction ----

void Core::on(const Greeting& greeting) {
  if (life_ != Life::greeting) return complain("hello", "a second hello");
  if (greeting.proto != protocol_version)
    return fail({"the plug-in speaks version " + std::to_string(greeting.proto) +
                     " of the protocol, this Sluice version " + std::to_string(protocol_version),
                 config_.command.front(), "take a plug-in and a Sluice that fit together", ErrorKind::data});
  ready_.capabilities.name = config_.name;
  ready_.capabilities.version = greeting.version;
  plugin_name_ = greeting.name;
  if (!plugin_settings_ && !check_the_settings(greeting)) return;
  life_ = Life::configuring;
  send({{"do", "configure"},
        {"id", ++next_id_},
        {"name", config_.name},
        {"config", *plugin_settings_},
        {"folder", join_path(config_.folder, "plugin")},
        {"beat_s", config_.patience.beat_s}});
}

bool Core::check_the_settings(const Greeting& greeting) {
  Diagnostics own;
  Diagnostics& diagnostics = diagnostics_ != nullptr ? *diagnostics_ : own;
  const std::size_t before = diagnostics.all().size();
  auto settings = check_settings(greeting.config, config_.settings, config_.name, config_.range, diagnostics);
  if (diagnostics.all().size() > before) {
    fail(wrong_settings(diagnostics, before));
    return false;
  }
  plugin_settings_ = std::move(settings);
  return true;
}

/// With the messages that are new: each with its line and caret, where there is a file.
Error Core::wrong_settings(const Diagnostics& diagnostics, std::size_t before) const {
  std::string messages;
  for (std::size_t i = before; i < diagnostics.all().size(); ++i) {
    const Diagnostic& item = diagnostics.all()[i];
    const bool placed = diagnostics_ != nullptr && item.range.line > 0;
    messages += placed ? diagnostics.render(item) : item.message;
    if (!placed && !item.hint.empty()) messages += " (" + item.hint + ")";
    if (!placed) messages += "\n";
  }
  if (!messages.empty()) messages.pop_back();
  return {"the settings of the executor '" + config_.name + "' are wrong", "", messages, ErrorKind::data};
}

void Core::on(const Ready& ready) {
  if (life_ != Life::configuring)
    return complain("ready", "'ready' where it was not asked to configure itself");
  const std::string version = ready_.capabilities.version;
  ready_ = ready;
  ready_.capabilities.name = config_.name;
  ready_.capabilities.version = version;
  life_ = Life::ready;
  ping_at_ns_ = now() + to_ns(config_.patience.beat_s);
  poll_soon();
  if (introduced_) log(LogLevel::info, "the plug-in is back");
  introduced_ = true;
  away(dead, false);
  away(silent, false);
  send_more();
}

void Core::on(const Unwilling& unwilling) {
  if (life_ == Life::ready) return complain("refused", "'refused' after it was ready");
  const auto setting = std::find_if(config_.settings.begin(), config_.settings.end(),
                                    [&](const Setting& each) { return each.key == unwilling.key; });
  if (diagnostics_ != nullptr && setting != config_.settings.end()) {
    const std::size_t before = diagnostics_->all().size();
    diagnostics_->error(setting->range, "'" + setting->key + "': " + unwilling.message);
    return fail(wrong_settings(*diagnostics_, before));
  }
  const std::string key = unwilling.key.empty() ? "" : "'" + unwilling.key + "': ";
  fail({"the plug-in refuses to work: " + key + unwilling.message, "executor." + config_.name, "",
        ErrorKind::data});
}

void Core::on(const Done& done) { asked_.erase(done.id); }

/// It can't be used as it is.
void Core::fail(Error error) {
  kill_ = true;
  if (introduced_ && ++complaints_[error.what] > 1) return;  // it fails again and again
  if (introduced_) return log(LogLevel::error, to_string(error));
  if (!failure_) failure_ = std::move(error);
  closed_ = true;
}

// ---- death and return ----

void Core::ended(const std::string& how) {
  kill_ = false;
  if (!introduced_) {
    if (!failure_)
      failure_ =
          Error{"the plug-in ended before it was ready (" + how + ")" + last_words(), config_.command.front(),
                "start it by hand and type {\"do\":\"hello\",\"id\":1,\"proto\":[1]}", ErrorKind::data};
    life_ = Life::down;
    closed_ = true;
    return;
  }
  lose(how);
}

void Core::lose(const std::string& how) {
  constexpr double good_life_s = 60;
  const bool was_ready = life_ == Life::ready;
  if (was_ready && now() - life_began_ns_ > to_ns(good_life_s)) failures_ = 0;
  life_ = Life::down;
  out_.clear();
  out_sent_ = 0;
  if (closed_) return;
  for (auto& [token, attempt] : attempts_) take_back(attempt);
  ++failures_;
  if (was_ready)
    log(LogLevel::warning, "the plug-in has died (" + how + ")" + last_words() +
                               "; what it has started goes on, and it is started again");
  away(said, false);
  if (failures_ > 1)
    away(dead, true,
         "the plug-in " + config_.command.front() + " does not stay alive (" + how + ")" + last_words());
  restart_later();
}

/// The engine hears of the first reason to think that nobody is there, and of the end of the last one.
void Core::away(Away reason, bool is_so, const std::string& message) {
  const unsigned before = away_;
  away_ = is_so ? away_ | reason : away_ & ~static_cast<unsigned>(reason);
  if (before == 0 && away_ != 0) tell(Unreachable{message});
  if (before != 0 && away_ == 0) tell(Reachable{});
}

/// Its plug-in is gone. The next one is asked.
void Core::take_back(Attempt& attempt) {
  if (attempt.place == Place::to_submit || attempt.place == Place::ending) return;
  if (attempt.place == Place::submitting) ++attempt.lives_lost;
  if (attempt.place != Place::to_attach) move(attempt, Place::to_attach);
}

void Core::restart_later() {
  constexpr int most_doublings = 20;
  const Patience& patience = config_.patience;
  const double factor =
      static_cast<double>(1U << static_cast<unsigned>(std::min(failures_ - 1, most_doublings)));
  const double delay_s = std::min(patience.restart_max_s, patience.restart_min_s * factor) * jitter(now());
  start_at_ns_ = now() + to_ns(delay_s);
}

// ---- time ----

void Core::on_time() {
  const std::int64_t slept = now() - looked_ns_;
  looked_ns_ = now();
  // We have been stopped ourselves: its silence proves nothing.
  if (slept > to_ns(2 * config_.patience.beat_s + 2)) heard_ns_ = std::max(heard_ns_, now() - to_ns(1));
  const bool arriving = life_ == Life::greeting || life_ == Life::configuring;
  if (arriving && !kill_ && now() - life_began_ns_ > to_ns(config_.patience.start_s))
    fail({"the plug-in did not introduce itself within " + format_seconds(config_.patience.start_s) +
              last_words(),
          config_.command.front(), "", ErrorKind::data});
  if (life_ == Life::ready) keep_alive();
  check_some();
  cancel_again();
  send_more();
}

void Core::keep_alive() {
  const double silent_s = static_cast<double>(now() - heard_ns_) / static_cast<double>(ns_per_s);
  if (silent_s > ready_.silence_s) {
    if (!kill_)
      log(LogLevel::warning, "the plug-in has been silent for " + format_seconds(silent_s) + " and is ended");
    kill_ = true;
    return;
  }
  const bool quiet = silent_s > std::max(ready_.silence_s / 2, 2 * config_.patience.beat_s);
  away(silent, quiet, "the plug-in says nothing");
  if (now() < ping_at_ns_) return;
  ping_at_ns_ = now() + to_ns(config_.patience.beat_s);
  send({{"do", "ping"}, {"id", ++next_id_}});
  ask_about_unanswered();
}

std::int64_t Core::wake_ns() const {
  constexpr double idle_s = 60;
  std::int64_t wake = now() + to_ns(idle_s);
  if (life_ == Life::down && !closed_) wake = std::min(wake, start_at_ns_);
  if (life_ == Life::greeting || life_ == Life::configuring)
    wake = std::min(wake, life_began_ns_ + to_ns(config_.patience.start_s) + ns_per_ms);
  if (life_ == Life::ready) {
    wake = std::min(wake, ping_at_ns_);
    wake = std::min(wake, heard_ns_ + to_ns(ready_.silence_s) + ns_per_ms);
    if (ready_.poll_s > 0 && !attempts_.empty()) wake = std::min(wake, poll_at_ns_);
  }
  if (!checks_.empty()) wake = std::min(wake, checks_.begin()->first);
  if (!cancels_due_.empty()) wake = std::min(wake, cancels_due_.begin()->first);
  return wake;
}

}  // namespace sluice::executors::external

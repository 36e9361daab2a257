#include "executors/external/checks/dialogue.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/clock.h"
#include "engine/base/diagnostics.h"
#include "executors/attempt_files.h"
#include "executors/attempt_json.h"
#include "executors/external/schema.h"

namespace sluice::executors::external {

Dialogue::Dialogue(ExternalConfig config, const conformance::Subject& subject,
                   const conformance::Complaints& complaints)
    : config_(std::move(config)), subject_(subject), complaints_(complaints) {
  Status started = RealDisk().make_folders(join_path(config_.folder, "plugin"));
  if (started) started = process_.start(config_.command, config_.folder);
  if (complaints_.expect(started.ok(), started ? "" : to_string(started.error()))) introduce();
}

void Dialogue::introduce() {
  ask({{"do", "hello"}, {"proto", json::array{protocol_version}}, {"sluice", "a check"}});
  if (!wait("it says hello", [&] { return first<Greeting>() != nullptr; })) return;
  const Greeting greeting = *first<Greeting>();
  complaints_.expect(
      greeting.proto == protocol_version,
      "it chose version " + std::to_string(greeting.proto) + " of the protocol, but only 1 was offered");
  complaints_.expect(!greeting.name.empty(), "its hello does not say its name");
  Diagnostics diagnostics;
  const json::object settings =
      check_settings(greeting.config, config_.settings, config_.name, config_.range, diagnostics);
  for (const auto& mistake : diagnostics.all()) complaints_.expect(false, mistake.message);
  ask({{"do", "configure"},
       {"name", config_.name},
       {"config", settings},
       {"folder", join_path(config_.folder, "plugin")},
       {"beat_s", config_.patience.beat_s}});
  if (!wait("it is ready", [&] { return first<Ready>() != nullptr || first<Unwilling>() != nullptr; }))
    return;
  if (const auto* unwilling = first<Unwilling>())
    complaints_.expect(false, "it refuses to work: " + unwilling->message);
  else
    ready_ = *first<Ready>();
}

std::int64_t Dialogue::ask(json::object request) {
  request["id"] = ++next_id_;
  say(json::serialize(request) + "\n");
  return next_id_;
}

void Dialogue::say(std::string_view bytes) {
  const std::int64_t deadline = RealClock().mono_ns() + static_cast<std::int64_t>(subject_.patience_s * 1e9);
  while (!bytes.empty() && RealClock().mono_ns() < deadline) {
    const auto count = process_.write(bytes);
    if (!count) break;
    bytes.remove_prefix(*count);
    if (!bytes.empty()) read();  // it may wait for us to listen
  }
  complaints_.expect(bytes.empty(), "it does not read what it is told");
}

void Dialogue::read() {
  constexpr int turn_ms = 20;
  std::array<pollfd, 2> channels{{{process_.output(), POLLIN, 0}, {process_.errors(), POLLIN, 0}}};
  ::poll(channels.data(), channels.size(), turn_ms);
  std::string bytes;
  if (channels[1].revents != 0) PluginProcess::read(process_.errors(), errors_);
  if (channels[0].revents != 0) PluginProcess::read(process_.output(), bytes);
  const auto on_line = [&](std::string_view line) {
    auto understood = understand(line);
    std::move(understood.answers.begin(), understood.answers.end(), std::back_inserter(answers_));
    for (const auto& complaint : understood.complaints)
      complaints_.expect(false, "it wrote what is not in the protocol: " + complaint);
  };
  lines_.add(bytes, on_line, [&](std::string_view beginning) {
    complaints_.expect(false, "it wrote a line that is too long: " + shown(beginning) + "...");
  });
}

bool Dialogue::wait(const std::string& what, const std::function<bool()>& done) {
  const std::int64_t deadline = RealClock().mono_ns() + static_cast<std::int64_t>(subject_.patience_s * 1e9);
  while (!done()) {
    const std::string words = errors_.empty() ? "" : "; on its standard error: " + shown(errors_);
    if (has_ended() && !done()) return complaints_.expect(false, "it ended before " + what + words);
    if (RealClock().mono_ns() > deadline)
      return complaints_.expect(false, "waited in vain until " + what + words);
    read();
  }
  return true;
}

bool Dialogue::wait_done(std::int64_t id) {
  return wait("request " + std::to_string(id) + " is answered with 'done'", [&] {
    return std::any_of(answers_.begin(), answers_.end(), [&](const Answer& answer) {
      const auto* done = std::get_if<Done>(&answer);
      return done != nullptr && done->id == id;
    });
  });
}

bool Dialogue::has_ended() {
  if (!ended_ && process_.reap()) {
    ended_ = true;
    read();
  }
  return ended_;
}

json::object Dialogue::submission(const AttemptSpec& attempt) const {
  const std::string path = join_path(attempt.folder, "attempt.json");
  AttemptFile file;
  file.attempt = attempt;
  const auto written = RealDisk().write(path, encode_attempt_file(file), Sync::no);
  complaints_.expect(written.ok(), written ? "" : to_string(written.error()));
  json::object object = executors::to_json(attempt);
  for (const auto* member : {"argv", "env", "outputs"}) object.erase(member);
  object["command"] = json::array{config_.runner_program, "--attempt", path};
  return object;
}

}  // namespace sluice::executors::external

#include "executors/external/checks/plugin_checks.h"

#include <signal.h>

#include <utility>

#include "executors/attempt_files.h"
#include "executors/external/checks/dialogue.h"
#include "executors/external/external_executor.h"

namespace sluice::executors::external {

namespace {

using conformance::Complaints;
using conformance::Session;
using conformance::Subject;

constexpr const char* wait_for_go = "echo ran >> ran; while ! test -e go; do sleep 0.05; done; exit 3";

void let_go(const AttemptSpec& attempt) {
  static_cast<void>(RealDisk().write(attempt.folder + "/go", "", Sync::no));
}

json::object named(const Token& token, const Handle& handle, const std::string& folder = {}) {
  return {{"token", token}, {"handle", handle}, {"folder", folder}};
}

json::object about(const char* verb, json::object attempt) {
  return {{"do", verb}, {"mode", "term"}, {"attempts", json::array{std::move(attempt)}}};
}

std::optional<ExitRecord> record_of(const AttemptSpec& attempt) {
  RealDisk disk;
  return find_exit_record(disk, attempt.folder, "").value_or(std::nullopt);
}

/// What was said of an end that should have been a success.
std::string why_of(const Finished* end) {
  return end == nullptr || end->message.empty() ? "" : " (" + end->message + ")";
}

void talks(const ExternalConfig& config, const Subject& subject, const Complaints& complaints) {
  Dialogue plugin(config, subject, complaints);
  if (!plugin.usable()) return;
  // A newer engine: what it asks for is not known, but it waits for an answer.
  if (!plugin.wait_done(plugin.ask({{"do", "dance"}, {"steps", json::array{1, 2}}}))) return;
  if (!plugin.wait_done(
          plugin.ask({{"do", "ping"}, {"mood", "good"}, {"more", json::object{{"deep", nullptr}}}})))
    return;
  // Lines arrive in pieces, and several at once.
  plugin.say("{\"do\":\"pi");
  conformance::Session::pause(0.2);
  plugin.say("ng\",\"id\":901}\n{\"do\":\"ping\",\"id\":902}\n{\"do\":\"pin");
  if (!plugin.wait_done(901) || !plugin.wait_done(902)) return;
  plugin.say("g\",\"id\":903}\n");
  plugin.wait_done(903);
}

void strangers(const ExternalConfig& config, const Subject& subject, const Complaints& complaints) {
  Dialogue plugin(config, subject, complaints);
  if (!plugin.usable()) return;
  const Token stranger = "check/never \"submitted\" \\ \xc3\xa9\xe2\x82\xac/1";
  plugin.ask(about("cancel", named(stranger, "4711")));
  plugin.ask(about("poll", named(stranger, "4711")));
  plugin.ask(about("attach", named(stranger, "")));
  if (!plugin.wait("attach is answered", [&] { return plugin.last<Attached>(stranger) != nullptr; })) return;
  complaints.expect(plugin.last<Attached>(stranger)->presence != Presence::present,
                    "a token that was never submitted is present");
  plugin.wait_done(plugin.ask({{"do", "ping"}}));
}

void token_twice(const ExternalConfig& config, const Subject& subject, const Complaints& complaints) {
  Dialogue plugin(config, subject, complaints);
  if (!plugin.usable() || !plugin.ready().evidence) return;
  const auto attempt = conformance::new_script(subject, "plugin-twice", wait_for_go);
  const auto accepted = [&] { return plugin.count<Accepted>(attempt.token); };
  plugin.ask(about("submit", plugin.submission(attempt)));
  if (!plugin.wait("it is accepted", [&] { return accepted() == 1; })) return;
  const Handle handle = plugin.last<Accepted>(attempt.token)->handle;
  if (!plugin.wait("it runs", [&] { return conformance::exists(attempt.folder + "/ran"); })) return;
  plugin.ask(about("submit", plugin.submission(attempt)));
  if (!plugin.wait("it is accepted again", [&] { return accepted() == 2; })) return;
  complaints.expect(plugin.last<Accepted>(attempt.token)->handle == handle,
                    "the same token got another handle");
  plugin.ask(about("attach", named(attempt.token, handle, attempt.folder)));
  if (!plugin.wait("attach is answered", [&] { return plugin.last<Attached>(attempt.token) != nullptr; }))
    return;
  complaints.expect(plugin.last<Attached>(attempt.token)->presence == Presence::present,
                    "what it has itself started is not present");
  let_go(attempt);
  plugin.wait("its end is told", [&] {
    plugin.ask(about("poll", named(attempt.token, handle)));
    conformance::Session::pause(0.1);
    return plugin.last<Finished>(attempt.token) != nullptr;
  });
  complaints.expect(conformance::lines_in(attempt.folder + "/ran") == 1,
                    "the program was started more than once");
}

void end_of_input(const ExternalConfig& config, const Subject& subject, const Complaints& complaints) {
  const auto attempt = conformance::new_script(subject, "plugin-leaves", wait_for_go);
  {
    Dialogue plugin(config, subject, complaints);
    if (!plugin.usable() || !plugin.ready().evidence) return;
    plugin.ask(about("submit", plugin.submission(attempt)));
    if (!plugin.wait("it runs", [&] { return conformance::exists(attempt.folder + "/ran"); })) return;
    plugin.end_input();
    if (!plugin.wait("it has left after the end of its input", [&] { return plugin.has_ended(); })) return;
  }
  let_go(attempt);
  Session session(subject, complaints);
  if (!session.usable()) return;
  session.wait("what it had started ends by itself", [&] { return record_of(attempt).has_value(); });
  const auto record = record_of(attempt);
  complaints.expect(!record || (record->exit_code == 3 && record->signal == 0),
                    "what it had started did not survive it");
  session.leave();
}

void killed(const Subject& subject, const Complaints& complaints) {
  for (const std::size_t events : {0U, 3U, 30U}) {
    Session session(subject, complaints);
    if (!session.usable()) return;
    std::vector<AttemptSpec> attempts;
    for (int i = 0; i < 20; ++i)
      attempts.push_back(conformance::new_script(subject, "plugin-killed", "echo ran >> ran; sleep 0.2"));
    session.submit(attempts);
    session.wait("something was told", [&] { return session.events().size() >= events; });
    if (const pid_t pid = plugin_pid(session.executor()); pid > 0) ::kill(pid, SIGKILL);
    if (!session.wait_finished(attempts)) return;
    for (const auto& attempt : attempts) {
      const std::size_t runs = conformance::lines_in(attempt.folder + "/ran");
      complaints.expect(runs == 1, attempt.token + " ran " + std::to_string(runs) +
                                       " times after the plug-in was killed at event " +
                                       std::to_string(events));
      const ExitRecord* record = session.record(attempt.token);
      complaints.expect(
          record != nullptr && record->exit_code == 0,
          attempt.token + " has no record of its success" + why_of(session.finished(attempt.token)));
      complaints.expect(session.count_finished(attempt.token) == 1, attempt.token + " ended more than once");
    }
    session.leave();
  }
}

void frozen(const Subject& subject, const Complaints& complaints) {
  Session session(subject, complaints);
  if (!session.usable()) return;
  const auto first = conformance::new_script(subject, "plugin-frozen", wait_for_go);
  session.submit({first});
  if (!session.wait("it runs", [&] { return conformance::exists(first.folder + "/ran"); })) return;
  const pid_t pid = plugin_pid(session.executor());
  ::kill(pid, SIGSTOP);
  for (int i = 0; i < 200; ++i) session.executor().poll(std::vector<Token>{first.token});
  const auto second = conformance::new_script(subject, "plugin-frozen", "echo ran >> ran; exit 3");
  session.submit({second});
  session.idle(1);
  complaints.expect(session.finished(first.token) == nullptr && session.finished(second.token) == nullptr,
                    "an attempt was given up because the plug-in was slow");
  ::kill(pid, SIGCONT);
  let_go(first);
  if (!session.wait_finished({first, second})) return;
  for (const auto& attempt : {first, second})
    complaints.expect(
        session.record(attempt.token) != nullptr && session.record(attempt.token)->exit_code == 3,
        attempt.token + " did not end as it should");
  session.leave();
}

}  // namespace

std::vector<conformance::Check> plugin_checks(const ExternalConfig& config) {
  const auto with = [&config](auto check) {
    return [config, check](const Subject& subject, const Complaints& complaints) {
      check(config, subject, complaints);
    };
  };
  return {
      {"plugin_talks", "the plug-in answers every request, also unknown ones and those that come in pieces",
       with(talks)},
      {"plugin_strangers", "questions about attempts that it never had are answered", with(strangers)},
      {"plugin_token_twice", "the plug-in itself starts a token only once", with(token_twice)},
      {"plugin_end_of_input", "the plug-in leaves when its input ends, and what it started goes on",
       with(end_of_input)},
      {"plugin_killed", "a plug-in that is killed is replaced: nothing is lost, nothing runs twice", killed},
      {"plugin_frozen", "a plug-in that answers slowly holds up nobody and loses nothing", frozen},
  };
}

}  // namespace sluice::executors::external

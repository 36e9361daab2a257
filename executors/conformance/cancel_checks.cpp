#include "executors/conformance/checks.h"

namespace sluice::executors::conformance {

namespace {

constexpr const char* sleeper = "echo begun > begun; exec sleep 1000";

void cancel_running(const Subject& subject, const Complaints& complaints) {
  Session session(subject, complaints);
  if (!session.usable()) return;
  auto attempt = new_script(subject, "term",
                            "trap 'echo saved > state; exit 75' TERM; echo begun > begun; "
                            "while :; do sleep 0.1; done");
  attempt.outputs = {{"state", "state"}};
  session.submit({attempt});
  if (!session.wait("it runs", [&] { return exists(attempt.folder + "/begun"); })) return;
  session.cancel({attempt.token}, CancelMode::term);
  if (!session.wait_finished({attempt})) return;
  const ExitRecord* record = session.record(attempt.token);
  if (!complaints.expect(record != nullptr, "Finished without an exit record")) return;
  complaints.expect(record->exit_code == 75 && record->signal == 0,
                    "it was not given the time to end as it wanted");
  complaints.expect(record->cause == Cause::cancelled || record->cause == Cause::preempted,
                    "the record does not say that it was ended from outside");
  complaints.expect(read_file(attempt.folder + "/state") == "saved\n", "it could not save its state");
  session.leave();
}

void kill_stubborn(const Subject& subject, const Complaints& complaints) {
  Session session(subject, complaints);
  if (!session.usable()) return;
  auto attempt =
      new_script(subject, "stubborn", "trap '' TERM; echo begun > begun; while :; do sleep 0.1; done");
  attempt.grace_s = 0.5;
  session.submit({attempt});
  if (!session.wait("it runs", [&] { return exists(attempt.folder + "/begun"); })) return;
  session.cancel({attempt.token}, CancelMode::term);
  if (!session.wait_finished({attempt})) return;
  const ExitRecord* record = session.record(attempt.token);
  complaints.expect(record == nullptr || record->signal == 9, "a program that ignores TERM was not killed");
  session.leave();
}

void cancel_waiting(const Subject& subject, const Complaints& complaints) {
  Session session(subject, complaints);
  if (!session.usable()) return;
  const auto capabilities = session.executor().hello();
  const int slots = capabilities ? capabilities->cpu_slots : 0;
  std::vector<AttemptSpec> busy;
  for (int i = 0; i < slots; ++i) busy.push_back(new_script(subject, "busy", sleeper));
  auto last = new_script(subject, "waiting", sleeper);
  auto all = busy;
  all.push_back(last);
  session.submit(all);
  // Where there are no slots to fill it may run at once: then this is one more way to cancel.
  if (!session.wait("the last is accepted", [&] { return session.last<Accepted>(last.token) != nullptr; }))
    return;
  session.cancel({last.token}, CancelMode::term);
  if (!session.wait_finished({last})) return;
  const Finished* end = session.finished(last.token);
  const bool ran = end->record.has_value();
  complaints.expect(
      ran || end->verdict == Verdict::never_started || end->verdict == Verdict::cancelled_by_user,
      "the end of a cancelled attempt that never ran says something else: " + end->message);
  complaints.expect(slots == 0 || !exists(last.folder + "/begun"),
                    "it was started although all slots were taken");
  std::vector<Token> tokens;
  for (const auto& attempt : busy) tokens.push_back(attempt.token);
  session.cancel(tokens, CancelMode::kill);
  session.wait_finished(busy);
  session.leave();
}

void cancel_all(const Subject& subject, const Complaints& complaints) {
  Session session(subject, complaints);
  if (!session.usable()) return;
  std::vector<AttemptSpec> attempts;
  std::vector<Token> tokens;
  for (int i = 0; i < 50; ++i) {
    attempts.push_back(new_script(subject, "all", sleeper));
    tokens.push_back(attempts.back().token);
  }
  session.submit(attempts);
  session.cancel(tokens, CancelMode::kill);
  if (!session.wait_finished(attempts)) return;
  for (const auto& attempt : attempts) {
    const ExitRecord* record = session.record(attempt.token);
    complaints.expect(record == nullptr || record->exit_code != 0 || record->signal != 0,
                      attempt.token + " was cancelled and looks like a success");
    complaints.expect(session.count_finished(attempt.token) == 1, attempt.token + " ended more than once");
  }
  session.leave();
}

void unknown_token(const Subject& subject, const Complaints& complaints) {
  Session session(subject, complaints);
  if (!session.usable()) return;
  const Token stranger = "check/never-submitted/1";
  session.cancel({stranger}, CancelMode::kill);
  session.executor().poll(std::vector<Token>{stranger});
  session.attach({stranger});
  if (!session.wait("attach is answered", [&] { return session.last<Attached>(stranger) != nullptr; }))
    return;
  complaints.expect(session.last<Attached>(stranger)->presence == Presence::absent,
                    "a token that was never submitted is not absent");
  const auto attempt = new_attempt(subject, "after", {"/bin/true"});
  session.submit({attempt});
  session.wait_finished({attempt});
  complaints.expect(session.finished(stranger) == nullptr, "a token that was never submitted has finished");
  session.leave();
}

}  // namespace

void add_cancel_checks(std::vector<Check>& checks) {
  checks.push_back(
      {"cancel_running", "cancel asks first and leaves the grace to save a state", cancel_running});
  checks.push_back({"kill_stubborn", "a program that ignores TERM is killed after its grace", kill_stubborn});
  checks.push_back({"cancel_waiting", "an attempt that waits for slots can be cancelled", cancel_waiting});
  checks.push_back({"cancel_all", "many can be cancelled right after they were submitted", cancel_all});
  checks.push_back({"unknown_token", "a token nobody knows does no harm and is absent", unknown_token});
}

}  // namespace sluice::executors::conformance

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "executors/conformance/checks.h"

namespace sluice::executors::conformance {

namespace {

constexpr const char* run_once = "echo ran >> ran";
constexpr const char* wait_for_go = "echo ran >> ran; while ! test -e go; do sleep 0.05; done; exit 3";

void let_go(const AttemptSpec& attempt) {
  static_cast<void>(RealDisk().write(attempt.folder + "/go", "", Sync::no));
}

void duplicate(const Subject& subject, const Complaints& complaints) {
  Session session(subject, complaints);
  if (!session.usable()) return;
  const auto attempt = new_script(subject, "twice", wait_for_go);
  session.submit({attempt});
  if (!session.wait("it runs", [&] { return exists(attempt.folder + "/ran"); })) return;
  const Handle first = session.last<Accepted>(attempt.token)->handle;
  session.submit({attempt});
  session.idle(0.3);
  complaints.expect(session.last<Accepted>(attempt.token)->handle == first,
                    "the same token got another handle");
  let_go(attempt);
  if (!session.wait_finished({attempt})) return;
  session.submit({attempt});
  session.wait("its end is told again", [&] { return session.count_finished(attempt.token) >= 2; });
  complaints.expect(session.record(attempt.token) != nullptr && session.record(attempt.token)->exit_code == 3,
                    "the second answer is not the first");
  complaints.expect(lines_in(attempt.folder + "/ran") == 1, "the program was started more than once");
  session.leave();
}

void attach_running(const Subject& subject, const Complaints& complaints) {
  const auto attempt = new_script(subject, "outlives", wait_for_go);
  Handle handle;
  {
    Session session(subject, complaints);
    if (!session.usable()) return;
    session.submit({attempt});
    if (!session.wait("it runs", [&] {
          return exists(attempt.folder + "/ran") && session.last<Accepted>(attempt.token) != nullptr;
        }))
      return;
    handle = session.last<Accepted>(attempt.token)->handle;
    session.crash();
  }
  Session next(subject, complaints);
  if (!next.usable()) return;
  next.attach({attempt.token});
  if (!next.wait("attach is answered", [&] { return next.last<Attached>(attempt.token) != nullptr; })) return;
  complaints.expect(next.last<Attached>(attempt.token)->presence == Presence::present,
                    "a running attempt is not found");
  complaints.expect(next.last<Attached>(attempt.token)->handle == handle,
                    "it has another handle than before");
  let_go(attempt);
  if (!next.wait_finished({attempt})) return;
  complaints.expect(next.record(attempt.token) != nullptr && next.record(attempt.token)->exit_code == 3,
                    "the end of an adopted attempt is not what it was");
  complaints.expect(lines_in(attempt.folder + "/ran") == 1, "the program was started more than once");
  next.leave();
}

void attach_ended(const Subject& subject, const Complaints& complaints) {
  const auto attempt = new_script(subject, "ended", wait_for_go);
  {
    Session session(subject, complaints);
    if (!session.usable()) return;
    session.submit({attempt});
    if (!session.wait("it runs", [&] { return exists(attempt.folder + "/ran"); })) return;
    session.crash();
  }
  let_go(attempt);  // it ends while nobody is there
  ::usleep(500'000);
  Session next(subject, complaints);
  if (!next.usable()) return;
  next.attach({attempt.token});
  if (!next.wait_finished({attempt})) return;
  complaints.expect(next.record(attempt.token) != nullptr && next.record(attempt.token)->exit_code == 3,
                    "what ended while no driver was there was not recorded");
  next.leave();
}

/// A driver in a process of its own that is killed by -9 when it has been told `events` things.
void submit_and_die(const Subject& subject, const std::vector<AttemptSpec>& attempts, std::size_t events) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::vector<std::string> unheard;
    Session session(subject, Complaints(unheard));
    if (session.usable()) {
      session.submit(attempts);
      session.wait("enough was told", [&] { return session.events().size() >= events; });
    }
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
}

void killed_in_submit(const Subject& subject, const Complaints& complaints) {
  for (const std::size_t events : {0U, 1U, 12U, 40U}) {
    std::vector<AttemptSpec> attempts;
    std::vector<Token> tokens;
    for (int i = 0; i < 24; ++i) {
      attempts.push_back(new_script(subject, "killed", run_once));
      tokens.push_back(attempts.back().token);
    }
    submit_and_die(subject, attempts, events);
    Session next(subject, complaints);
    if (!next.usable()) return;
    next.attach(tokens);
    const bool answered = next.wait("attach is answered for all", [&] {
      for (const auto& token : tokens)
        if (next.last<Attached>(token) == nullptr) return false;
      return true;
    });
    if (!answered) return;
    std::vector<AttemptSpec> again;
    for (const auto& attempt : attempts)
      if (next.last<Attached>(attempt.token)->presence == Presence::absent) again.push_back(attempt);
    next.submit(again);
    if (!next.wait_finished(attempts)) return;
    for (const auto& attempt : attempts) {
      complaints.expect(lines_in(attempt.folder + "/ran") == 1,
                        attempt.token + " ran " + std::to_string(lines_in(attempt.folder + "/ran")) +
                            " times after a driver was killed at event " + std::to_string(events));
      complaints.expect(next.record(attempt.token) != nullptr && next.record(attempt.token)->exit_code == 0,
                        attempt.token + " has no record of its success");
    }
    next.leave();
  }
}

}  // namespace

void add_restart_checks(std::vector<Check>& checks) {
  checks.push_back(
      {"duplicate_token", "the same token twice starts nothing and gives the same answer", duplicate});
  checks.push_back(
      {"attach_running", "an attempt outlives its driver, and the next one finds it", attach_running});
  checks.push_back({"attach_ended", "what ends without a driver is told to the next one", attach_ended});
  checks.push_back({"killed_in_submit",
                    "a driver killed in the middle of a submission loses and doubles nothing",
                    killed_in_submit});
}

}  // namespace sluice::executors::conformance

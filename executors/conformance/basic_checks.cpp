#include <map>

#include "executors/conformance/checks.h"

namespace sluice::executors::conformance {

namespace {

void one_attempt(const Subject& subject, const Complaints& complaints) {
  Session session(subject, complaints);
  if (!session.usable()) return;
  const auto attempt = new_script(subject, "one", "echo out; echo err >&2");
  session.submit({attempt});
  if (!session.wait_finished({attempt})) return;
  complaints.expect(session.last<Accepted>(attempt.token) != nullptr, "no Accepted before the end");
  const ExitRecord* record = session.record(attempt.token);
  if (!complaints.expect(record != nullptr, "Finished without an exit record")) return;
  complaints.expect(record->token == attempt.token, "the record names another token: " + record->token);
  complaints.expect(record->exit_code == 0 && record->signal == 0 && record->cause == Cause::none,
                    "exit 0 was recorded as something else");
  complaints.expect(record->started_ns > 0 && record->started_ns <= record->ended_ns,
                    "it ended before it began");
  complaints.expect(!record->node.empty(), "the record does not say where it ran");
  complaints.expect(read_file(attempt.log) == "out\nerr\n",
                    "the log is not what the program wrote: '" + read_file(attempt.log) + "'");
  session.leave();
}

void many(const Subject& subject, const Complaints& complaints, std::size_t count) {
  Session session(subject, complaints);
  if (!session.usable()) return;
  std::vector<AttemptSpec> attempts;
  for (std::size_t i = 0; i < count; ++i) attempts.push_back(new_attempt(subject, "many", {"/bin/true"}));
  session.submit(attempts);
  const bool all = session.wait("all " + std::to_string(count) + " have finished",
                                [&] { return session.finished_in_all() == count; });
  if (!all) return;
  std::size_t wrong = 0;
  for (const auto& attempt : attempts) {
    const ExitRecord* record = session.record(attempt.token);
    const bool good = record != nullptr && record->exit_code == 0 && record->signal == 0 &&
                      session.count_finished(attempt.token) == 1 && !exists(attempt.log);
    wrong += good ? 0 : 1;
  }
  complaints.expect(wrong == 0, std::to_string(wrong) + " of " + std::to_string(count) +
                                    " did not end once, with exit 0, a record, and no empty log");
  session.leave();
}

void exit_codes(const Subject& subject, const Complaints& complaints) {
  Session session(subject, complaints);
  if (!session.usable()) return;
  const std::map<std::string, std::pair<int, int>> expected = {
      {"exit 0", {0, 0}},        {"exit 1", {1, 0}},         {"exit 75", {75, 0}},
      {"exit 137", {137, 0}},    {"kill -SEGV $$", {0, 11}}, {"kill -KILL $$", {0, 9}},
      {"kill -TERM $$", {0, 15}}};
  std::vector<AttemptSpec> attempts;
  for (const auto& [script, end] : expected) attempts.push_back(new_script(subject, "exit", script));
  session.submit(attempts);
  if (!session.wait_finished(attempts)) return;
  auto attempt = attempts.begin();
  for (const auto& [script, end] : expected) {
    const ExitRecord* record = session.record((attempt++)->token);
    complaints.expect(record != nullptr && record->exit_code == end.first && record->signal == end.second,
                      "'" + script + "' was recorded as " +
                          (record == nullptr ? "nothing"
                                             : "exit " + std::to_string(record->exit_code) + ", signal " +
                                                   std::to_string(record->signal)));
  }
  session.leave();
}

void missing_program(const Subject& subject, const Complaints& complaints) {
  Session session(subject, complaints);
  if (!session.usable()) return;
  const auto attempt = new_attempt(subject, "nothing", {"/nowhere/no-such-program"});
  session.submit({attempt});
  const auto rejected = [&] { return session.last<Rejected>(attempt.token); };
  if (!session.wait("it is refused or has failed",
                    [&] { return rejected() != nullptr || session.finished(attempt.token) != nullptr; }))
    return;
  const ExitRecord* record = session.record(attempt.token);
  const std::string message = rejected() != nullptr ? rejected()->message
                              : record != nullptr   ? record->message
                                                    : "";
  complaints.expect(rejected() != nullptr || (record != nullptr && record->cause == Cause::start_failed),
                    "a program that is not there was not recorded as one that could not be started");
  complaints.expect(message.find("/nowhere/no-such-program") != std::string::npos,
                    "the message does not name the program: '" + message + "'");
  session.leave();
}

void outputs(const Subject& subject, const Complaints& complaints) {
  Session session(subject, complaints);
  if (!session.usable()) return;
  auto attempt =
      new_script(subject, "outputs", "printf hello > a.txt; mkdir -p b/c; printf x > b/c/d; exit 0");
  attempt.outputs = {{"a", "a.txt"}, {"b", "b"}, {"never", "never.txt"}};
  session.submit({attempt});
  if (!session.wait_finished({attempt})) return;
  const ExitRecord* record = session.record(attempt.token);
  if (!complaints.expect(record != nullptr && record->outputs.size() == 3, "no evidence of three outputs"))
    return;
  RealDisk disk;
  for (const auto& output : record->outputs) {
    const auto truth = digest(disk, join_path(attempt.folder, output.path));
    complaints.expect(truth && output.content == *truth,
                      "the evidence of '" + output.name + "' is not what is there");
  }
  complaints.expect(record->outputs[2].content.kind == FileKind::missing,
                    "an output that was never written exists");
  session.leave();
}

void environment(const Subject& subject, const Complaints& complaints) {
  Session session(subject, complaints);
  if (!session.usable()) return;
  auto attempt =
      new_script(subject, "environment", "printf '%s' \"$COLOUR\"; test -n \"$PATH\" && pwd -P >&2");
  attempt.env = {{"COLOUR", "green and = \"blue\"\nred"}};
  session.submit({attempt});
  if (!session.wait_finished({attempt})) return;
  const std::string log = read_file(attempt.log);
  complaints.expect(log.starts_with("green and = \"blue\"\nred"),
                    "a variable did not arrive as it was: '" + log + "'");
  complaints.expect(log.find(file_name(attempt.folder)) != std::string::npos,
                    "it did not run in its folder: " + log);
  session.leave();
}

/// The engine may ask as often as it likes, and about what waits, runs and has ended.
void polled_often(const Subject& subject, const Complaints& complaints) {
  Session session(subject, complaints);
  if (!session.usable()) return;
  std::vector<AttemptSpec> attempts;
  std::vector<Token> tokens;
  for (int i = 0; i < 20; ++i) {
    attempts.push_back(new_script(subject, "polled", "exit 4"));
    tokens.push_back(attempts.back().token);
  }
  session.submit(attempts);
  const bool all = session.wait("all have finished", [&] {
    session.executor().poll(tokens);
    return session.finished_in_all() == attempts.size();
  });
  if (!all) return;
  session.executor().poll(tokens);
  session.idle(0.3);
  for (const auto& attempt : attempts) {
    const ExitRecord* record = session.record(attempt.token);
    complaints.expect(
        record != nullptr && record->exit_code == 4 && session.count_finished(attempt.token) == 1,
        attempt.token + " did not end once, with exit 4");
  }
  session.leave();
}

}  // namespace

void add_basic_checks(std::vector<Check>& checks) {
  checks.push_back({"one", "an attempt is accepted, runs, and leaves a log and an exit record", one_attempt});
  checks.push_back({"hundred", "a hundred attempts in one batch end once each",
                    [](const Subject& s, const Complaints& c) { many(s, c, 100); }});
  checks.push_back({"large_batch", "a very large batch ends once each",
                    [](const Subject& s, const Complaints& c) { many(s, c, s.large_batch); }});
  checks.push_back({"exit_codes", "exit codes and signals arrive as they were", exit_codes});
  checks.push_back({"missing_program", "a program that is not there is named", missing_program});
  checks.push_back({"outputs", "outputs are surveyed and hashed when the program has ended", outputs});
  checks.push_back({"polled_often", "asking again and again disturbs nothing", polled_often});
  checks.push_back({"environment", "variables and the working folder arrive", environment});
}

}  // namespace sluice::executors::conformance

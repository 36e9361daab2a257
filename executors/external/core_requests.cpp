// What the plug-in is asked. Requests go out only while few are unanswered and little is unsent, so a slow
// plug-in costs us no memory and no time: what waits, waits as tokens.
#include <algorithm>
#include <cerrno>
#include <utility>

#include "executors/attempt_files.h"
#include "executors/attempt_json.h"
#include "executors/external/core.h"

namespace sluice::executors::external {

namespace {

constexpr std::size_t most_asked = 4;
constexpr std::size_t most_unsent = 256 * 1024;
/// Each needs a file of its own first, and the loop must not wait long for a disk.
constexpr std::size_t most_files_at_once = 64;
constexpr std::size_t room_for_the_frame = 200;
constexpr int most_lives = 3;

std::string spec_path(const std::string& folder) { return join_path(folder, "attempt.json"); }

json::array words(const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); }

json::object who(const Token& token, const Handle& handle) { return {{"token", token}, {"handle", handle}}; }

/// A full disk will be less full some day; anything else will stay as it is.
bool may_pass(const Error& error) { return error.number == ENOSPC || error.number == EDQUOT; }

/// Takes tokens from the front until there is one that `wanted` accepts.
template <typename Wanted>
std::optional<Token> next(std::deque<Token>& queue, const Wanted& wanted) {
  while (!queue.empty()) {
    Token token = std::move(queue.front());
    queue.pop_front();
    if (wanted(token)) return token;
  }
  return std::nullopt;
}

}  // namespace

void Core::send(const json::object& request) {
  if (out_sent_ == out_.size()) {
    out_.clear();
    out_sent_ = 0;
  }
  out_ += json::serialize(request);
  out_ += '\n';
}

void Core::sent(std::size_t bytes) { out_sent_ += bytes; }

/// {"do":"poll","id":4,"attempts":[...]}
void Core::send_list(const char* verb, const std::string& members, const Batch& batch) {
  const std::int64_t id = ++next_id_;
  asked_[id] = now();
  if (out_sent_ == out_.size()) {
    out_.clear();
    out_sent_ = 0;
  }
  out_ += std::string("{\"do\":\"") + verb + "\",\"id\":" + std::to_string(id) + members + ",\"attempts\":[" +
          batch.text + "]}\n";
}

/// False: it needs a line of its own.
bool Core::Batch::add(const std::string& item) {
  if (count > 0 && text.size() + item.size() + room_for_the_frame > longest_line) return false;
  if (count++ > 0) text += ',';
  text += item;
  return true;
}

/// The first attempts may be short, or wrong: they are looked at early, and then less and less often.
void Core::poll_soon() {
  constexpr double first_s = 1;
  poll_pace_s_ = std::min(first_s, ready_.poll_s);
  poll_at_ns_ = now() + to_ns(poll_pace_s_);
}

void Core::send_more() {
  if (life_ == Life::ready && !closed_) {
    if (ready_.poll_s > 0 && now() >= poll_at_ns_) {
      poll_pace_s_ = std::min(2 * poll_pace_s_, ready_.poll_s);
      poll_at_ns_ = now() + to_ns(poll_pace_s_);
      for (const auto& [token, attempt] : attempts_)
        if (attempt.place == Place::held && polled_.insert(token).second) to_poll_.push_back(token);
    }
    while (asked_.size() < most_asked && output().size() < most_unsent)
      if (!send_cancels() && !send_attaches() && !send_polls() && !send_submits()) break;
  }
  if (auto saved = roster_.save(); !saved) complain("roster", to_string(saved.error()));
}

bool Core::send_cancels() {
  Batch batch;
  std::optional<CancelMode> mode;
  while (batch.count < ready_.capabilities.max_batch && !to_cancel_.empty()) {
    Attempt* attempt = find(to_cancel_.front());
    // Until the plug-in has accepted it there is no handle to name; it is told when there is one.
    const bool given = attempt != nullptr && attempt->cancel &&
                       (attempt->place == Place::held || attempt->place == Place::ending);
    if (given && mode && *mode != *attempt->cancel) break;
    if (given && !batch.add(json::serialize(who(attempt->token, attempt->handle)))) break;
    if (given) {
      mode = attempt->cancel;
      cancel_again_later(*attempt);
    }
    to_cancel_.pop_front();
  }
  if (batch.count == 0) return false;
  send_list("cancel", ",\"mode\":\"" + std::string(to_string(*mode)) + "\"", batch);
  return true;
}

bool Core::send_attaches() {
  Batch batch;
  std::size_t looked_at = 0;
  const std::size_t most = std::min(ready_.capabilities.max_batch, most_files_at_once);
  const auto waits = [this](const Token& token) {
    const Attempt* attempt = find(token);
    return attempt != nullptr && attempt->place == Place::to_attach;
  };
  while (batch.count < most && looked_at < most_files_at_once) {
    auto token = next(to_attach_, waits);
    if (!token) break;
    ++looked_at;
    Attempt& attempt = *find(*token);
    if (settle_by_record(attempt)) continue;
    json::object item = who(attempt.token, attempt.handle);
    item["folder"] = attempt.folder;
    if (!batch.add(json::serialize(item))) {
      to_attach_.push_front(std::move(*token));
      break;
    }
    move(attempt, Place::attaching);
  }
  if (batch.count > 0) send_list("attach", "", batch);
  return looked_at > 0;
}

bool Core::send_polls() {
  Batch batch;
  while (batch.count < ready_.capabilities.max_batch && !to_poll_.empty()) {
    const Attempt* attempt = find(to_poll_.front());
    if (attempt != nullptr && attempt->place == Place::held &&
        !batch.add(json::serialize(who(attempt->token, attempt->handle))))
      break;
    polled_.erase(to_poll_.front());
    to_poll_.pop_front();
  }
  if (batch.count == 0) return false;
  send_list("poll", "", batch);
  return true;
}

bool Core::send_submits() {
  Batch batch;
  std::vector<Token> tokens;
  std::size_t most = ready_.capabilities.max_batch;
  if (ready_.evidence) most = std::min(most, most_files_at_once);
  const auto waits = [this](const Token& token) {
    const Attempt* attempt = find(token);
    return attempt != nullptr && attempt->place == Place::to_submit;
  };
  bool any = false;
  const std::size_t room = ready_.capabilities.max_in_flight;
  if (room > 0) most = std::min(most, room - std::min(room, attempts_.size() - waiting_));
  while (batch.count < most) {
    auto token = next(to_submit_, waits);
    if (!token) break;
    any = true;
    const auto item = submission(*find(*token));
    if (!item) continue;
    if (!batch.add(*item)) {
      to_submit_.push_front(std::move(*token));
      break;
    }
    tokens.push_back(std::move(*token));
  }
  if (batch.count == 0 || !save_roster(tokens)) return any;
  for (const auto& token : tokens) move(*find(token), Place::submitting);
  send_list("submit", "", batch);
  return true;
}

/// What the plug-in gets to know; nothing when it was refused instead.
std::optional<std::string> Core::submission(Attempt& attempt) {
  const AttemptSpec& spec = *attempt.spec;
  const auto refuse = [&](bool permanent, const std::string& why) -> std::optional<std::string> {
    tell(Rejected{attempt.token, permanent, why});
    forget(attempt);
    return std::nullopt;
  };
  json::object object = executors::to_json(spec);
  object.erase("env");
  object.erase("outputs");
  if (ready_.evidence) {
    if (auto prepared = prepare(attempt); !prepared)
      return refuse(!may_pass(prepared.error()), to_string(prepared.error()));
    object.erase("argv");
    object["command"] = words({config_.runner_program, "--attempt", spec_path(attempt.folder)});
  }
  std::string item = json::serialize(object);
  if (item.size() + room_for_the_frame >= longest_line)
    return refuse(true, "its command is longer than a line of the protocol may be");
  return item;
}

/// The file that the runner reads, which is also all that we need to hand the attempt over again.
Status Core::prepare(Attempt& attempt) {
  if (auto free = unbar(world_.disk, attempt.folder); !free) return free;
  AttemptFile file;
  file.attempt = *attempt.spec;
  file.launcher = config_.launcher;
  file.pass_env = config_.pass_env;
  return world_.disk.write(spec_path(attempt.folder), encode_attempt_file(file), Sync::no);
}

/// Before the plug-in hears of them: what it starts must be found again by the next driver.
bool Core::save_roster(const std::vector<Token>& tokens) {
  Status saved = roster_.open();
  if (saved) {
    for (const auto& token : tokens) roster_.add(token, find(token)->folder);
    saved = roster_.save();
  }
  if (saved) return true;
  for (const auto& token : tokens) {
    tell(Rejected{token, false, to_string(saved.error())});
    forget(*find(token));
  }
  return false;
}

/// Nobody has it: the last plug-in died before it could do anything about it.
void Core::hand_over_again(Attempt& attempt) {
  if (attempt.cancel) return never_start(attempt, "cancelled before it was started");
  if (attempt.lives_lost >= most_lives)
    return never_start(attempt, "the plug-in has died " + std::to_string(attempt.lives_lost) +
                                    " times while it was given this attempt");
  if (!attempt.spec) {
    const std::string path = spec_path(attempt.folder);
    const auto bytes = world_.disk.read(path);
    auto file = bytes ? decode_attempt_file(*bytes, path) : Result<AttemptFile>(bytes.error());
    if (!file) return never_start(attempt, to_string(file.error()));
    attempt.spec = std::make_unique<AttemptSpec>(std::move(file->attempt));
  }
  move(attempt, Place::to_submit);
}

/// Unless it has been started after all, by somebody who did not live to tell.
void Core::never_start(Attempt& attempt, const std::string& why) {
  if (ready_.evidence && !attempt.folder.empty())
    if (const auto barred = bar(world_.disk, attempt.folder); barred && !*barred)
      return begin_ending(attempt, std::nullopt);
  finish(attempt, {attempt.token, std::nullopt, Verdict::never_started, "", why});
}

/// A request that is never done must not hold up the others for ever, and a submission that is not answered
/// must not be forgotten.
void Core::ask_about_unanswered() {
  const std::int64_t oldest = now() - to_ns(config_.patience.request_s);
  while (!asked_.empty() && asked_.begin()->second < oldest) {
    complain("not done",
             "nothing for request " + std::to_string(asked_.begin()->first) + ", which needs a 'done'");
    asked_.erase(asked_.begin());
  }
  for (auto& [token, attempt] : attempts_) {
    const std::int64_t waited = now() - attempt.since_ns;
    if (attempt.place == Place::submitting && waited > to_ns(config_.patience.answer_s)) {
      complain("not answered", "neither 'accepted' nor 'rejected' for " + token);
      move(attempt, Place::to_attach);
    } else if (attempt.place == Place::attaching && waited > to_ns(config_.patience.answer_s)) {
      complain("not attached", "no 'attached' for " + token);
      move(attempt, Place::to_attach);
    }
  }
}

}  // namespace sluice::executors::external

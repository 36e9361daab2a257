#include "engine/report/task_log.h"

#include <algorithm>

#include "engine/base/diagnostics.h"
#include "engine/base/disk.h"
#include "engine/base/text.h"
#include "engine/report/graph_snapshot.h"

namespace sluice::report {

namespace {

constexpr std::size_t most_candidates = 10'000;  // for "did you mean": an edit distance each

Error unknown_task(const std::string& wanted, std::vector<std::string> names) {
  std::vector<std::string> candidates;
  for (const std::string& name : names)
    if (const std::string stage(stage_name(name)); candidates.empty() || candidates.back() != stage)
      candidates.push_back(stage);
  if (names.size() <= most_candidates) candidates.insert(candidates.end(), names.begin(), names.end());
  const std::string near = nearest(wanted, candidates);
  return {"there is no task '" + printable(wanted) + "' here", "",
          near.empty() ? "`sluice status` shows the stages" : "did you mean '" + near + "'?",
          ErrorKind::usage};
}

template <typename Fits>
std::vector<std::string> those(const std::vector<std::string>& names, Fits fits) {
  std::vector<std::string> found;
  std::copy_if(names.begin(), names.end(), std::back_inserter(found), fits);
  return found;
}

std::string known_attempts(const std::vector<store::Attempt>& attempts) {
  std::string text;
  for (const store::Attempt& attempt : attempts)
    text += (text.empty() ? "" : ", ") + std::to_string(attempt.number);
  return text;
}

}  // namespace

Result<std::vector<std::string>> find_tasks(store::Store& store, const std::string& wanted) {
  const auto exact = store.find_task(wanted);
  if (!exact) return exact.error();
  if (*exact != 0) return std::vector<std::string>{wanted};
  std::vector<std::string> names;
  if (auto loaded = store.load_tasks([&](const store::Task& task) { names.emplace_back(task.name); });
      !loaded)
    return std::move(loaded).error();
  auto found = those(names, [&](const auto& name) { return stage_name(name) == wanted; });
  if (found.empty()) found = those(names, [&](const auto& name) { return matches_wildcards(wanted, name); });
  if (found.empty()) found = those(names, [&](const auto& name) { return name.starts_with(wanted); });
  if (found.empty()) return unknown_task(wanted, std::move(names));
  return found;
}

Result<TaskLog> find_log(store::Store& store, const std::string& run_folder, const std::string& task,
                         int attempt) {
  const auto id = store.find_task(task);
  if (!id) return id.error();
  const auto attempts = store.attempts_of(*id);
  if (!attempts) return attempts.error();
  if (attempts->empty())
    return Error{"no attempt of it was made yet", task, "`sluice explain` says what it waits for",
                 ErrorKind::usage};
  const auto found = std::find_if(attempts->rbegin(), attempts->rend(),
                                  [&](const auto& each) { return attempt == 0 || each.number == attempt; });
  if (found == attempts->rend())
    return Error{"it has no attempt " + std::to_string(attempt), task,
                 "there is: " + known_attempts(*attempts), ErrorKind::usage};
  TaskLog log{task, found->number, "", found->state.has_value(), found->outcome, found->message};
  // An attempt that is alive has no log in its row yet, but its place is known.
  const std::string relative = log.is_alive || found->log.empty() ? found->folder + "/log.txt" : found->log;
  log.path = join_path(run_folder, relative);
  return log;
}

}  // namespace sluice::report

#include "stages/hpo/schedule/halving.h"

#include <algorithm>

namespace sluice::hpo {

Halving::Halving(std::vector<Bracket> brackets, int times)
    : brackets_(brackets.begin(), brackets.end()), times_(times) {}

bool Halving::open_bracket() {
  if (times_ > 0 && opened_ == brackets_.size() * static_cast<std::size_t>(times_)) return false;
  Open open;
  open.rounds = &brackets_[opened_++ % brackets_.size()];
  open.expected = open.rounds->front().trials;
  open_.push_back(std::move(open));
  return true;
}

std::optional<Job> Halving::job_of(std::size_t index, std::optional<std::int64_t> fresh) {
  Open& open = open_[index];
  if (open.closed) return std::nullopt;
  const std::int64_t until = until_of(open);
  if (open.round == 0) {
    if (open.begun == open.expected || !fresh) return std::nullopt;
    ++open.begun;
    running_[*fresh] = {index, until};
    return Job{*fresh, true, 0, until, 1};
  }
  if (open.waiting.empty()) return std::nullopt;
  const std::int64_t trial = open.waiting.back();
  open.waiting.pop_back();
  running_[trial] = {index, until};
  return Job{trial, false, milestone((*open.rounds)[open.round - 1].budget), until, 1};
}

std::optional<Job> Halving::next(std::optional<std::int64_t> fresh) {
  while (first_open_ < open_.size() && open_[first_open_].closed) ++first_open_;
  for (std::size_t i = first_open_; i < open_.size(); ++i)
    if (auto job = job_of(i, fresh)) return job;
  if (!fresh) return std::nullopt;
  if (!open_bracket()) return std::nullopt;
  return job_of(open_.size() - 1, fresh);
}

Verdict Halving::report(std::int64_t trial, std::int64_t step, double loss) {
  const auto found = running_.find(trial);
  if (found == running_.end()) return {Advice::pause, 0, 1};
  const std::int64_t until = found->second.until;
  if (step < until) return {Advice::go_on, until, 1};
  const bool last = open_[found->second.bracket].round + 1 == open_[found->second.bracket].rounds->size();
  book(trial, loss);
  return {last ? Advice::stop : Advice::pause, until, 1};
}

void Halving::ended(std::int64_t trial, double loss) {
  if (running_.count(trial) != 0) book(trial, loss);
}

void Halving::book(std::int64_t trial, double loss) {
  Open& open = open_[running_.at(trial).bracket];
  running_.erase(trial);
  open.results.emplace_back(comparable(loss), trial);
  if (static_cast<std::int64_t>(open.results.size()) == open.expected) end_round(open);
}

void Halving::end_round(Open& open) {
  std::sort(open.results.begin(), open.results.end());
  ++open.round;
  open.waiting.clear();
  if (open.round < open.rounds->size()) {
    const auto most = static_cast<std::size_t>((*open.rounds)[open.round].trials);
    for (const auto& [loss, trial] : open.results)
      if (open.waiting.size() < most && loss < worst_loss) open.waiting.push_back(trial);
  }
  std::reverse(open.waiting.begin(), open.waiting.end());
  open.results.clear();
  open.expected = static_cast<std::int64_t>(open.waiting.size());
  open.closed = open.waiting.empty();
}

std::optional<std::vector<std::int64_t>> Halving::may_go_on(std::int64_t) const {
  std::vector<std::int64_t> trials;
  for (const Open& open : open_) {
    if (open.closed) continue;
    trials.insert(trials.end(), open.waiting.begin(), open.waiting.end());
    if (open.round + 1 < open.rounds->size())
      for (const auto& [loss, trial] : open.results) trials.push_back(trial);
  }
  return trials;
}

void Halving::more(std::int64_t trials) {
  if (times_ != 1) return;
  Bracket rounds = brackets_.front();
  const std::int64_t first = rounds.front().trials;
  for (Round& round : rounds) round.trials = std::max<std::int64_t>(round.trials * trials / first, 1);
  brackets_.push_back(std::move(rounds));
}

bool Halving::is_done() const {
  const bool all_opened = times_ > 0 && opened_ == brackets_.size() * static_cast<std::size_t>(times_);
  return all_opened && std::all_of(open_.begin(), open_.end(), [](const Open& open) { return open.closed; });
}

}  // namespace sluice::hpo

#include "stages/hpo/schedule/asha.h"

#include <algorithm>

namespace sluice::hpo {

Asha::Asha(Settings settings) : settings_(settings) {}

std::int64_t Asha::step_of(std::size_t rung) const {
  std::int64_t step = settings_.least;
  for (std::size_t i = 0; i < rung; ++i) {
    if (settings_.most > 0 && step > settings_.most / settings_.eta) return settings_.most;
    step *= settings_.eta;
  }
  return settings_.most > 0 ? std::min(step, settings_.most) : step;
}

std::optional<Job> Asha::next(std::optional<std::int64_t> fresh) {
  for (std::size_t k = rungs_.size(); k-- > 0;) {
    Rung& rung = rungs_[k];
    if (rung.promotable.empty() || is_last(k)) continue;
    const std::int64_t trial = rung.promotable.begin()->second;
    rung.promotable.erase(rung.promotable.begin());
    rung.promoted.insert(trial);
    trials_[trial] = {k + 1, true};
    return Job{trial, false, step_of(k), step_of(k + 1), 1};
  }
  if (!fresh) return std::nullopt;
  trials_[*fresh] = {0, true};
  return Job{*fresh, true, 0, step_of(0), 1};
}

Verdict Asha::report(std::int64_t trial, std::int64_t step, double loss) {
  const auto found = trials_.find(trial);
  if (found == trials_.end() || !found->second.running) return {Advice::pause, step, 1};
  Place& place = found->second;
  const std::int64_t until = step_of(place.rung);
  if (step < until) return {Advice::go_on, until, 1};
  place.running = false;
  book(place.rung, {comparable(loss), trial});
  return {is_last(place.rung) || !std::isfinite(loss) ? Advice::stop : Advice::pause, until, 1};
}

void Asha::ended(std::int64_t trial, double) {
  const auto found = trials_.find(trial);
  if (found == trials_.end() || !found->second.running) return;
  found->second.running = false;
  book(found->second.rung, {worst_loss, trial});  // it can't be promoted, whatever it had reached
}

void Asha::book(std::size_t index, const Entry& entry) {
  if (index >= rungs_.size()) rungs_.resize(index + 1);
  Rung& rung = rungs_[index];
  rung.rest.insert(entry);
  // The newcomer may belong above the worst of the top.
  if (!rung.top.empty() && entry < *rung.top.rbegin()) {
    const Entry worst = *rung.top.rbegin();
    rung.top.erase(worst);
    rung.promotable.erase(worst);
    rung.rest.insert(worst);
    raise(rung, rung.rest.find(entry));
  }
  const std::size_t size = rung.top.size() + rung.rest.size();
  while (rung.top.size() < size / static_cast<std::size_t>(settings_.eta)) raise(rung, rung.rest.begin());
}

void Asha::raise(Rung& rung, std::set<Entry>::iterator entry) {
  const Entry moved = *entry;
  rung.rest.erase(entry);
  rung.top.insert(moved);
  if (moved.first < worst_loss && rung.promoted.count(moved.second) == 0) rung.promotable.insert(moved);
}

}  // namespace sluice::hpo

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

/// A trial's place on its rung only gets worse. The rung will hold those that are there, those on their way
/// to it, and at most all who may still be promoted to it; who stands behind the top 1/eta of so many stays.
std::optional<std::vector<std::int64_t>> Asha::may_go_on(std::int64_t to_come) const {
  std::vector<std::int64_t> under_way(rungs_.size() + 1);
  for (const auto& [trial, place] : trials_)
    if (place.running) ++under_way[place.rung];
  std::vector<std::int64_t> trials;
  std::int64_t arrivals = to_come;
  for (std::size_t k = 0; k < rungs_.size() && !is_last(k); ++k) {
    const Rung& rung = rungs_[k];
    arrivals += under_way[k];
    const auto size = static_cast<std::int64_t>(rung.top.size() + rung.rest.size()) + arrivals;
    std::int64_t places = size / settings_.eta;
    for (const std::set<Entry>* part : {&rung.top, &rung.rest})
      for (const auto& [loss, trial] : *part) {
        if (places-- <= 0 || loss >= worst_loss) break;
        if (rung.promoted.count(trial) > 0) continue;
        trials.push_back(trial);
        ++arrivals;  // on the next rung
      }
  }
  return trials;
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

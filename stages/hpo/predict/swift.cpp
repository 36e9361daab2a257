#include "stages/hpo/predict/swift.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "stages/hpo/schedule/losses.h"

namespace sluice::hpo {

CurvePredictor learn_by_svr(const std::vector<Row>& beginnings, const std::vector<double>& y) {
  auto scale = std::make_shared<MinMaxScale>(beginnings);
  const double low = *std::min_element(y.begin(), y.end());
  const double high = *std::max_element(y.begin(), y.end());
  const double width = high > low ? high - low : 1;
  std::vector<Row> rows;
  std::vector<double> scaled;
  for (std::size_t i = 0; i < y.size(); ++i) {
    rows.push_back(scale->to(beginnings[i]));
    scaled.push_back((y[i] - low) / width);
  }
  SvrSettings settings;
  settings.nu_svr = true;
  auto svr = std::make_shared<Svr>(rows, scaled, settings);
  return [=](const Row& beginning) { return low + width * svr->predict(scale->to(beginning)); };
}

Swift::Swift(std::vector<Bracket> brackets, Settings settings)
    : brackets_(std::move(brackets)), settings_(std::move(settings)) {}

std::int64_t Swift::decision() const {
  const double part = settings_.decide_at * static_cast<double>(end() - begin());
  return begin() + static_cast<std::int64_t>(std::ceil(part));
}

std::size_t Swift::survivors() const {
  const Bracket& rounds = brackets_[bracket_];
  return round_ + 1 < rounds.size() ? static_cast<std::size_t>(rounds[round_ + 1].trials) : 1;
}

Swift::Member* Swift::find(std::int64_t trial) {
  for (Member& member : members_)
    if (member.trial == trial) return &member;
  return nullptr;
}

std::optional<Job> Swift::next(std::optional<std::int64_t> fresh) {
  if (is_done()) return std::nullopt;
  for (Member& member : members_) {
    if (member.running || (member.stage != Stage::to_decision && member.stage != Stage::to_end)) continue;
    member.running = true;
    const bool resumed = member.stage == Stage::to_end;
    return Job{member.trial, false, resumed ? decision() : begin(), resumed ? end() : decision(), 1};
  }
  const auto size = static_cast<std::size_t>(brackets_[bracket_][round_].trials);
  if (round_ > 0 || members_.size() == size || !fresh) return std::nullopt;
  members_.push_back({*fresh, Stage::to_decision, true, worst_loss});
  return Job{*fresh, true, 0, decision(), 1};
}

Verdict Swift::report(std::int64_t trial, std::int64_t step, double loss) {
  Member* member = is_done() ? nullptr : find(trial);
  Row& curve = curves_[trial];
  if (step == static_cast<std::int64_t>(curve.size()) + 1) curve.push_back(comparable(loss));
  if (member == nullptr || !member->running) return {Advice::pause, step, 1};
  const std::int64_t last = end();
  if (step >= last) {
    finish(*member, comparable(loss));
    return {Advice::pause, last, 1};
  }
  if (member->stage == Stage::to_end) return {Advice::go_on, last, 1};
  if (step < decision()) return {Advice::go_on, decision(), 1};
  return at_decision(*member);
}

Verdict Swift::at_decision(Member& member) {
  const bool wanted = static_cast<double>(sent_) < settings_.always * static_cast<double>(survivors());
  const std::int64_t last = end();
  const auto on_the_way = static_cast<std::size_t>(std::count_if(
      members_.begin(), members_.end(), [](const Member& m) { return m.stage == Stage::to_end; }));
  if (wanted || finished_[last].size() + on_the_way < settings_.curves) {
    ++sent_;
    member.stage = Stage::to_end;
    return {Advice::go_on, last, 1};
  }
  member.stage = Stage::parked;
  member.running = false;
  const std::int64_t here = decision();
  settle();
  return {Advice::pause, here, 1};
}

void Swift::finish(Member& member, double loss) {
  member.running = false;
  member.stage = Stage::finished;
  member.loss = loss;
  if (loss < worst_loss) finished_[end()].push_back(member.trial);
  settle();
}

void Swift::ended(std::int64_t trial, double) {
  Member* member = is_done() ? nullptr : find(trial);
  if (member != nullptr && member->running) finish(*member, worst_loss);
}

/// What follows once nobody runs any more.
void Swift::settle() {
  const auto size = static_cast<std::size_t>(brackets_[bracket_][round_].trials);
  if (round_ == 0 && members_.size() < size) return;
  const auto is_open = [](const Member& m) {
    return m.stage == Stage::to_decision || m.stage == Stage::to_end;
  };
  if (std::any_of(members_.begin(), members_.end(), is_open)) return;
  if (!chosen_) {
    chosen_ = true;
    choose_parked();
    if (std::any_of(members_.begin(), members_.end(), is_open)) return;
  }
  end_round();
}

void Swift::choose_parked() {
  std::vector<std::pair<double, Member*>> parked;
  Losses losses;
  std::size_t finished = 0;
  for (Member& member : members_) {
    if (member.stage == Stage::parked) parked.emplace_back(0, &member);
    if (member.stage != Stage::finished || member.loss == worst_loss) continue;
    losses.insert(member.loss);
    ++finished;
  }
  if (parked.empty()) return;
  for (auto& [predicted, member] : parked) {
    Row beginning = curves_[member->trial];
    beginning.resize(static_cast<std::size_t>(decision()));
    predicted = predictor()(beginning);
  }
  std::stable_sort(parked.begin(), parked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  const double threshold = finished > 0 ? losses.quantile(settings_.quantile) : worst_loss;
  for (const auto& [predicted, member] : parked) {
    if (predicted >= threshold && finished >= survivors()) break;
    member->stage = Stage::to_end;
    ++finished;
  }
}

/// Fitted once for each pair of steps, to the curves that there are the first time.
const CurvePredictor& Swift::predictor() {
  const auto key = std::pair(end(), decision());
  if (const auto found = predictors_.find(key); found != predictors_.end()) return found->second;
  std::vector<Row> rows;
  std::vector<double> y;
  for (const std::int64_t trial : finished_[key.first]) {
    Row beginning = curves_[trial];
    y.push_back(beginning[static_cast<std::size_t>(key.first) - 1]);
    beginning.resize(static_cast<std::size_t>(key.second));
    rows.push_back(std::move(beginning));
  }
  return predictors_[key] = settings_.learn(rows, y);
}

void Swift::end_round() {
  std::stable_sort(members_.begin(), members_.end(),
                   [](const Member& a, const Member& b) { return a.loss < b.loss; });
  const Bracket& rounds = brackets_[bracket_];
  std::vector<Member> next;
  if (round_ + 1 < rounds.size())
    for (const Member& member : members_)
      if (next.size() < survivors() && member.loss < worst_loss)
        next.push_back({member.trial, Stage::to_decision, false, worst_loss});
  members_ = std::move(next);
  sent_ = 0;
  chosen_ = false;
  ++round_;
  if (!members_.empty()) return;
  round_ = 0;
  ++bracket_;
}

}  // namespace sluice::hpo

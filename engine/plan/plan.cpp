#include "engine/plan/plan.h"

#include "engine/plan/plan_state.h"

namespace sluice::plan {

std::string_view to_string(Decision decision) {
  switch (decision) {
    case Decision::up_to_date: return "up-to-date";
    case Decision::kept: return "kept";
    case Decision::run: return "run";
    case Decision::maybe: return "maybe";
    case Decision::excluded: return "excluded";
  }
  return "excluded";
}

Result<std::unique_ptr<Plan>> Plan::make(const TaskGraph& graph, store::Store& store, Disk& disk,
                                         Clock& clock, PlanOptions options) {
  auto state = std::make_unique<State>(graph, store, disk, clock, std::move(options));
  if (auto decided = state->decide(); !decided) return std::move(decided).error();
  return std::unique_ptr<Plan>(new Plan(std::move(state)));
}

Plan::Plan(std::unique_ptr<State> state) : state_(std::move(state)) {}
Plan::~Plan() = default;

// ---- the decision ----

Decision Plan::decision(TaskIndex task) const { return state_->verdicts[task].decision; }

PlanCounts Plan::counts() const {
  PlanCounts counts;
  for (const Verdict& verdict : state_->verdicts) switch (verdict.decision) {
      case Decision::up_to_date: ++counts.up_to_date; break;
      case Decision::kept: ++counts.kept; break;
      case Decision::run: ++counts.run; break;
      case Decision::maybe: ++counts.maybe; break;
      case Decision::excluded: ++counts.excluded; break;
    }
  return counts;
}

bool Plan::fresh(TaskIndex task) const { return state_->selected.fresh[task]; }
store::TaskId Plan::id(TaskIndex task) const { return state_->past[task].id; }
int Plan::attempts(TaskIndex task) const { return state_->past[task].attempts; }

Result<Verdict> Plan::State::verdict_on_content(TaskIndex task) {
  auto now = fingerprints.fingerprint(task);
  if (!now) return std::move(now).error();
  if (*now == past[task].fingerprint) return Verdict{Decision::up_to_date, Cause::none, 0};
  return Verdict{Decision::run, Cause::content, 0};
}

void Plan::State::add_differences(TaskIndex task, std::vector<Reason>& reasons) {
  const auto before = store.recipe(past[task].id);
  const auto after = fingerprints.text(task);
  const auto found = before && after ? diff_reasons(*before, *after) : std::vector<Reason>();
  reasons.insert(reasons.end(), found.begin(), found.end());
  if (reasons.empty()) reasons.push_back({Reason::Kind::past_unknown, "", "", ""});
}

std::vector<Reason> Plan::reasons(TaskIndex task) {
  using Kind = Reason::Kind;
  State& state = *state_;
  const Verdict& verdict = state.verdicts[task];
  const auto failure = state.failures.find(task);
  std::vector<Reason> reasons;
  switch (verdict.cause) {
    case Cause::none: return reasons;
    case Cause::never_ran: return {{Kind::never_ran, "", "", ""}};
    case Cause::interrupted: return {{Kind::interrupted, "", "", ""}};
    case Cause::forced: return {{Kind::forced, "", "", ""}};
    case Cause::failed: break;
    case Cause::upstream: return {{Kind::upstream, state.graph.names[verdict.detail], "", ""}};
    case Cause::content: state.add_differences(task, reasons); break;
    case Cause::output: {
      const auto& name = state.graph.stage(task).outputs[verdict.detail].name;
      const auto& path = state.graph.output_path(task, verdict.detail);
      switch (state.outputs.state(state.contents.slot(task, verdict.detail))) {
        case OutputState::missing: reasons.push_back({Kind::output_missing, path, "", ""}); break;
        case OutputState::changed: reasons.push_back({Kind::output_changed, path, "", ""}); break;
        default: reasons.push_back({Kind::output_added, name, "", ""});
      }
    }
  }
  if (failure != state.failures.end()) reasons.push_back({Kind::last_failed, "", "", failure->second});
  return reasons;
}

Explanation Plan::explain(TaskIndex task) {
  State& state = *state_;
  Explanation explanation;
  explanation.decision = decision(task);
  explanation.reasons = reasons(task);
  const bool can_compare = state.selected.tasks[task] && explanation.decision != Decision::maybe &&
                           state.pending_producer(task) == workflow::no_task &&
                           state.excluded_producer(task) == workflow::no_task &&
                           !state.past[task].fingerprint.is_zero();
  if (!can_compare) return explanation;
  const auto before = state.store.recipe(state.past[task].id);
  const auto after = state.fingerprints.text(task);
  if (before && after && !before->empty()) explanation.difference = diff_recipes(*before, *after);
  return explanation;
}

std::string to_string(const std::string& task, const Explanation& explanation) {
  const auto headline = [&]() -> std::string {
    switch (explanation.decision) {
      case Decision::up_to_date: return " is up to date";
      case Decision::kept: return " is not selected; its last result is used";
      case Decision::run: return " runs";
      case Decision::maybe: return " may run";
      case Decision::excluded: return " is not selected, and has no result";
    }
    return "";
  };
  std::string text = task + headline();
  for (std::size_t i = 0; i < explanation.reasons.size(); ++i)
    text += (i == 0 ? ": " : "\n  and ") + to_string(explanation.reasons[i]);
  text += '\n';
  for (const DiffLine& line : explanation.difference) {
    switch (line.kind) {
      case DiffLine::Kind::removed: text += "  - "; break;
      case DiffLine::Kind::added: text += "  + "; break;
      case DiffLine::Kind::note: text += "  # "; break;
    }
    text += line.text + '\n';
  }
  return text;
}

// ---- during the run ----

std::optional<std::uint64_t> Plan::known_output(TaskIndex task, std::uint32_t output) const {
  const std::size_t slot = state_->contents.slot(task, output);
  if (state_->outputs.state(slot) != OutputState::intact) return std::nullopt;
  return state_->contents.output(slot).signature;
}

void Plan::published(TaskIndex task, std::span<const Content> contents) {
  State& state = *state_;
  const std::size_t first = state.contents.slot(task, 0);
  for (std::size_t i = 0; i < contents.size(); ++i) {
    state.contents.set_output(first + i, contents[i]);
    state.outputs.set_intact(first + i);
  }
  state.verdicts[task] = {Decision::up_to_date, Cause::none, 0};
  if (const auto found = state.prepared.find(task); found != state.prepared.end()) {
    state.past[task].fingerprint = found->second;
    state.prepared.erase(found);
  }
}

void Plan::lost(TaskIndex task) { state_->contents.set_lost(task); }

Result<bool> Plan::check_one(TaskIndex task) {
  State& state = *state_;
  if (auto looked = state.fingerprints.refresh(task); !looked) return std::move(looked).error();
  auto verdict = state.verdict_on_content(task);
  if (!verdict) return std::move(verdict).error();
  state.verdicts[task] = *verdict;
  return verdict->decision == Decision::up_to_date;
}

Result<Prepared> Plan::prepare(TaskIndex task) {
  State& state = *state_;
  if (auto looked = state.fingerprints.refresh(task); !looked) return std::move(looked).error();
  auto text = state.fingerprints.text(task);
  if (!text) return std::move(text).error();
  auto state_id = state.fingerprints.state_id(task);
  if (!state_id) return std::move(state_id).error();
  auto inputs = state.fingerprints.signature(task);
  if (!inputs) return std::move(inputs).error();
  Prepared prepared{hash_bytes(hashed_part(*text)), *state_id, *inputs, *std::move(text)};
  state.prepared[task] = prepared.fingerprint;
  return prepared;
}

Result<std::optional<std::string>> Plan::changed_input(TaskIndex task, std::uint64_t inputs) {
  State& state = *state_;
  auto changed = state.fingerprints.refresh(task);
  if (!changed) return std::move(changed).error();
  auto now = state.fingerprints.signature(task);
  if (!now) return std::move(now).error();
  if (*now == inputs) return std::optional<std::string>();
  // Touched, or really changed? Only content counts.
  const auto before = state.prepared.find(task);
  auto fingerprint = state.fingerprints.fingerprint(task);
  if (!fingerprint) return std::move(fingerprint).error();
  if (before != state.prepared.end() && before->second == *fingerprint) return std::optional<std::string>();
  return std::optional<std::string>(changed->empty() ? "one of its input files" : changed->front());
}

void Plan::save(store::Transaction& transaction) {
  State& state = *state_;
  state.files.save(transaction);
  for (const auto& [task, output] : state.outputs.take_refreshed())
    transaction.refresh(state.past[task].id,
                        {state.graph.stage(task).outputs[output].name, state.graph.output_path(task, output),
                         state.contents.output(state.contents.slot(task, output))});
}

}  // namespace sluice::plan

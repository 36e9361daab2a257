#include "engine/workflow/keys.h"

#include <algorithm>
#include <unordered_map>

#include "engine/workflow/expression.h"

namespace sluice::workflow {

namespace {

enum class Visit : std::uint8_t { untouched, open, done };

class Resolver {
 public:
  Resolver(std::vector<StageDraft>& stages, LoadContext& context)
      : stages_(stages), context_(context), visits_(stages.size(), Visit::untouched) {
    for (std::size_t i = 0; i < stages.size(); ++i) by_name_.emplace(stages[i].name, i);
  }

  void run() {
    const EachContext each_context{context_.params, context_.disk, context_.folder,
                                   context_.options.most_tasks};
    for (StageDraft& stage : stages_)
      if (stage.each_member != nullptr) {
        const bool broken = stage.each.broken;
        stage.each = read_each(stage.each_member->value, each_context, context_.diagnostics);
        stage.each.broken = stage.each.broken || broken;
      }
    for (std::size_t i = 0; i < stages_.size(); ++i) visit_chain(i);
  }

 private:
  /// Walks along "follows" to the first stage that is known, then comes back. A loop, not a recursion: a
  /// chain may be as long as the file.
  void visit_chain(std::size_t start) {
    std::vector<std::size_t> chain;
    std::optional<std::size_t> at = start;
    while (at && visits_[*at] == Visit::untouched) {
      visits_[*at] = Visit::open;
      chain.push_back(*at);
      at = followed(*at);
    }
    if (at && visits_[*at] == Visit::open) report_circle(chain, *at);
    for (; !chain.empty(); chain.pop_back()) {
      finish(stages_[chain.back()]);
      visits_[chain.back()] = Visit::done;
    }
  }

  std::optional<std::size_t> followed(std::size_t index) {
    StageDraft& stage = stages_[index];
    if (stage.each.follows.empty()) return std::nullopt;
    const auto found = by_name_.find(stage.each.follows);
    if (found != by_name_.end()) return found->second;
    std::vector<std::string> names;
    for (const StageDraft& other : stages_)
      if (other.name != stage.name) names.push_back(other.name);
    std::string hint = suggest(stage.each.follows, names);
    if (stage.each.follows.find_first_of("{.:") != std::string::npos)
      hint = "keys stand in a table: each = { key = \"" + stage.each.follows + "\" }";
    context_.diagnostics.error(stage.each.follows_range,
                               "there is no stage '" + stage.each.follows + "' to follow", hint);
    stage.each.broken = true;
    return std::nullopt;
  }

  void report_circle(const std::vector<std::size_t>& chain, std::size_t entry) {
    const auto begin = std::find(chain.begin(), chain.end(), entry);
    std::string path;
    for (auto it = begin; it != chain.end(); ++it) path += "'" + stages_[*it].name + "' follows ";
    context_.diagnostics.error(
        stages_[entry].each.follows_range,
        "stages follow each other in a circle: " + path + "'" + stages_[entry].name + "'",
        "one of them has to say its keys itself");
    for (auto it = begin; it != chain.end(); ++it) stages_[*it].each.broken = true;
  }

  void finish(StageDraft& stage) {
    const Each& each = stage.each;
    const Fanout* followed_fanout = nullptr;
    if (!each.follows.empty() && !each.broken) followed_fanout = &stages_[by_name_.at(each.follows)].fanout;
    const SourceRange range = stage.each_member == nullptr ? stage.range : stage.each_member->value.range;
    stage.fanout = combine(each, followed_fanout, context_.options.most_tasks, range, context_.diagnostics);
    for (const auto& domain : stage.fanout.domains) stage.keys.push_back({domain->key, domain->has_paths()});
    if (stage.where != nullptr && !stage.fanout.broken) filter(stage);
  }

  void filter(StageDraft& stage) {
    Fanout& fanout = stage.fanout;
    if (stage.each_member == nullptr) {
      context_.diagnostics.error(stage.where->key_range, "'where' needs 'each'",
                                 "it picks among the tasks of a fan-out");
      return;
    }
    const auto expression =
        parse_expression(stage.where->value, fanout.domains, context_.params, context_.diagnostics);
    if (!expression) {
      fanout.broken = true;
      return;
    }
    std::vector<std::uint32_t> kept;
    std::size_t rows = 0;
    for (std::size_t i = 0; i < fanout.rows; ++i) {
      const auto row = fanout.row(i);
      if (!expression->holds(fanout.domains, row)) continue;
      kept.insert(kept.end(), row.begin(), row.end());
      ++rows;
    }
    if (rows == 0) {
      context_.diagnostics.error(stage.where->value.range,
                                 "'where' leaves no task of stage '" + stage.name + "'",
                                 "it is false for all " + std::to_string(fanout.rows) + " combinations");
      fanout.broken = true;
      return;
    }
    fanout.choices = std::move(kept);
    fanout.rows = rows;
  }

  std::vector<StageDraft>& stages_;
  LoadContext& context_;
  std::vector<Visit> visits_;
  std::unordered_map<std::string, std::size_t> by_name_;
};

}  // namespace

void resolve_keys(std::vector<StageDraft>& stages, LoadContext& context) { Resolver(stages, context).run(); }

}  // namespace sluice::workflow

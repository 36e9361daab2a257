#include "stages/hpo/study/settings.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "stages/hpo/forest/forest.h"
#include "stages/hpo/predict/swift.h"
#include "stages/hpo/schedule/asha.h"
#include "stages/hpo/schedule/halving.h"
#include "stages/hpo/search/evolution.h"
#include "stages/hpo/search/plain.h"
#include "stages/hpo/space/read_space.h"
#include "stages/hpo/tpe/density.h"

namespace sluice::hpo {

namespace {

template <typename Enum>
using Words = std::vector<std::pair<std::string, Enum>>;

const Words<SearchMethod>& search_words() {
  static const Words<SearchMethod> words = {
      {"random", SearchMethod::random}, {"grid", SearchMethod::grid},
      {"sobol", SearchMethod::sobol},   {"evolution", SearchMethod::evolution},
      {"cma", SearchMethod::cma},       {"tpe", SearchMethod::tpe},
      {"gp", SearchMethod::gp},         {"forest", SearchMethod::forest},
      {"bohb", SearchMethod::bohb}};
  return words;
}

const Words<ScheduleMethod>& schedule_words() {
  static const Words<ScheduleMethod> words = {
      {"full", ScheduleMethod::full},           {"halving", ScheduleMethod::halving},
      {"hyperband", ScheduleMethod::hyperband}, {"asha", ScheduleMethod::asha},
      {"stopping", ScheduleMethod::stopping},   {"median", ScheduleMethod::median},
      {"rasda", ScheduleMethod::rasda},         {"swift", ScheduleMethod::swift}};
  return words;
}

template <typename Enum>
std::string word_of(const Words<Enum>& words, Enum value) {
  for (const auto& [text, known] : words)
    if (known == value) return text;
  return {};
}

/// Reads the keys of one table; whatever nobody asked for at the end is a mistake.
class Table {
 public:
  Table(const TomlValue* table, std::string name, Diagnostics& diagnostics)
      : table_(table), name_(std::move(name)), diagnostics_(diagnostics) {}

  template <typename Enum>
  void word(const std::string& key, Enum& out, const Words<Enum>& words) {
    const TomlMember* member = find(key);
    if (member == nullptr) return;
    std::vector<std::string> known;
    for (const auto& [text, value] : words) {
      known.push_back(text);
      if (!member->value.is_text() || member->value.text != text) continue;
      out = value;
      return;
    }
    std::string all;
    for (const std::string& text : known) all += (all.empty() ? "one of: " : ", ") + text;
    const std::string near = member->value.is_text() ? nearest(member->value.text, known) : "";
    diagnostics_.error(member->value.range, "'" + key + "' can't be this",
                       near.empty() ? all : "did you mean '" + near + "'?");
  }

  template <typename Integer>
  void integer(const std::string& key, Integer& out, std::int64_t least) {
    const TomlMember* member = find(key);
    if (member == nullptr) return;
    const bool good = member->value.kind == TomlValue::Kind::integer && member->value.integer >= least &&
                      member->value.integer <= std::numeric_limits<int>::max();
    if (!good) {
      diagnostics_.error(member->value.range, "'" + key + "' has to be an integer from " +
                                                  std::to_string(least) + " to " +
                                                  std::to_string(std::numeric_limits<int>::max()));
      return;
    }
    out = static_cast<Integer>(member->value.integer);
  }

  /// True if the key is there.
  bool real(const std::string& key, double& out, double least, double most) {
    const TomlMember* member = find(key);
    if (member == nullptr) return false;
    const TomlValue& value = member->value;
    const double number =
        value.kind == TomlValue::Kind::integer ? static_cast<double>(value.integer) : value.real;
    const bool is_number = value.kind == TomlValue::Kind::integer || value.kind == TomlValue::Kind::real;
    if (!is_number || number < least || number > most) {
      diagnostics_.error(value.range, "'" + key + "' has to be a number " +
                                          (most > 1 ? "that is not negative" : "between 0 and 1"));
      return true;
    }
    out = number;
    return true;
  }

  /// True if the key is there.
  bool flag(const std::string& key, bool& out) {
    const TomlMember* member = find(key);
    if (member == nullptr) return false;
    if (member->value.kind != TomlValue::Kind::boolean)
      diagnostics_.error(member->value.range, "'" + key + "' is true or false");
    out = member->value.boolean;
    return true;
  }

  void text(const std::string& key, std::string& out) {
    const TomlMember* member = find(key);
    if (member == nullptr) return;
    if (!member->value.is_text() || member->value.text.empty())
      diagnostics_.error(member->value.range, "'" + key + "' has to be a text");
    out = member->value.text;
  }

  const TomlValue* table(const std::string& key) {
    const TomlMember* member = find(key);
    if (member == nullptr) return nullptr;
    if (!member->value.is_table())
      diagnostics_.error(member->key_range, "'" + key + "' is a table: write [" + key + "]");
    return &member->value;
  }

  void known(const std::string& key) { known_.push_back(key); }

  void finish() const {
    if (table_ == nullptr) return;
    for (const TomlMember& member : table_->members)
      if (std::find(known_.begin(), known_.end(), member.key) == known_.end())
        diagnostics_.error(member.key_range, name_ + " has no '" + member.key + "'",
                           suggest(member.key, known_));
  }

 private:
  const TomlMember* find(const std::string& key) {
    known_.push_back(key);
    return table_ == nullptr ? nullptr : table_->find(key);
  }

  const TomlValue* table_;
  std::string name_;
  Diagnostics& diagnostics_;
  std::vector<std::string> known_;
};

SearchSettings read_search(const TomlValue* table, Diagnostics& diagnostics) {
  SearchSettings settings;
  Table keys(table, "[search]", diagnostics);
  keys.word<SearchMethod>("method", settings.method, search_words());
  keys.word<Pending>("pending", settings.pending,
                     {{"fantasies", Pending::fantasies},
                      {"believer", Pending::believer},
                      {"variance", Pending::variance},
                      {"liar-best", Pending::liar_best},
                      {"liar-mean", Pending::liar_mean},
                      {"liar-worst", Pending::liar_worst},
                      {"ignore", Pending::ignore}});
  keys.word<TpeRule>("rule", settings.rule,
                     {{"automatic", TpeRule::automatic},
                      {"v5", TpeRule::v5},
                      {"v4", TpeRule::v4},
                      {"v4-single", TpeRule::v4_single}});
  keys.integer("points", settings.points, 1);
  keys.finish();
  return settings;
}

ScheduleSettings read_schedule(const TomlValue* table, Diagnostics& diagnostics) {
  ScheduleSettings settings;
  Table keys(table, "[schedule]", diagnostics);
  keys.word<ScheduleMethod>("method", settings.method, schedule_words());
  keys.word<BracketRule>("brackets", settings.brackets,
                         {{"jmlr", BracketRule::jmlr}, {"hpbandster", BracketRule::hpbandster}});
  keys.word<StopRule>("rule", settings.rule,
                      {{"ray", StopRule::ray},
                       {"syne", StopRule::syne},
                       {"quantile", StopRule::quantile},
                       {"optuna", StopRule::optuna}});
  keys.word<MedianRule>(
      "compare", settings.median,
      {{"vizier", MedianRule::vizier}, {"optuna", MedianRule::optuna}, {"syne", MedianRule::syne}});
  keys.integer("least", settings.least, 1);
  keys.integer("most", settings.most, 1);
  keys.integer("eta", settings.eta, 2);
  keys.integer("grace", settings.grace, 1);
  keys.integer("interval", settings.interval, 1);
  keys.integer("samples", settings.samples, 1);
  keys.integer("most_scale", settings.most_scale, 1);
  keys.real("least_efficiency", settings.least_efficiency, 0, 1);
  if (bool live = false; keys.flag("live", live)) settings.live = live;
  keys.finish();
  if (settings.most < settings.least)
    diagnostics.error(table->find("most") == nullptr ? table->range : table->find("most")->value.range,
                      "'most' is less than 'least'");
  return settings;
}

bool can_be_live(const StudySettings& settings) {
  const ScheduleMethod method = settings.schedule.method;
  return !settings.deterministic && (method == ScheduleMethod::stopping || method == ScheduleMethod::median);
}

void check_live(const StudySettings& settings, const TomlValue* schedule, Diagnostics& diagnostics) {
  if (!settings.schedule.live.value_or(false) || can_be_live(settings)) return;
  diagnostics.error(schedule->find("live")->value.range, "these trials can't be live",
                    settings.deterministic
                        ? "leave out 'deterministic', or 'live'"
                        : "only the schedules 'stopping' and 'median' stop trials that run");
}

/// One of epochs (or steps), hours, gpu_hours.
Budget read_budget(const TomlValue* table, Diagnostics& diagnostics) {
  constexpr double hour = 3600;
  constexpr double endless = 1e15;
  Budget budget;
  Table keys(table, "[budget]", diagnostics);
  int given = 0;
  for (const auto& [key, unit, factor] : {std::tuple{"epochs", Unit::steps, 1.0},
                                          {"steps", Unit::steps, 1.0},
                                          {"hours", Unit::seconds, hour},
                                          {"gpu_hours", Unit::gpu_seconds, hour}}) {
    double most = 0;
    if (!keys.real(key, most, 0, endless)) continue;
    budget = {unit, most * factor};
    ++given;
  }
  keys.finish();
  if (table != nullptr && given != 1)
    diagnostics.error(table->range, "a budget is one number", "one of: epochs, steps, hours, gpu_hours");
  return budget;
}

}  // namespace

bool is_live(const StudySettings& settings) {
  return can_be_live(settings) && settings.schedule.live.value_or(true);
}

StudySettings read_study(const TomlValue& root, Diagnostics& diagnostics) {
  StudySettings settings;
  Table keys(&root, "a study", diagnostics);
  keys.integer("trials", settings.trials, 1);
  keys.integer("parallel", settings.parallel, 1);
  keys.integer("seed", settings.seed, 0);
  keys.integer("keep", settings.keep, 0);
  keys.flag("deterministic", settings.deterministic);
  Table objective(keys.table("objective"), "[objective]", diagnostics);
  objective.text("metric", settings.metric);
  objective.word<bool>("goal", settings.maximise, {{"min", false}, {"max", true}});
  objective.finish();
  settings.search = read_search(keys.table("search"), diagnostics);
  const TomlValue* schedule = keys.table("schedule");
  settings.schedule = read_schedule(schedule, diagnostics);
  check_live(settings, schedule, diagnostics);
  settings.budget = read_budget(keys.table("budget"), diagnostics);
  keys.known("space");
  keys.known("forbid");
  keys.finish();
  settings.space = read_space(root.find("space"), root.find("forbid"), diagnostics);
  return settings;
}

std::string name_of(SearchMethod method) { return word_of(search_words(), method); }
std::string name_of(ScheduleMethod method) { return word_of(schedule_words(), method); }

std::unique_ptr<Searcher> make_searcher(const Space& space, const SearchSettings& settings) {
  switch (settings.method) {
    case SearchMethod::random: return make_random(space);
    case SearchMethod::grid: return make_grid(space, settings.points);
    case SearchMethod::sobol: return make_sobol(space);
    case SearchMethod::evolution: return make_evolution(space);
    case SearchMethod::cma: return make_cma(space);
    case SearchMethod::tpe: return make_tpe(space, {settings.rule, 10, 24});
    case SearchMethod::gp: {
      GpSettings gp;
      gp.pending = settings.pending;
      return make_gp(space, gp);
    }
    case SearchMethod::forest: return make_forest(space);
    case SearchMethod::bohb: return make_bohb(space);
  }
  return nullptr;
}

std::unique_ptr<Scheduler> make_scheduler(const ScheduleSettings& s, std::int64_t trials) {
  const auto stopping = [&](int scale_by, int most_scale) {
    return std::make_unique<Stopping>(
        Stopping::Settings{s.least, s.most, s.eta, s.rule, scale_by, most_scale, s.least_efficiency});
  };
  switch (s.method) {
    case ScheduleMethod::full:
      return std::make_unique<Median>(
          Median::Settings{s.most, s.most, s.most, std::numeric_limits<int>::max(), s.median});
    case ScheduleMethod::halving: {
      Bracket rounds;
      std::int64_t n = trials;
      for (const std::int64_t step : rungs(s.most, s.least, s.eta)) {
        rounds.push_back({n, static_cast<double>(step)});
        n = std::max<std::int64_t>(n / s.eta, 1);
      }
      return std::make_unique<Halving>(std::vector<Bracket>{rounds});
    }
    case ScheduleMethod::hyperband:
      return std::make_unique<Halving>(hyperband_brackets(s.most, s.least, s.eta, s.brackets), 0);
    case ScheduleMethod::asha: return std::make_unique<Asha>(Asha::Settings{s.least, s.most, s.eta});
    case ScheduleMethod::stopping: return stopping(1, 1);
    case ScheduleMethod::rasda: return stopping(static_cast<int>(s.eta), s.most_scale);
    case ScheduleMethod::median:
      return std::make_unique<Median>(Median::Settings{s.most, s.grace, s.interval, s.samples, s.median});
    case ScheduleMethod::swift:
      return std::make_unique<Swift>(hyperband_brackets(s.most, s.least, s.eta, s.brackets));
  }
  return nullptr;
}

}  // namespace sluice::hpo

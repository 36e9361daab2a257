#include "executors/slurm/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "engine/base/json.h"
#include "engine/base/units.h"
#include "executors/slurm/words.h"

namespace sluice::executors::slurm {

namespace {

using Words = std::vector<std::string>;

struct Refused {
  std::string_view flags;  ///< all spellings, each between blanks
  std::string_view why;
};

constexpr std::string_view finds_jobs_again = "Sluice finds its jobs again by it";
constexpr std::string_view from_resources = "it follows from the stage's resources";

constexpr std::array<Refused, 16> refused_flags = {{
    {" -J --job-name --comment --parsable -Q --quiet -v --verbose ", finds_jobs_again},
    {" -a --array ", "Sluice makes arrays of equal tasks by itself"},
    {" -o --output -e --error --open-mode -D --chdir -i --input ", "each attempt has a log file of its own"},
    {" --wrap --export --export-file --get-user-env ",
     "the job script is Sluice's: put what it needs into 'prologue'"},
    {" --signal ", "use 'signal_lead'"},
    {" --requeue --no-requeue ", "use 'requeue'"},
    {" -n --ntasks -c --cpus-per-task --mem --mem-per-cpu --mem-per-gpu -t --time --time-min ",
     from_resources},
    {" -G --gpus --gpus-per-node --gpus-per-task ",
     "use 'gpu_flag', for example gpu_flag = \"--gpus-per-node={gpus}\""},
    {" -p --partition ", "use 'partition'"},
    {" -A --account ", "use 'account'"},
    {" -q --qos ", "use 'qos'"},
    {" -C --constraint ", "use 'constraint'"},
    {" --reservation ", "use 'reservation'"},
    {" -x --exclude ", "use 'exclude'"},
    {" -N --nodes ", "use 'nodes'"},
    {" -M --clusters --cluster -W --wait --test-only -h --help --usage -V --version ",
     "it changes what sbatch does, not what the job asks for"},
}};

std::optional<bool> to_bool(const std::string& value) {
  if (value == "true") return true;
  if (value == "false") return false;
  return std::nullopt;
}

std::optional<long> to_count(const std::string& value) {
  long number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) return std::nullopt;
  return number;
}

std::optional<Words> to_words(const std::string& value) {
  if (!value.starts_with('[')) return Words{value};
  const auto parsed = parse_json(value, "");
  if (!parsed || !parsed->is_array()) return std::nullopt;
  Words words;
  for (const auto& item : parsed->get_array()) {
    if (!item.is_string()) return std::nullopt;
    words.emplace_back(item.get_string());
  }
  return words;
}

/// What one key means: where its value goes, and what it may be.
struct Seconds {
  double* into;
  double least;
  double most;
};
struct Count {
  std::size_t* into;
  long least;
};
struct Nodes {
  int* into;
};
struct Range {
  double* low;
  double* high;
};
struct Lines {
  Words* into;
};
struct CommandLine {
  Words* into;
};
using Target = std::variant<std::string*, bool*, Seconds, Count, Nodes, Range, Lines, CommandLine>;

class Reader {
 public:
  Reader(SlurmConfig& config, Diagnostics& diagnostics) : diagnostics_(diagnostics) {
    constexpr double hour = 3600;
    targets_ = {{"partition", &config.partition},
                {"account", &config.account},
                {"qos", &config.qos},
                {"constraint", &config.constraint},
                {"reservation", &config.reservation},
                {"exclude", &config.exclude},
                {"nodes", Nodes{&config.nodes}},
                {"gpu_flag", &config.gpu_flag},
                {"extra", Lines{&config.extra}},
                {"requeue", &config.requeue},
                {"prologue", Lines{&config.prologue}},
                {"mpi", CommandLine{&config.launcher}},
                {"pass_env", Lines{&config.pass_env}},
                {"image", &config.image},
                {"image_flags", Lines{&config.image_flags}},
                {"commands", &config.commands_folder},
                {"runner", &config.runner_program},
                {"poll", Range{&config.poll_min_s, &config.poll_max_s}},
                {"signal_lead", Seconds{&config.signal_lead_s, 0, 24 * hour}},
                {"evidence_grace", Seconds{&config.evidence_grace_s, 0, hour}},
                {"absence_deadline", Seconds{&config.absence_deadline_s, 1, 24 * hour}},
                {"reconcile", Seconds{&config.reconcile_s, 0, hour}},
                {"command_timeout", Seconds{&config.command_timeout_s, 1, hour}},
                {"max_in_flight", Count{&config.max_in_flight, 0}},
                {"array_min", Count{&config.array_min, 2}},
                {"accounting", &config.accounting}};
  }

  void read(const Setting& setting) {
    const auto found = targets_.find(setting.key);
    if (found == targets_.end()) {
      Words known;
      for (const auto& [key, target] : targets_) known.push_back(key);
      diagnostics_.error(setting.range, "a Slurm executor has no setting '" + setting.key + "'",
                         suggest(setting.key, known));
      return;
    }
    std::visit([&](const auto& target) { set(target, setting); }, found->second);
  }

 private:
  void set(std::string* into, const Setting& setting) {
    if (setting.value.find('\n') != std::string::npos || setting.value.starts_with('['))
      return expected(setting, "one line of text");
    *into = setting.value;
  }
  void set(bool* into, const Setting& setting) {
    if (const auto value = to_bool(setting.value))
      *into = *value;
    else
      expected(setting, "true or false");
  }
  void set(const Seconds& target, const Setting& setting) {
    if (const auto value = seconds(setting, setting.value, target.least, target.most)) *target.into = *value;
  }
  void set(const Count& target, const Setting& setting) {
    const auto value = to_count(setting.value);
    if (!value || *value < target.least)
      return expected(setting, "a whole number of at least " + std::to_string(target.least));
    *target.into = static_cast<std::size_t>(*value);
  }
  void set(const Nodes& target, const Setting& setting) {
    const auto value = to_count(setting.value);
    if (!value || *value < 1 || *value > 1'000'000) return expected(setting, "a number of nodes");
    *target.into = static_cast<int>(*value);
  }
  void set(const Range& target, const Setting& setting) {
    const auto words = to_words(setting.value);
    if (!words || words->size() != 2)
      return expected(setting,
                      "the shortest and the longest time between two looks, like [\"2 s\", \"60 s\"]");
    const auto low = seconds(setting, words->front(), 0.1, 3600);
    const auto high = seconds(setting, words->back(), 0.1, 3600);
    if (!low || !high) return;
    if (*low > *high) return expected(setting, "the shorter time first");
    *target.low = *low;
    *target.high = *high;
  }
  void set(const Lines& target, const Setting& setting) {
    if (auto words = to_words(setting.value))
      *target.into = std::move(*words);
    else
      expected(setting, "a list of texts");
  }
  void set(const CommandLine& target, const Setting& setting) {
    auto words = to_words(setting.value);
    if (!words) return expected(setting, "a command like \"srun --mpi=pmix\"");
    if (!setting.value.starts_with('[')) words = split_words(setting.value);
    if (words->empty()) return expected(setting, "a command like \"srun --mpi=pmix\"");
    // mpirun finds its nodes by itself; what else it needs the runner knows.
    if (*words == Words{"mpirun"}) words->clear();
    *target.into = std::move(*words);
  }

  std::optional<double> seconds(const Setting& setting, const std::string& text, double least, double most) {
    const auto value = parse_seconds(text);
    if (!value) {
      diagnostics_.error(setting.range, "'" + setting.key + "': " + value.error().what, value.error().hint);
      return std::nullopt;
    }
    if (*value < least || *value > most) {
      expected(setting, "a time from " + format_seconds(least) + " to " + format_seconds(most));
      return std::nullopt;
    }
    return *value;
  }

  void expected(const Setting& setting, const std::string& what) {
    diagnostics_.error(setting.range, "'" + setting.key + "' is " + what + ", not '" + setting.value + "'");
  }

  Diagnostics& diagnostics_;
  std::map<std::string, Target, std::less<>> targets_;
};

void check_extra(const SlurmConfig& config, const Setting& setting, Diagnostics& diagnostics) {
  bool flag_before = false;
  for (const auto& word : config.extra) {
    if (!word.starts_with('-') && !flag_before) {
      diagnostics.error(setting.range, "'" + word + "' in 'extra' is no flag of sbatch",
                        "one text for each flag: extra = [\"--mail-type=END\", \"--licenses=ansys\"]");
    } else if (word.find_first_of(" \n") != std::string::npos && word.starts_with('-') &&
               word.find('=') > word.find(' ')) {
      diagnostics.error(setting.range, "'" + word + "' in 'extra' holds a blank",
                        "one text for each flag: nothing here is split by a shell");
    } else if (const auto why = refusal_of_flag(word); !why.empty()) {
      diagnostics.error(setting.range, "'" + word + "' can't stand in 'extra'", why);
    }
    flag_before = word.starts_with('-') && word.find('=') == std::string::npos;
  }
}

}  // namespace

std::string refusal_of_flag(const std::string& flag) {
  if (!flag.starts_with('-')) return "";
  std::string name = flag.substr(0, flag.find('='));
  if (!name.starts_with("--")) name = name.substr(0, 2);  // -t60 is -t
  for (const auto& refused : refused_flags) {
    if (refused.flags.find(" " + name + " ") != std::string_view::npos) return std::string(refused.why);
    // sbatch takes any unambiguous beginning of a long flag.
    if (name.size() > 4 && name.starts_with("--") && refused.flags.find(" " + name) != std::string_view::npos)
      return std::string(refused.why);
  }
  return "";
}

SlurmConfig parse_slurm_settings(std::span<const Setting> settings, SlurmConfig config,
                                 Diagnostics& diagnostics) {
  Reader reader(config, diagnostics);
  for (const auto& setting : settings) {
    reader.read(setting);
    if (setting.key == "extra") check_extra(config, setting, diagnostics);
    if (setting.key == "gpu_flag" && config.gpu_flag.find("{gpus}") == std::string::npos)
      diagnostics.error(setting.range, "'gpu_flag' does not say where the number goes",
                        "write {gpus} there: gpu_flag = \"--gres=gpu:a100:{gpus}\"");
    if (setting.key == "commands" && !config.commands_folder.starts_with('/'))
      diagnostics.error(setting.range, "'commands' is the folder of sbatch, as an absolute path");
    if (setting.key == "runner" && !config.runner_program.starts_with('/'))
      diagnostics.error(setting.range,
                        "'runner' is the path of sluice-runner on the nodes, an absolute path");
  }
  return config;
}

}  // namespace sluice::executors::slurm

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "engine/base/process.h"
#include "engine/base/units.h"
#include "engine/cli/common_options.h"
#include "engine/cli/machine.h"
#include "engine/cli/verbs.h"
#include "executors/conformance/checks.h"
#include "executors/external/checks/plugin_checks.h"
#include "executors/external/external_executor.h"
#include "executors/external/settings.h"
#include "executors/local/local_executor.h"
#include "executors/slurm/settings.h"
#include "executors/slurm/slurm_executor.h"

namespace sluice::cli {

namespace {

namespace conformance = executors::conformance;
namespace external = executors::external;
namespace slurm = executors::slurm;

/// What is tested, and how: the checks that every executor must pass, and those of a plug-in.
struct Trial {
  conformance::Subject subject;
  std::vector<conformance::Check> checks;
};

/// --set KEY=VALUE as settings of a table; mistakes are shown under what was typed.
template <typename Setting>
Result<std::vector<Setting>> settings_from(const Arguments& arguments, Diagnostics& diagnostics) {
  auto given = settings(arguments);
  if (!given) return std::move(given).error();
  std::vector<Setting> result;
  for (auto& [key, value] : *given) {
    const std::string typed = key + "=" + value;
    const std::uint32_t file = diagnostics.add_source("--set", typed);
    result.push_back({key, value, {file, 1, 1, static_cast<std::uint32_t>(typed.size())}});
  }
  return result;
}

Error wrong_settings(const Diagnostics& diagnostics, const std::string& name) {
  std::string messages;
  for (const auto& item : diagnostics.all())
    messages += (messages.empty() ? "" : "\n") +
                (item.range.line > 0 ? diagnostics.render(item) : item.message + "\n  " + item.hint);
  return {"'" + name + "' can't be tested", "", messages, ErrorKind::data};
}

void test_local(Trial& trial, const std::string& work) {
  trial.subject.make = [work](boost::asio::io_context& io, executors::EventSink sink) {
    executors::LocalConfig config;
    config.runners_folder = work + "/runners";
    config.cpu_slots = usable_cpus();
    config.runner_idle_s = 5;
    return executors::make_local(io, std::move(sink), std::move(config));
  };
}

Status test_slurm(Trial& trial, const std::string& work, const Arguments& arguments) {
  Diagnostics diagnostics;
  const auto given = settings_from<slurm::Setting>(arguments, diagnostics);
  if (!given) return given.error();
  slurm::SlurmConfig config;
  config.folder = work + "/slurm";
  config.runner_program = own_program_folder() + "/sluice-runner";
  config = slurm::parse_slurm_settings(*given, config, diagnostics);
  if (diagnostics.has_errors()) return wrong_settings(diagnostics, "slurm");
  trial.subject.make = [config](boost::asio::io_context& io, executors::EventSink sink) {
    return slurm::make_slurm(io, std::move(sink), config);
  };
  return Ok{};
}

/// `name` is a plug-in's name or, with a slash, its path.
Status test_plugin(Trial& trial, const std::string& name, const std::string& work,
                   const Arguments& arguments) {
  const auto diagnostics = std::make_shared<Diagnostics>();
  auto given = settings_from<external::Setting>(arguments, *diagnostics);
  if (!given) return given.error();
  const bool is_path = name.find('/') != std::string::npos;
  if (is_path) given->push_back({"program", name, {}});
  external::ExternalConfig config;
  config.name = is_path ? file_name(name) : name;
  constexpr std::string_view prefix = "sluice-executor-";
  if (config.name.starts_with(prefix)) config.name.erase(0, prefix.size());
  config.folder = work + "/external";
  config.runner_program = own_program_folder() + "/sluice-runner";
  config = external::read_settings(*given, std::move(config), absolute_path("."), external::usual_places(),
                                   *diagnostics);
  if (diagnostics->has_errors()) return wrong_settings(*diagnostics, name);
  for (auto& check : external::plugin_checks(config)) trial.checks.push_back(std::move(check));
  trial.subject.make = [config, diagnostics](boost::asio::io_context& io, executors::EventSink sink) {
    return external::make_external(io, std::move(sink), config, diagnostics.get());
  };
  return Ok{};
}

/// Before a dozen checks fail for one and the same reason.
Status try_it(const conformance::Subject& subject) {
  boost::asio::io_context io;
  auto executor = subject.make(io, [](const std::vector<executors::Event>&) {});
  if (!executor) return executor.error();
  auto hello = (*executor)->hello();
  if (!hello) return hello.error();
  (*executor)->shutdown(executors::ShutdownMode::detach);
  return Ok{};
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

Status keep_only(std::vector<conformance::Check>& checks, const std::vector<std::string>& wanted) {
  std::vector<std::string> names;
  for (const auto& check : checks) names.push_back(check.name);
  for (const auto& name : wanted)
    if (std::find(names.begin(), names.end(), name) == names.end())
      return Error{"there is no check '" + name + "'", "sluice executor test",
                   nearest(name, names).empty() ? "the checks: " + joined(names) : suggest(name, names),
                   ErrorKind::usage};
  if (!wanted.empty())
    std::erase_if(checks, [&](const auto& check) {
      return std::find(wanted.begin(), wanted.end(), check.name) == wanted.end();
    });
  return Ok{};
}

/// True: it passed.
bool run_one(const Trial& trial, const conformance::Check& check, Console& console) {
  const auto outcome = conformance::run_check(trial.subject, check);
  console.out << (outcome.passed() ? "ok      " : "failed  ") << check.name
              << std::string(22 - std::min<std::size_t>(21, check.name.size()), ' ') << check.demand << " ("
              << format_seconds(outcome.seconds) << ")\n";
  constexpr std::size_t most_complaints = 5;
  const std::size_t shown = std::min(most_complaints, outcome.complaints.size());
  for (std::size_t i = 0; i < shown; ++i) console.out << "          " << outcome.complaints[i] << "\n";
  if (shown < outcome.complaints.size())
    console.out << "          and " << outcome.complaints.size() - shown << " more of the kind\n";
  console.out << std::flush;
  return outcome.passed();
}

Result<int> test(const Arguments& arguments, Console& console) {
  const std::string name = arguments.operand(1);
  if (name.empty())
    return Error{"which executor?", "sluice executor test", "name local, slurm, or a plug-in",
                 ErrorKind::usage};
  const char* temporary = std::getenv("TMPDIR");
  const std::string base = arguments.has("dir")   ? run_folder(arguments)
                           : temporary == nullptr ? "/tmp"
                                                  : temporary;
  const std::string work = absolute_path(base) + "/sluice-executor-test-" + std::to_string(::getpid());
  RealDisk disk;
  if (auto made = disk.make_folders(work); !made) return made.error();

  Trial trial;
  trial.subject.work_folder = work;
  trial.subject.large_batch = static_cast<std::size_t>(arguments.number("batch", 10'000));
  trial.subject.patience_s = static_cast<double>(arguments.number("patience", name == "slurm" ? 600 : 300));
  conformance::add_basic_checks(trial.checks);
  conformance::add_cancel_checks(trial.checks);
  conformance::add_restart_checks(trial.checks);
  Status ready = Ok{};
  if (name == "local")
    test_local(trial, work);
  else if (name == "slurm")
    ready = test_slurm(trial, work, arguments);
  else
    ready = test_plugin(trial, name, work, arguments);
  if (ready) ready = keep_only(trial.checks, arguments.all("only"));
  if (ready) ready = try_it(trial.subject);
  if (!ready) {
    (void)disk.remove_tree(work);
    return ready.error();
  }
  std::size_t failed = 0;
  for (const auto& check : trial.checks) failed += run_one(trial, check, console) ? 0 : 1;
  console.out << trial.checks.size() << (trial.checks.size() == 1 ? " check, " : " checks, ")
              << (failed == 0 ? "all passed" : std::to_string(failed) + " failed") << "\n";
  if (failed > 0) {
    console.out << "what they left is in " << work << "\n";
    return 1;
  }
  (void)disk.remove_tree(work);
  return exit_done;
}

Result<int> list(Console& console) {
  console.out << "local   built in\nslurm   built in"
              << (find_program("sbatch", external::usual_places().path).empty() ? "; there is no sbatch here"
                                                                                : "")
              << "\n";
  for (const auto& plugin : external::list_plugins(external::usual_places()))
    console.out << plugin.name << std::string(plugin.name.size() < 7 ? 8 - plugin.name.size() : 1, ' ')
                << plugin.path << "\n";
  return exit_done;
}

Result<int> run(const Arguments& arguments, Console& console) {
  return arguments.operand(0) == "list" ? list(console) : test(arguments, console);
}

}  // namespace

Verb executor_verb() {
  return {
      .name = "executor",
      .summary = "List executors, or test whether one does what it must",
      .details =
          "`sluice executor list` shows what can stand behind `executor = \"NAME\"`. `sluice executor "
          "test NAME` runs small programs on it, kills and cancels them, kills the driver and the "
          "plug-in, and says what was expected and what was seen. NAME is local, slurm, a plug-in's name, "
          "or its path (with a slash). Exit code: 0 all passed, 1 some failed.\n"
          "How to write a plug-in: docs/plugins.md.",
      .operands =
          {{.name = "list|test", .names = Names::choice, .required = true, .choices = {"list", "test"}},
           {.name = "NAME"}},
      .options =
          {{.name = "set", .value = "KEY=VALUE", .help = "a setting, as in [executor.NAME]", .repeats = true},
           {.name = "only", .value = "CHECK", .help = "run this check", .repeats = true},
           {.name = "batch",
            .value = "N",
            .help = "attempts in the large batch (default: 10000)",
            .names = Names::number},
           {.name = "patience",
            .value = "SECONDS",
            .help = "for one wait (default: 300; Slurm: 600)",
            .names = Names::number},
           {.name = "dir",
            .value = "DIR",
            .help = "a folder that the executor's machines see (default: TMPDIR)",
            .names = Names::folder}},
      .run = run};
}

}  // namespace sluice::cli

#include "engine/base/diagnostics.h"
#include "engine/cli/common_options.h"
#include "engine/cli/completion.h"
#include "engine/cli/verbs.h"
#include "engine/report/graph_snapshot.h"
#include "engine/report/read_run.h"

namespace sluice::cli {

namespace {

constexpr std::size_t most_offered = 1000;
const std::vector<std::string> shells = {"bash", "zsh", "fish"};

/// Stages and tasks of the run folder that begin so. A shell asks this in the middle of a word: no answer is
/// no error.
Result<int> offer_tasks(const std::string& folder, const std::string& beginning, Console& console) {
  const auto store = report::open_for_reading(folder);
  if (!store) return exit_done;
  std::vector<std::string> stages;
  std::vector<std::string> tasks;
  const Status loaded = (*store)->load_tasks([&](const store::Task& task) {
    const std::string_view stage = report::stage_name(task.name);
    if (stage.starts_with(beginning) && (stages.empty() || stages.back() != stage))
      stages.emplace_back(stage);
    if (task.name != stage && task.name.starts_with(beginning) && tasks.size() < most_offered)
      tasks.emplace_back(task.name);
  });
  if (!loaded) return exit_done;
  for (const std::string& stage : stages) console.out << stage << "\n";
  for (const std::string& task : tasks) console.out << task << "\n";
  return exit_done;
}

Result<int> run(const Arguments& arguments, Console& console) {
  if (arguments.has("tasks")) return offer_tasks(run_folder(arguments), arguments.operand(0), console);
  const std::string shell = arguments.operand(0);
  if (shell == "bash")
    console.out << bash_completion(verbs());
  else if (shell == "zsh")
    console.out << zsh_completion(verbs());
  else if (shell == "fish")
    console.out << fish_completion(verbs());
  else if (shell.empty())
    return Error{"which shell?", "sluice completion", suggest("", shells), ErrorKind::usage};
  else
    return Error{"there is no completion for '" + shell + "'", "sluice completion", suggest(shell, shells),
                 ErrorKind::usage};
  return exit_done;
}

}  // namespace

std::string_view completion_kind(Names names, const std::vector<std::string>& choices) {
  if (!choices.empty()) return "choice";
  switch (names) {
    case Names::file: return "file";
    case Names::folder: return "folder";
    case Names::workflow: return "workflow";
    case Names::task: return "task";
    case Names::verb: return "verb";
    case Names::text:
    case Names::number:
    case Names::choice: break;
  }
  return "";
}

Verb completion_verb() {
  return {
      .name = "completion",
      .summary = "Print what a shell needs to complete command lines of sluice",
      .details =
          "bash: source <(sluice completion bash)\n"
          "zsh:  sluice completion zsh > ~/.zfunc/_sluice\n"
          "fish: sluice completion fish > ~/.config/fish/completions/sluice.fish",
      .operands = {{.name = "SHELL", .choices = shells}},
      .options =
          {{.name = "tasks",
            .value = "",
            .help = "print the stages and tasks that begin with the argument instead (what the scripts ask)"},
           dir_option()},
      .run = run};
}

}  // namespace sluice::cli

#include "engine/cli/help.h"
#include "engine/cli/reference.h"
#include "engine/cli/verbs.h"
#include "engine/cli/workspace.h"
#include "engine/workflow/schema.h"

namespace sluice::cli {

namespace {

Result<int> reference(const std::string& what, Console& console) {
  if (what == "cli") {
    console.out << cli_reference(verbs());
  } else if (what == "workflow") {
    console.out << workflow::schema_reference();
  } else {
    const bool is_path = what.find('/') != std::string::npos;
    auto description = ask_to_describe(is_path ? what : own_program_folder() + "/" + what);
    if (!description) return std::move(description).error();
    console.out << stage_reference(*description);
  }
  return exit_done;
}

Result<int> run(const Arguments& arguments, Console& console) {
  if (arguments.has("reference")) return reference(arguments.text("reference"), console);
  if (arguments.operands().empty()) {
    console.out << overview(verbs());
    return exit_done;
  }
  const Verb* verb = find_verb(arguments.operand(0));
  if (verb == nullptr) return unknown_verb(arguments.operand(0));
  console.out << help_text(*verb);
  return exit_done;
}

}  // namespace

Verb help_verb() {
  return {
      .name = "help",
      .summary = "Say what a verb does and takes",
      .details = "",
      .operands = {{.name = "VERB", .names = Names::verb}},
      .options = {{.name = "reference",
                   .value = "WHAT",
                   .help = "print a reference as Markdown: `workflow` (every key of a workflow file), `cli` "
                           "(every verb), or a stage's program, such as sluice-train"}},
      .run = run};
}

}  // namespace sluice::cli

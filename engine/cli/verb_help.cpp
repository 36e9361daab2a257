#include "engine/cli/help.h"
#include "engine/cli/verbs.h"

namespace sluice::cli {

namespace {

Result<int> run(const Arguments& arguments, Console& console) {
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
  return {.name = "help",
          .summary = "Say what a verb does and takes",
          .details = "",
          .operands = {{.name = "VERB", .names = Names::verb}},
          .options = {},
          .run = run};
}

}  // namespace sluice::cli

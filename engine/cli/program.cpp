#include "engine/cli/program.h"

#include <algorithm>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/cli/help.h"
#include "engine/cli/verbs.h"

namespace sluice::cli {

namespace {

int fail(const Error& error, Console& console) {
  console.err << "sluice: " << to_string(error) << "\n";
  return exit_code(error.kind);
}

bool asks_for_help(std::span<const std::string> words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::find_if(words.begin(), end,
                      [](const auto& word) { return word == "--help" || word == "-h"; }) != end;
}

}  // namespace

int run_program(std::span<const std::string> words, Console& console) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h") {
    console.out << overview(verbs());
    return exit_done;
  }
  const std::string name = words[0] == "--version" ? "version" : words[0];
  const Verb* verb = find_verb(name);
  if (verb == nullptr) return fail(unknown_verb(name), console);
  if (asks_for_help(words.subspan(1))) {
    console.out << help_text(*verb);
    return exit_done;
  }
  const auto arguments = parse_arguments(*verb, words.subspan(1));
  if (!arguments) return fail(arguments.error(), console);
  const auto code = verb->run(*arguments, console);
  if (!code) return fail(code.error(), console);
  return *code;
}

}  // namespace sluice::cli

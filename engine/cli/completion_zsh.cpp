#include "engine/cli/completion.h"

namespace sluice::cli {

namespace {

constexpr const char* head = R"sh(#compdef sluice
# zsh completion for sluice, made by `sluice completion zsh`.
# To use it: sluice completion zsh > ~/.zfunc/_sluice, with ~/.zfunc in fpath before compinit.
_sluice_tasks() {
  local -a tasks
  local folder=${opt_args[--dir]:-.}
  tasks=(${(f)"$(_call_program tasks sluice completion --tasks --dir ${(q)folder} -- ${(q)PREFIX} 2>/dev/null)"})
  compadd -a tasks
}
)sh";

/// Inside single quotes, in a field that ends with ] or with a colon.
std::string field(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else if (c == '[' || c == ']' || c == ':' || c == '\\')
      out += std::string("\\") + c;
    else
      out += c;
  }
  return out;
}

std::string action(Names names, const std::vector<std::string>& choices) {
  const std::string_view kind = completion_kind(names, choices);
  if (kind == "folder") return "_files -/";
  if (kind == "file") return "_files";
  if (kind == "workflow") return "_files -g \"*.toml\"";
  if (kind == "task") return "_sluice_tasks";
  if (kind == "verb") return "_sluice_verbs";
  if (kind != "choice") return " ";
  std::string words;
  for (const std::string& choice : choices) words += (words.empty() ? "" : " ") + choice;
  return "(" + words + ")";
}

std::string option_spec(const Option& option) {
  const std::string repeat = option.repeats ? "*" : "";
  const std::string value =
      option.value.empty() ? "" : ":" + field(option.value) + ":" + action(option.names, option.choices);
  std::string text = " \\\n        '" + repeat + "--" + option.name + (option.value.empty() ? "" : "=") +
                     "[" + field(option.help) + "]" + value + "'";
  if (option.letter != 0)
    text += std::string(" \\\n        '") + repeat + "-" + option.letter + (option.value.empty() ? "" : "+") +
            "[" + field(option.help) + "]" + value + "'";
  return text;
}

std::string verb_case(const Verb& verb) {
  std::string text = "    " + verb.name + ")\n      _arguments -s";
  for (const Option& option : verb.options) text += option_spec(option);
  text += " \\\n        '--help[this text]'";
  for (const Operand& operand : verb.operands)
    text += " \\\n        '" + std::string(operand.repeats ? "*" : "") + ":" + field(operand.name) + ":" +
            action(operand.names, operand.choices) + "'";
  return text + " ;;\n";
}

}  // namespace

std::string zsh_completion(std::span<const Verb> verbs) {
  std::string text = head;
  text += "_sluice_verbs() {\n  local -a verbs\n  verbs=(\n";
  for (const Verb& verb : verbs) text += "    '" + field(verb.name) + ":" + field(verb.summary) + "'\n";
  text +=
      "  )\n  _describe verb verbs\n}\n_sluice() {\n  local -A opt_args\n  if ((CURRENT == 2)); then\n    "
      "_sluice_verbs\n"
      "    return\n  fi\n  local verb=$words[2]\n  shift words\n  ((CURRENT--))\n  case $verb in\n";
  for (const Verb& verb : verbs) text += verb_case(verb);
  // Loaded by compinit, the file is the function's body; sourced, it announces itself.
  return text +
         "  esac\n}\nif [[ $funcstack[1] == _sluice ]]; then\n  _sluice \"$@\"\nelse\n  compdef _sluice "
         "sluice\nfi\n";
}

}  // namespace sluice::cli

#include "engine/cli/completion.h"

namespace sluice::cli {

namespace {

// readline takes `=` for the end of a word, as it stands in simulate[shard=3]. So the word is taken from the
// line, and what readline will leave alone is cut off the answers.
constexpr const char* head = R"sh(# bash completion for sluice, made by `sluice completion bash`.
# To use it: source <(sluice completion bash)
_sluice_among() {  # those of $1 that begin as the word does, one a line
  local IFS=$'\n'
  COMPREPLY+=($(compgen -W "$1" -- "$word"))
}
_sluice_complete() {  # KIND [CHOICES]
  case $1 in
    choice) _sluice_among "$2" ;;
    verb) _sluice_among "$verbs" ;;
    folder) compopt -o filenames; COMPREPLY+=($(compgen -d -- "$word")) ;;
    file) compopt -o filenames; COMPREPLY+=($(compgen -f -- "$word")) ;;
    workflow)
      compopt -o filenames
      COMPREPLY+=($(compgen -f -X '!*.toml' -- "$word") $(compgen -d -- "$word")) ;;
    task)
      local i folder=.
      for ((i = 2; i < ${#words[@]} - 1; ++i)); do
        [[ ${words[i]} == --dir ]] && folder=${words[i + 1]}
        [[ ${words[i]} == --dir=* ]] && folder=${words[i]#--dir=}
      done
      local IFS=$'\n'
      COMPREPLY+=($("${words[0]}" completion --tasks --dir "$folder" -- "$word" 2>/dev/null)) ;;
  esac
}
_sluice() {
  local line=${COMP_LINE:0:COMP_POINT}
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  local last=$((${#words[@]} - 1))
  local word=${words[last]} previous=${words[last - 1]} verb=${words[1]}
  COMPREPLY=()
)sh";

constexpr const char* tail = R"sh(  local kept=${word%"${word##*[=:]}"}
  COMPREPLY=("${COMPREPLY[@]#"$kept"}")
}
complete -F _sluice sluice
)sh";

std::string lines_of(const std::vector<std::string>& words) {
  std::string text = "$'";
  for (const std::string& word : words) text += (text.size() > 2 ? "\\n" : "") + word;
  return text + "'";
}

std::string call(Names names, const std::vector<std::string>& choices) {
  const std::string kind(completion_kind(names, choices));
  if (kind.empty()) return ":";
  return "_sluice_complete " + kind + (kind == "choice" ? " " + lines_of(choices) : "");
}

std::vector<std::string> flags_of(const Verb& verb) {
  std::vector<std::string> flags;
  for (const Option& option : verb.options) flags.push_back("--" + option.name);
  flags.emplace_back("--help");
  return flags;
}

std::string verb_case(const Verb& verb) {
  std::string text = "    " + verb.name + ")\n      case $previous in\n";
  for (const Option& option : verb.options) {
    if (option.value.empty()) continue;
    const std::string letter = option.letter == 0 ? "" : std::string("|-") + option.letter;
    text += "        --" + option.name + letter + ") " + call(option.names, option.choices) + " ;;\n";
  }
  text +=
      "        *)\n          if [[ $word == -* ]]; then\n            _sluice_among " +
      lines_of(flags_of(verb)) + "\n          else\n            " +
      (verb.operands.empty() ? std::string(":") : call(verb.operands[0].names, verb.operands[0].choices)) +
      "\n          fi ;;\n      esac ;;\n";
  return text;
}

}  // namespace

std::string bash_completion(std::span<const Verb> verbs) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs) names.push_back(verb.name);
  std::string text = head;
  text += "  local verbs=" + lines_of(names) +
          "\n  if ((last <= 1)); then\n    _sluice_among \"$verbs\"\n    return\n  fi\n";
  text += "  case $verb in\n";
  for (const Verb& verb : verbs) text += verb_case(verb);
  return text + "  esac\n" + tail;
}

}  // namespace sluice::cli

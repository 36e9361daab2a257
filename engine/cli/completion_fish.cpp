#include "engine/cli/completion.h"

namespace sluice::cli {

namespace {

constexpr const char* head = R"sh(# fish completion for sluice, made by `sluice completion fish`.
# To use it: sluice completion fish > ~/.config/fish/completions/sluice.fish
function __sluice_tasks
    set -l folder .
    set -l words (commandline -opc)
    for i in (seq (count $words))
        if test "$words[$i]" = --dir; and test $i -lt (count $words)
            set folder $words[(math $i + 1)]
        end
    end
    sluice completion --tasks --dir $folder -- (commandline -ct) 2>/dev/null
end
complete -c sluice -f
)sh";

constexpr const char* any_file = " -F";  // only then may fish offer files of its own

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string arguments_of(Names names, const std::vector<std::string>& choices) {
  const std::string_view kind = completion_kind(names, choices);
  if (kind == "folder") return " -a '(__fish_complete_directories)'";
  if (kind == "file") return any_file;
  if (kind == "workflow") return " -k -a '(__fish_complete_suffix .toml)'";
  if (kind == "task") return " -a '(__sluice_tasks)'";
  if (kind == "verb") return " -a '$__sluice_verbs'";
  if (kind != "choice") return "";
  std::string words;
  for (const std::string& choice : choices) words += (words.empty() ? "" : " ") + choice;
  return " -a " + quoted(words);
}

std::string verb_lines(const Verb& verb) {
  const std::string here = "complete -c sluice -n '__fish_seen_subcommand_from " + verb.name + "'";
  std::string text =
      "complete -c sluice -n __fish_use_subcommand -a " + verb.name + " -d " + quoted(verb.summary) + "\n";
  for (const Option& option : verb.options) {
    text += here + " -l " + option.name;
    if (option.letter != 0) text += std::string(" -s ") + option.letter;
    const std::string values = arguments_of(option.names, option.choices);
    if (!option.value.empty()) text += (values == any_file ? " -r" : " -x") + values;
    text += " -d " + quoted(option.help) + "\n";
  }
  if (!verb.operands.empty())
    if (const std::string values = arguments_of(verb.operands[0].names, verb.operands[0].choices);
        !values.empty())
      text += here + values + "\n";
  return text;
}

}  // namespace

std::string fish_completion(std::span<const Verb> verbs) {
  std::string text = head;
  text += "set -g __sluice_verbs";
  for (const Verb& verb : verbs) text += " " + verb.name;
  text += "\n";
  for (const Verb& verb : verbs) text += verb_lines(verb);
  return text;
}

}  // namespace sluice::cli

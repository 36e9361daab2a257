// Why a task runs. Reasons are recorded as data where the decision is made; here they become text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::plan {

struct Reason {
  enum class Kind : std::uint8_t {
    never_ran,
    forced,
    last_failed,  ///< `after`: how
    interrupted,  ///< attempts were made, none came to an end
    program_changed,
    argument_changed,  ///< `name`: the flag, or the argument's line
    input_changed,     ///< `name`: of the input; `after`: which file, where one can be named
    data_changed,      ///< `name`: the flag; the file behind its value has another content
    env_changed,       ///< `name`: of the variable
    output_added,      ///< `name`: an output that the last result does not have
    output_missing,    ///< `name`: its path
    output_changed,    ///< `name`: its path; changed by hand, or by another program
    upstream,          ///< `name`: the first task it waits for
  };
  Kind kind = Kind::never_ran;
  std::string name;
  std::string before;
  std::string after;

  bool operator==(const Reason&) const = default;
};

std::string to_string(const Reason& reason);
std::string_view word(Reason::Kind kind);  ///< "input-changed": for --json

/// One line of the difference between two recipe texts.
struct DiffLine {
  enum class Kind : std::uint8_t { added, removed, note };
  Kind kind = Kind::added;
  std::string text;

  bool operator==(const DiffLine&) const = default;
};

/// In the order of the texts; a removed line stands before the one that replaced it. Notes that changed while
/// nothing that counts did (a rebuilt program with the same results version) are mentioned.
std::vector<DiffLine> diff_recipes(std::string_view before, std::string_view after);
/// The same as reasons, most important first.
std::vector<Reason> diff_reasons(std::string_view before, std::string_view after);

}  // namespace sluice::plan

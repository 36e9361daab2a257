// Why a task runs. Reasons are recorded as data where the decision is made; here they become text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::plan {

struct Reason {
  enum class Kind : std::uint8_t {
    never_ran,
    forced,
    last_failed,       ///< `after`: how
    interrupted,       ///< attempts were made, none came to an end
    program_changed,   ///< before, after
    argument_changed,  ///< before, after: the argument; one of them empty: it was added or taken away
    input_changed,     ///< `name`: of the input; `after`: which file, where one can be named
    data_changed,      ///< `name`: the argument whose file has another content; `after`: that file
    env_changed,       ///< before, after: NAME=value
    past_unknown,      ///< what the last result was made from was lost with a damaged store
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

}  // namespace sluice::plan

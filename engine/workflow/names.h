// What may be a name: of a stage, a key, a parameter, an input; and the texts that go into task names and
// paths.
#pragma once

#include <string>
#include <string_view>

namespace sluice::workflow {

/// Letters, digits, '_' and '-', beginning with a letter or '_'; at most 64.
bool is_name(std::string_view text);
inline constexpr std::string_view name_rule = "letters, digits, '_' and '-', a letter first, at most 64";
/// Like is_name, without '-': the name of an environment variable.
bool is_identifier(std::string_view text);
inline constexpr std::string_view identifier_rule = "letters, digits and '_', a letter first, at most 64";

/// Why `text` can't be the value of a key, which is part of task names ("simulate[sample=qq,shard=3]") and
/// usually of paths; empty when it can.
std::string key_text_problem(std::string_view text);

}  // namespace sluice::workflow

#include "engine/base/describe_stage.h"

#include "engine/base/capture.h"
#include "engine/base/elf_section.h"
#include "engine/base/units.h"

namespace sluice {

namespace {

Result<json::object> object_of(std::string_view text, const std::string& program) {
  auto value = parse_json(text, program);
  if (!value) return std::move(value).error();
  if (!value->is_object())
    return Error{"`" + program + " --describe` does not print a JSON object", program, ""};
  return value->get_object();
}

}  // namespace

Result<json::object> describe_stage(const std::string& program,
                                    const std::function<void(const std::string&)>& still_waiting) {
  if (const auto carried = elf_section(program, description_section)) return object_of(*carried, program);
  Patience patience{.wall_s = 300, .cpu_s = 30, .tell_after_s = 10, .tell = {}};
  if (still_waiting)
    patience.tell = [&] {
      still_waiting("`" + program + " --describe` has not answered for " +
                    format_seconds(patience.tell_after_s) + "; waiting up to " +
                    format_seconds(patience.wall_s) + " (a busy machine or file server?)");
    };
  const auto answer = capture({program, "--describe"}, patience);
  if (!answer) return answer.error();
  if (answer->exit_code != 0)
    return Error{"`" + program + " --describe` ended with " + std::to_string(answer->exit_code), program,
                 "`program` names a Sluice stage; any other program goes into `command = [...]`"};
  return object_of(answer->out, program);
}

}  // namespace sluice

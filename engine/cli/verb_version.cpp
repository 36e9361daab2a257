#include "engine/base/json.h"
#include "engine/cli/common_options.h"
#include "engine/cli/verbs.h"
#include "sluice_version.h"

namespace sluice::cli {

namespace {

Result<int> run(const Arguments& arguments, Console& console) {
  const std::string commit(build_commit());
  if (arguments.has("json")) {
    console.out << pretty_json(json::object{{"name", "sluice"}, {"version", version()}, {"commit", commit}});
    return exit_done;
  }
  console.out << "sluice " << version() << (commit.empty() ? "" : " (" + commit + ")") << "\n";
  return exit_done;
}

}  // namespace

Verb version_verb() {
  return {.name = "version",
          .summary = "Say which Sluice this is",
          .details = "",
          .operands = {},
          .options = {json_option()},
          .run = run};
}

}  // namespace sluice::cli

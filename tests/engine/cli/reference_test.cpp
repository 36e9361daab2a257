#include "engine/cli/reference.h"

#include <gtest/gtest.h>

#include "engine/cli/verbs.h"

namespace sluice::cli {
namespace {

TEST(Reference, OfTheCommandLineHasEveryVerb) {
  const std::string page = cli_reference(verbs());
  for (const Verb& verb : verbs())
    EXPECT_NE(page.find("\n## sluice " + verb.name + "\n"), std::string::npos) << verb.name;
}

TEST(Reference, OfAStageSaysWhatItDescribes) {
  const auto description = parse_json(R"({
    "name": "sluice-x", "summary": "makes an x", "resumable": true,
    "inputs": [{"name": "events", "kind": "file", "list": true, "help": "what is read"}],
    "outputs": [{"name": "x", "kind": "any", "optional": true, "help": "what is made"}],
    "parameters": [
      {"name": "rate", "type": "float", "unit": "GeV", "default": 0.25, "min": 0.0, "max": 1.0, "help": "a|b"},
      {"name": "trials", "type": "int", "required": true, "min": 1, "extending": true, "help": "how many"},
      {"name": "loss", "type": "choice", "default": "mse", "choices": ["mse", "focal"], "help": "which"},
      {"name": "detector", "type": "string", "default": "clic", "help": "the detector",
       "data": {"folder": "detectors", "suffix": ".toml"}}]})",
                                      "test");
  EXPECT_EQ(stage_reference(description->get_object()),
            "## sluice-x\n\nmakes an x; can be interrupted, and goes on where it was\n"
            "\n| input | what | |\n|---|---|---|\n| `events` | files, one or more | what is read |\n"
            "\n| output | what | |\n|---|---|---|\n| `x` | file or folder, optional | what is made |\n"
            "\n| argument | type | default | allowed | |\n|---|---|---|---|---|\n"
            "| `rate` | float, GeV | `0.25` | 0 to 1 | a\\|b |\n"
            "| `trials` | int | required | at least 1 | how many (more of it goes on with what is there) |\n"
            "| `loss` | choice | `mse` | `mse`, `focal` | which |\n"
            "| `detector` | string | `clic` | a `*.toml` in the data folder `detectors`, or a path | the "
            "detector |\n");
}

}  // namespace
}  // namespace sluice::cli

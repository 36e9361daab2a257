// --describe: a stage's table as JSON, for the engine (which checks a workflow's arguments against it before
// anything runs) and for whoever wants to generate a form or a page from it. The shape is in
// docs/writing-a-stage.md.
#pragma once

#include "engine/base/json.h"
#include "stages/stage/description.h"

namespace sluice::stage {

json::object describe(const Description& description);

}  // namespace sluice::stage

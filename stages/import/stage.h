// sluice-import as a stage: its parameters, and what it does with them.
#pragma once

#include "stages/stage/run.h"

namespace sluice::import {

/// The main function once it is clear that no file is only to be looked at.
int run_stage(int argc, char** argv);

}  // namespace sluice::import

// What a Sluice stage says about itself: its parameters, inputs, outputs and results version, as JSON. A
// program that carries the answer in its file (the build puts that of every stage there) is not started for
// it; any other, a script or a stage of somebody else's, is asked with --describe.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/base/json.h"
#include "engine/base/result.h"

namespace sluice {

/// The section of an ELF program that holds what it prints for --describe.
constexpr std::string_view description_section = ".sluice_describe";

/// `program` is a path. `still_waiting` is called with a sentence when an answer takes longer than people
/// expect: a file server, or a machine that others keep busy. The error says so when the program is no Sluice
/// stage.
Result<json::object> describe_stage(const std::string& program,
                                    const std::function<void(const std::string&)>& still_waiting = {});

}  // namespace sluice

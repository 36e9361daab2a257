// From the words of a command line to the values of the parameters. All mistakes are found, not only the
// first.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/base/disk.h"
#include "stages/stage/description.h"
#include "stages/stage/values.h"

namespace sluice::stage {

struct CommandLine {
  enum class Request { run, help, describe, version };

  Request request = Request::run;
  Values values;
  std::set<std::string> given;  ///< names of the parameters that the words set
  std::string state_folder;     ///< --state
  int threads = 0;              ///< --threads; 0: not given
  bool strict = false;
};

struct ParsedCommandLine {
  CommandLine line;
  std::vector<Error> errors;
};

/// `words` without the program's name. Words in front of the first flag may be @FILE: its lines are words,
/// too.
ParsedCommandLine parse_command_line(const Description& description, std::span<const std::string> words,
                                     Disk& disk);

/// Finds data files and checks that the inputs are there.
void find_files(const Description& description, Values& values, const std::vector<std::string>& data_folders,
                Disk& disk, std::vector<Error>& errors);

}  // namespace sluice::stage

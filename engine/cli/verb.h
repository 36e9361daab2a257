// What a verb of the program is: a name, what it takes, and what it does. Help, the check of a command line
// and shell completion are all made from this one description, so that they can't disagree.
//
// A verb lives in a file of its own, verb_NAME.cpp, as a function that returns its Verb; verbs.cpp lists
// them.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/cli/arguments.h"
#include "engine/cli/console.h"

namespace sluice::cli {

/// What a value on the command line names: decides how it is checked and what a shell offers.
enum class Names {
  text,
  number,    ///< a whole number, 0 or more
  choice,    ///< one of Option::choices
  file,      ///< any file
  folder,    ///< any folder
  workflow,  ///< a workflow file: *.toml
  task,      ///< a stage or a task of the last run, or a pattern
  verb,
};

struct Option {
  std::string name;   ///< "set", without the dashes
  char letter = 0;    ///< 'j'; 0: none
  std::string value;  ///< what help calls its value: "NAME=VALUE"; empty: it takes none
  std::string help;
  Names names = Names::text;
  bool repeats = false;
  std::vector<std::string> choices = {};
};

struct Operand {
  std::string name;  ///< what help calls it: "WORKFLOW"
  Names names = Names::text;
  bool required = false;
  bool repeats = false;  ///< only the last one
  std::vector<std::string> choices = {};
};

struct Verb {
  std::string name;
  std::string summary;  ///< one line of the overview
  std::string details;  ///< what its help says beyond that; may be empty
  std::vector<Operand> operands;
  std::vector<Option> options;
  /// The exit code, or what went wrong: then the error is printed, and its kind gives the exit code.
  Result<int> (*run)(const Arguments& arguments, Console& console) = nullptr;
};

}  // namespace sluice::cli

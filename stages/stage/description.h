// What a stage says about itself. This one table gives the flags, their validation and defaults, --help and
// --describe, so that none of them can say something else than the others. Stages don't fill it by hand: see
// table.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/result.h"

namespace sluice::stage {

enum class Type : std::uint8_t { integer, real, text, boolean, choice, bytes, duration };

/// The value of a parameter: integers and bytes, reals and seconds, booleans, texts and choices.
using Scalar = std::variant<std::int64_t, double, bool, std::string>;

/// The parameter names a file, `VALUE + suffix`, in this folder of every data folder
/// (engine/base/data_file.h).
struct DataFolder {
  std::string folder;
  std::string suffix;
};

struct Parameter {
  std::string name;
  Type type = Type::text;
  bool list = false;
  bool required = false;
  bool extending = false;        ///< only makes the work longer: not part of the state folder's identity
  std::vector<Scalar> standard;  ///< the default; empty for a list that is empty, or for no default
  bool has_standard = false;
  std::optional<Scalar> minimum;  ///< of each item
  std::optional<Scalar> maximum;
  std::vector<std::string> choices;
  std::string unit;  ///< of a number that is written without one: "GeV"
  std::string help;
  std::optional<DataFolder> data;
};

enum class Kind : std::uint8_t { file, folder, any };

struct Input {
  std::string name;
  Kind kind = Kind::file;
  bool list = false;
  bool optional = false;
  std::string help;
};

struct Output {
  std::string name;
  Kind kind = Kind::file;
  bool optional = false;
  std::string help;
};

struct Description {
  std::string name;
  std::string version;
  std::string results_version;  ///< raised when the same input gives other bytes
  std::string summary;
  std::vector<Parameter> parameters;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  bool resumable = false;    ///< keeps checkpoints in a state folder
  bool coordinator = false;  ///< decides over trials, beside the engine's driver
  bool strict = false;       ///< knows --strict
};

/// What is wrong with the table itself: a bug of the stage's author, found by its first start.
std::vector<std::string> mistakes(const Description& description);

std::string_view kind_name(Kind kind);              ///< "file", "folder", "any"
std::string type_name(const Parameter& parameter);  ///< "int", "list<float>": as in --describe

}  // namespace sluice::stage

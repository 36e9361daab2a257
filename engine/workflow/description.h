// What a Sluice stage says about itself with --describe: the schema that a workflow's arguments, inputs and
// outputs are checked against before anything runs.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/json.h"
#include "engine/base/result.h"

namespace sluice::workflow {

/// The value names a file VALUE + suffix in FOLDER of the data folders; it counts by the file's content.
struct DataRule {
  std::string folder;
  std::string suffix;
};

struct Parameter {
  enum class Type : std::uint8_t { integer, real, text, boolean, choice, bytes, duration };
  std::string name;
  Type type = Type::text;
  bool list = false;
  bool required = false;
  bool extending = false;                                     ///< only makes the work longer
  double minimum = -std::numeric_limits<double>::infinity();  ///< bytes and seconds for quantities
  double maximum = std::numeric_limits<double>::infinity();
  std::string minimum_text;  ///< as the stage wrote it; empty: no limit
  std::string maximum_text;
  std::vector<std::string> choices;
  std::string unit;
  std::string help;
  std::optional<DataRule> data;
};

enum class PortKind : std::uint8_t { file, folder, any };

/// An input or an output.
struct Port {
  std::string name;
  PortKind kind = PortKind::any;
  bool list = false;
  bool optional = false;
  std::string help;
};

struct Description {
  std::string name;
  std::string version;
  std::string results_version;
  std::vector<Parameter> parameters;
  std::vector<Port> inputs;
  std::vector<Port> outputs;
  bool resumable = false;    ///< keeps its progress in a state folder
  bool coordinator = false;  ///< asks for trials

  const Parameter* parameter(std::string_view name) const;
  static const Port* find(const std::vector<Port>& ports, std::string_view name);
};

/// The error says which part has another form than this version of Sluice knows.
Result<Description> read_description(const json::object& object);

std::string_view type_name(Parameter::Type type);  ///< "an integer", "an amount of memory"

}  // namespace sluice::workflow

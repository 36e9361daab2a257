// "{sample}" in a text. A text is read once into pieces; parameters are put in at once, because they are the
// same for all tasks, and keys when a task's words are asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/toml.h"
#include "engine/workflow/params.h"
#include "engine/workflow/value.h"

namespace sluice::workflow {

struct Part {
  enum class Kind : std::uint8_t {
    text,
    key,       ///< the value of key `index`
    key_path,  ///< the path behind it: "{file.path}"
    input,
    output,
  };
  Kind kind = Kind::text;
  std::uint32_t index = 0;
  std::string text;
};

/// A text with its parameters filled in. A parameter that stands alone keeps its type: then there is only
/// `constant`.
struct Filled {
  std::optional<Value> constant;
  std::vector<Part> parts;  ///< unless constant
  SourceRange range;

  /// The only part, if there is just one and it is of this kind.
  const Part* alone(Part::Kind kind) const;
  std::string text() const { return constant ? to_text(*constant) : std::string(); }
};

/// What a key can tell about itself before its values are known.
struct KeyName {
  std::string name;
  bool has_path = false;
};

/// What {inputs.NAME} or {outputs.NAME} stands for.
struct PortName {
  std::string name;
  std::uint32_t index = 0;  ///< among the stage's inputs or outputs
  bool is_list = false;
};

/// The names that placeholders may use at one place of the file.
struct Scope {
  const Params* params = nullptr;
  std::span<const KeyName> keys;
  bool keys_unknown = false;    ///< the stage's `each` was reported: a name that nobody knows may be a key
  bool keys_forbidden = false;  ///< keys exist, but not here: `why_no_keys` says why
  std::string why_no_keys;
  bool has_ports = false;  ///< {inputs.x} and {outputs.y} mean something here
  std::span<const PortName> inputs;
  std::span<const PortName> outputs;
  bool one_word = false;       ///< not even alone can a list stand here
  bool ports_unknown = false;  ///< inputs or outputs were reported
};

/// Fills one scalar; nothing when it was reported.
std::optional<Filled> fill(const TomlValue& value, const Scope& scope, Diagnostics& diagnostics);
/// The same for a place that takes a text only: other types become text.
std::optional<Filled> fill_text(const TomlValue& value, const Scope& scope, Diagnostics& diagnostics);

}  // namespace sluice::workflow

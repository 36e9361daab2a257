#include "engine/workflow/template.h"

#include <algorithm>

namespace sluice::workflow {

namespace {

struct Segment {
  bool is_placeholder = false;
  std::string text;        ///< the placeholder's name, without braces
  std::size_t offset = 0;  ///< of the placeholder in the text, braces included
  std::size_t length = 0;
};

/// Splits "a{b}c{{" into "a", {b}, "c{"; nothing when a brace was reported.
std::optional<std::vector<Segment>> split(const TomlValue& value, Diagnostics& diagnostics) {
  const std::string& text = value.text;
  std::vector<Segment> segments;
  const auto append = [&](std::string_view more) {
    if (segments.empty() || segments.back().is_placeholder) segments.push_back({});
    segments.back().text += more;
  };
  const auto refuse = [&](std::size_t offset, std::size_t length, const char* problem, const char* hint) {
    diagnostics.error(range_inside(value, offset, length, diagnostics), problem, hint);
    return std::nullopt;
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t brace = std::min(text.find_first_of("{}", at), text.size());
    if (brace > at) append(std::string_view(text).substr(at, brace - at));
    if (brace == text.size()) break;
    at = brace + 1;
    if (at < text.size() && text[at] == text[brace]) {
      append(std::string_view(text).substr(brace, 1));
      ++at;
    } else if (text[brace] == '}') {
      return refuse(brace, 1, "'}' closes nothing", "write }} for a brace");
    } else {
      const std::size_t close = text.find_first_of("{}", at);
      if (close == std::string::npos || text[close] == '{')
        return refuse(brace, 1, "'{' is not closed", "write {{ for a brace");
      segments.push_back({true, text.substr(at, close - at), brace, close - brace + 1});
      at = close + 1;
    }
  }
  if (segments.empty()) segments.push_back({});
  return segments;
}

class Filler {
 public:
  Filler(const TomlValue& value, const Scope& scope, Diagnostics& diagnostics)
      : value_(value), scope_(scope), diagnostics_(diagnostics) {}

  std::optional<Filled> fill() {
    const auto segments = split(value_, diagnostics_);
    if (!segments) return std::nullopt;
    alone_ = segments->size() == 1;
    Filled filled;
    filled.range = value_.range;
    bool good = true;
    for (const Segment& segment : *segments) {
      if (!segment.is_placeholder)
        add_text(filled, segment.text);
      else
        good = add_placeholder(filled, segment) && good;
    }
    if (!good) return std::nullopt;
    if (!filled.constant && filled.parts.size() == 1 && filled.parts[0].kind == Part::Kind::text) {
      filled.constant = scalar_value(std::move(filled.parts[0].text));
      filled.parts.clear();
    }
    return filled;
  }

 private:
  static void add_text(Filled& filled, const std::string& text) {
    if (filled.parts.empty() || filled.parts.back().kind != Part::Kind::text) filled.parts.push_back({});
    filled.parts.back().text += text;
  }

  bool refuse(const Segment& segment, std::string problem, std::string hint = {}) {
    diagnostics_.error(range_inside(value_, segment.offset, segment.length, diagnostics_), std::move(problem),
                       std::move(hint));
    return false;
  }

  bool add_placeholder(Filled& filled, const Segment& segment) {
    if (const Param* param = scope_.params->find(segment.text)) return add_param(filled, segment, *param);
    if (scope_.has_ports && segment.text.starts_with("inputs."))
      return add_port(filled, segment, Part::Kind::input, scope_.inputs, "input");
    if (scope_.has_ports && segment.text.starts_with("outputs."))
      return add_port(filled, segment, Part::Kind::output, scope_.outputs, "output");
    return add_key(filled, segment);
  }

  bool add_param(Filled& filled, const Segment& segment, const Param& param) {
    if (param.broken) return false;
    if (alone_)
      filled.constant = param.value;
    else if (param.value.is_list)
      return refuse(segment, "the list '" + param.name + "' can't stand inside a text",
                    "let {" + param.name + "} stand alone");
    else
      add_text(filled, to_text(param.value));
    return true;
  }

  bool add_port(Filled& filled, const Segment& segment, Part::Kind kind, std::span<const PortName> ports,
                const std::string& what) {
    const std::string name = segment.text.substr(segment.text.find('.') + 1);
    const auto port =
        std::find_if(ports.begin(), ports.end(), [&](const PortName& p) { return p.name == name; });
    if (port == ports.end()) {
      if (scope_.ports_unknown) return false;
      std::vector<std::string> names;
      for (const PortName& known : ports) names.push_back(known.name);
      return refuse(segment, "there is no " + what + " '" + name + "' here", suggest(name, names));
    }
    if (port->is_list && scope_.one_word)
      return refuse(segment, "the " + what + " '" + name + "' is a list: it can't stand here");
    if (port->is_list && !alone_)
      return refuse(segment, "the " + what + " '" + name + "' is a list: it can't stand inside a word",
                    "let {" + segment.text + "} stand alone; it becomes one argument for each file");
    filled.parts.push_back({kind, port->index, {}});
    return true;
  }

  bool add_key(Filled& filled, const Segment& segment) {
    std::string_view name = segment.text;
    const bool path = name.ends_with(".path");
    if (path) name.remove_suffix(5);
    const auto found = std::find_if(scope_.keys.begin(), scope_.keys.end(),
                                    [&](const KeyName& key) { return key.name == name; });
    if (found == scope_.keys.end()) return refuse_unknown(segment);
    if (scope_.keys_forbidden)
      return refuse(segment, "the key '" + found->name + "' can't be used here", scope_.why_no_keys);
    if (path && !found->has_path)
      return refuse(segment, "the key '" + found->name + "' has no path",
                    "only keys made from \"files:...\" have one");
    filled.parts.push_back({path ? Part::Kind::key_path : Part::Kind::key,
                            static_cast<std::uint32_t>(found - scope_.keys.begin()),
                            {}});
    return true;
  }

  bool refuse_unknown(const Segment& segment) {
    if (scope_.keys_unknown) return false;
    if (segment.text.starts_with("inputs.") || segment.text.starts_with("outputs."))
      return refuse(segment, "{" + segment.text + "} can't be used here");
    std::vector<std::string> known = scope_.params->names();
    if (!scope_.keys_forbidden)
      for (const KeyName& key : scope_.keys) known.push_back(key.name);
    const std::string what = scope_.keys.empty() || scope_.keys_forbidden ? "there is no parameter '"
                                                                          : "there is no key or parameter '";
    // A shell's "{ cmd; }" or "${VAR:-x}", an awk program, JSON: no misspelt name but a brace meant as such.
    const bool meant_as_it_is =
        segment.text.find_first_of(" ;:,$\"'") != std::string::npos && nearest(segment.text, known).empty();
    return refuse(segment, what + segment.text + "'",
                  meant_as_it_is ? "write {{ and }} for braces" : suggest(segment.text, known));
  }

  const TomlValue& value_;
  const Scope& scope_;
  Diagnostics& diagnostics_;
  bool alone_ = false;
};

}  // namespace

const Part* Filled::alone(Part::Kind kind) const {
  return parts.size() == 1 && parts[0].kind == kind ? parts.data() : nullptr;
}

std::optional<Filled> fill(const TomlValue& value, const Scope& scope, Diagnostics& diagnostics) {
  if (value.is_text()) return Filler(value, scope, diagnostics).fill();
  auto scalar = scalar_of(value);
  if (!scalar) {
    diagnostics.error(value.range, std::string(kind_name(value.kind)) + " can't stand here",
                      "write a text, a number, true or false");
    return std::nullopt;
  }
  return Filled{scalar_value(*std::move(scalar)), {}, value.range};
}

std::optional<Filled> fill_text(const TomlValue& value, const Scope& scope, Diagnostics& diagnostics) {
  auto filled = fill(value, scope, diagnostics);
  if (!filled || !filled->constant) return filled;
  if (filled->constant->is_list) {
    diagnostics.error(value.range, "a list can't stand here", "one text is needed");
    return std::nullopt;
  }
  filled->constant = scalar_value(to_text(filled->constant->items.front()));
  return filled;
}

}  // namespace sluice::workflow

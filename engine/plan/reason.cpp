#include "engine/plan/reason.h"

namespace sluice::plan {

namespace {

std::string changed(const std::string& what, const Reason& reason) {
  if (reason.before.empty()) return what + " added: " + reason.after;
  if (reason.after.empty()) return what + " taken away: " + reason.before;
  return what + " changed: " + reason.before + " -> " + reason.after;
}

std::string with_file(const std::string& text, const std::string& file) {
  return file.empty() ? text : text + ": " + file;
}

}  // namespace

std::string to_string(const Reason& reason) {
  using Kind = Reason::Kind;
  switch (reason.kind) {
    case Kind::never_ran: return "it never ran";
    case Kind::forced: return "forced";
    case Kind::last_failed: return with_file("its last attempt failed", reason.after);
    case Kind::interrupted: return "it was interrupted";
    case Kind::program_changed: return changed("program", reason);
    case Kind::argument_changed: return changed("argument", reason);
    case Kind::input_changed: return with_file("input " + reason.name + " changed", reason.after);
    case Kind::data_changed: return with_file("data of " + reason.name + " changed", reason.after);
    case Kind::env_changed: return changed("environment", reason);
    case Kind::past_unknown: return "what its last result was made from is no longer known";
    case Kind::output_added: return "output " + reason.name + " is new";
    case Kind::output_missing: return "output is missing: " + reason.name;
    case Kind::output_changed: return "output was changed by hand: " + reason.name;
    case Kind::upstream: return "it depends on " + reason.name + ", which runs first";
  }
  return "";
}

std::string_view word(Reason::Kind kind) {
  using Kind = Reason::Kind;
  switch (kind) {
    case Kind::never_ran: return "never-ran";
    case Kind::forced: return "forced";
    case Kind::last_failed: return "last-failed";
    case Kind::interrupted: return "interrupted";
    case Kind::program_changed: return "program-changed";
    case Kind::argument_changed: return "argument-changed";
    case Kind::input_changed: return "input-changed";
    case Kind::data_changed: return "data-changed";
    case Kind::env_changed: return "env-changed";
    case Kind::past_unknown: return "past-unknown";
    case Kind::output_added: return "output-added";
    case Kind::output_missing: return "output-missing";
    case Kind::output_changed: return "output-changed";
    case Kind::upstream: return "upstream";
  }
  return "";
}

}  // namespace sluice::plan

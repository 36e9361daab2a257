#pragma once
// Which Sluice this is, for `sluice version`, reports and provenance. Libraries that want it say DEPENDS
// version.

#include <string_view>

namespace sluice {

/// "0.1.0"
std::string_view version();

/// The commit this was built from, abbreviated; empty where it was not built from a git checkout.
std::string_view build_commit();

}  // namespace sluice

// Makes a page that a stage wrote fit to stand inside the report of the run: what it says and how it looks
// stays, what could run, load or break out goes, and the pictures beside it come in. A pure function of the
// page, except for the pictures.
//
// The result is meant for a shadow tree (<template shadowrootmode="open">): there neither its style nor its
// ids can meet ours, and an element that it leaves open ends with the template.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace sluice::report {

struct EmbeddedPage {
  std::string title;  ///< its heading, which is taken out of it; else its <title>
  std::string style;
  std::string html;
};

/// The bytes of a file by its path relative to the page.
using ReadBeside = std::function<Result<std::string>(const std::string& path)>;

/// `folder`: where links that are relative to the page lead, relative to the report; empty, or with a slash
/// at its end.
EmbeddedPage embed(std::string_view page, const std::string& folder, const ReadBeside& read);

}  // namespace sluice::report

// Finds the programs behind stages and asks them, once each, to describe themselves.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/workflow/description.h"
#include "engine/workflow/load.h"

namespace sluice::workflow {

class Programs {
 public:
  /// `folder`: of the workflow file; programs written with a slash are relative to it.
  Programs(const LoadOptions& options, Disk& disk, const Describe& describe, std::string folder)
      : options_(options), disk_(disk), describe_(describe), folder_(std::move(folder)) {}

  /// The executable's absolute path. The error has no `where`.
  Result<std::string> find(const std::string& name);
  /// Asks several at once: each takes as long as its libraries take to load. Later questions are answered
  /// from what was heard.
  void ask_all(std::vector<std::string> paths);
  /// Never null on success.
  Result<std::shared_ptr<const Description>> description(const std::string& path);

 private:
  Result<std::shared_ptr<const Description>> ask(const std::string& path) const;
  Result<std::string> find_path(const std::string& name);
  bool is_executable(const std::string& path);
  std::string hint_for(const std::string& name);

  const LoadOptions& options_;
  Disk& disk_;
  const Describe& describe_;
  std::string folder_;
  std::map<std::string, Result<std::shared_ptr<const Description>>> descriptions_;
};

}  // namespace sluice::workflow

// Where things of a run lie on disk: names of attempt folders, state folders, logs. Documented in
// docs/run-folder.md.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/hash.h"

namespace sluice::run {

/// The absolute path of the run folder, and everything below its .sluice/.
class Layout {
 public:
  explicit Layout(std::string run_folder) : root_(std::move(run_folder)) {}

  const std::string& root() const { return root_; }
  std::string home() const { return root_ + "/.sluice"; }
  std::string store() const { return home() + "/store.db"; }
  std::string lock() const { return home() + "/lock"; }
  std::string runners() const { return home() + "/runners"; }
  std::string ballast() const { return home() + "/ballast"; }
  std::string attempts() const { return home() + "/attempts"; }
  /// .sluice/attempts/simulate/sample=qq,shard=3.1
  std::string attempt(std::string_view task, int number) const;
  std::string log(std::string_view attempt_folder) const {
    return std::string(attempt_folder) + "/" + log_name;
  }
  /// .sluice/state/TASK/ID
  std::string state(std::string_view task, const Hash128& id) const;
  std::string set_aside(std::string_view output) const { return home() + "/old/" + std::string(output); }
  std::string place(std::string_view output) const { return root_ + "/" + std::string(output); }

  static constexpr const char* log_name = "log.txt";

 private:
  std::string root_;
};

/// A file name that any file system takes, readable, and different for different texts.
std::string safe_name(std::string_view text);

}  // namespace sluice::run

// The plug-in as a process: started in a session of its own, so that Ctrl-C at the driver's terminal is not
// meant for it, with three channels that never make us wait.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace sluice::executors::external {

class PluginProcess {
 public:
  PluginProcess() = default;
  ~PluginProcess();  ///< closes the channels; the plug-in sees that and leaves
  PluginProcess(const PluginProcess&) = delete;
  PluginProcess& operator=(const PluginProcess&) = delete;

  Status start(const std::vector<std::string>& argv, const std::string& folder);

  pid_t pid() const { return pid_; }  ///< 0: there is none
  int input() const { return input_; }
  int output() const { return output_; }
  int errors() const { return errors_; }

  /// How many bytes it has taken; nothing: it does not listen any more.
  std::optional<std::size_t> write(std::string_view bytes);
  /// Adds what there is to read, up to some size. False: nothing more will ever come.
  static bool read(int descriptor, std::string& into);
  void close_input();
  void kill();  ///< only itself: attempts may be in its group
  /// How it has ended, once it has: "exit code 3", "killed by signal 9".
  std::optional<std::string> reap();
  /// Gives up the channels, whether it has ended or not.
  void close();

 private:
  pid_t pid_ = 0;
  int input_ = -1;
  int output_ = -1;
  int errors_ = -1;
};

}  // namespace sluice::executors::external

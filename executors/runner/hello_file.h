// How a driver finds a runner: RUNNERS/ID/hello.json names the process and the socket it listens on. The
// socket lives in Linux's abstract namespace, so there is no path that is too long, and nothing to clean up.
#pragma once

#include <string>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "engine/base/result.h"

namespace sluice::executors {

constexpr int runner_protocol = 1;

struct RunnerHello {
  std::string runner;  ///< name of its folder
  std::string socket;  ///< in the abstract namespace, without the leading zero byte
  ProcessId process;
  std::string version;
  int protocol = runner_protocol;
};

std::string hello_path(const std::string& folder);
Status write_hello(Disk& disk, const std::string& folder, const RunnerHello& hello);
Result<RunnerHello> read_hello(Disk& disk, const std::string& folder);

std::string beat_path(
    const std::string& folder);  ///< folder/beat: a counter that grows while the runner lives

std::string random_name(int bytes);  ///< two hexadecimal digits a byte

}  // namespace sluice::executors

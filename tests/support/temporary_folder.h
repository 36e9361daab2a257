// A folder for one test, gone with everything in it when the test ends.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

#include "engine/base/disk.h"

namespace sluice::tests {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    const char* base = ::getenv("TMPDIR");
    path_ = std::string(base == nullptr ? "/tmp" : base) + "/sluice-test-XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("can't make " + path_);
  }
  ~TemporaryFolder() { (void)RealDisk().remove_tree(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace sluice::tests

// A place in which the real program is used as a person would: a folder with a workflow, `sluice` typed in
// it, and a ledger in which tasks write down that they ran. What a test leaves running is gone when the place
// is.
//
// In texts that are written through it, @/ stands for the folder's path; so `echo a >> @/ledger` is how a
// task signs the ledger, and `until [ -e @/go ]; do sleep 0.01; done` how it waits for the test.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/base/disk.h"
#include "engine/base/json.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_folder.h"

namespace sluice::tests {

struct Answer {
  int code = 0;
  std::string out;
  std::string err;
};

/// `sluice` at work, until `wait`.
class AtWork {
 public:
  AtWork(std::vector<std::string> argv, std::vector<std::string> environment, std::string files);
  void signal(int number) const { process_.signal(number); }
  Answer wait();
  std::string err() const;  ///< what it has said so far

 private:
  ChildProcess process_;
  std::string files_;
};

class Place {
 public:
  Place() = default;
  explicit Place(std::string name_of_the_run_folder);  ///< works in a folder of that name below
  ~Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  std::string path(const std::string& name = {}) const;
  std::string filled(const std::string& text) const;  ///< with the path in place of each @
  void write(const std::string& name, const std::string& text);
  void write_workflow(const std::string& text) { write("w.toml", text); }
  std::string read(const std::string& name) const;  ///< empty if there is none
  bool has(const std::string& name) const;
  void remove(const std::string& name);
  std::vector<std::string> list(const std::string& folder) const;

  void step_into(const std::string& folder) { below_ += "/" + folder; }  ///< `cd folder`, for good

  Answer sluice(const std::vector<std::string>& words);
  std::unique_ptr<AtWork> start(const std::vector<std::string>& words);
  json::value json(const std::vector<std::string>& words);  ///< what it prints to stdout

  void go() { write("go", ""); }
  std::string ledger() const { return read("ledger"); }
  int ran(const std::string& line) const;  ///< how often this line stands in the ledger
  void forget_ledger() { remove("ledger"); }
  bool eventually_ran(const std::string& line) const;

  std::vector<pid_t> tasks_at_work() const;  ///< all that work in this folder and are not of Sluice itself
  std::vector<pid_t> runners_at_work() const;

  /// More of the environment of `sluice`: "NAME=value".
  std::vector<std::string> environment;

 private:
  TemporaryFolder folder_;
  std::string below_;
  int typed_ = 0;
};

/// True if `text` holds all of these, in this order.
bool holds(const std::string& text, const std::vector<std::string>& parts);

}  // namespace sluice::tests

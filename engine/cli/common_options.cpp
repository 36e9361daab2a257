#include "engine/cli/common_options.h"

#include "engine/base/disk.h"

namespace sluice::cli {

Option dir_option() {
  return {.name = "dir",
          .value = "DIR",
          .help = "the run folder, which holds the outputs and .sluice/ (default: here)",
          .names = Names::folder};
}

Option json_option() { return {.name = "json", .value = "", .help = "print JSON, for programs"}; }

std::vector<Option> workflow_options() {
  return {{.name = "set",
           .value = "NAME=VALUE",
           .help = "give a parameter of the workflow another value",
           .repeats = true},
          {.name = "site", .value = "NAME", .help = "lay the settings of sites/NAME.toml under the workflow"},
          {.name = "executor", .value = "NAME", .help = "run every stage there, whatever the workflow says"}};
}

std::vector<Option> join(std::vector<std::vector<Option>> parts) {
  std::vector<Option> all;
  for (auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::string run_folder(const Arguments& arguments) { return absolute_path(arguments.text("dir", ".")); }

Result<std::vector<std::pair<std::string, std::string>>> settings(const Arguments& arguments) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& word : arguments.all("set")) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      return Error{"'" + word + "' gives no value", "--set", "write: --set NAME=VALUE", ErrorKind::usage};
    pairs.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return pairs;
}

}  // namespace sluice::cli

#include "stages/stage/command_line.h"

#include "engine/base/data_file.h"
#include "stages/stage/flags.h"
#include "stages/stage/value.h"

namespace sluice::stage {

namespace {

Error usage(const std::string& flag, std::string what, std::string hint = {}) {
  return {std::move(what), flag, std::move(hint), ErrorKind::usage};
}

std::vector<std::string> known_flags(const Description& description) {
  std::vector<std::string> names;
  for (const Input& input : description.inputs) names.push_back("input." + input.name);
  for (const Output& output : description.outputs) names.push_back("output." + output.name);
  for (const Parameter& parameter : description.parameters) names.push_back(parameter.name);
  if (description.resumable || description.coordinator) names.emplace_back("state");
  if (description.strict) names.emplace_back("strict");
  for (const char* name : {"threads", "help", "describe", "version"}) names.emplace_back(name);
  return names;
}

/// True for "--flag" and "--flag true".
bool read_switch(const Flags& flags, const std::string& name, std::vector<Error>& errors) {
  const auto found = flags.find(name);
  if (found == flags.end()) return false;
  if (found->second.empty()) return true;
  if (found->second.size() == 1 && (found->second[0] == "true" || found->second[0] == "false"))
    return found->second[0] == "true";
  errors.push_back(usage("--" + name, "the flag takes no value"));
  return false;
}

/// The one word of a flag; nothing (and maybe an error) when there isn't exactly one.
const std::string* single_word(const std::string& flag, const std::vector<std::string>& words,
                               std::vector<Error>& errors) {
  if (words.size() == 1) return &words.front();
  if (words.empty())
    errors.push_back(
        usage(flag, "the flag needs a value", "a value that begins with -- is written " + flag + "=VALUE"));
  else
    errors.push_back(usage(flag,
                           "the flag takes one value, but " + std::to_string(words.size()) + " are given",
                           "quote a value that holds blanks"));
  return nullptr;
}

std::vector<Scalar> read_parameter(const Parameter& parameter, const Flags& flags,
                                   std::vector<Error>& errors) {
  const std::string flag = "--" + parameter.name;
  const auto found = flags.find(parameter.name);
  if (found == flags.end()) {
    if (parameter.required) errors.push_back(usage(flag, "the parameter is missing", parameter.help));
    return parameter.standard;
  }
  std::vector<std::string> words = found->second;
  if (parameter.type == Type::boolean && !parameter.list && words.empty()) words = {"true"};
  if (!parameter.list && single_word(flag, words, errors) == nullptr) return parameter.standard;
  std::vector<Scalar> items;
  for (const std::string& word : words) {
    auto item = parse_value(parameter, word);
    if (item)
      items.push_back(*std::move(item));
    else
      errors.push_back(usage(flag, item.error().what, item.error().hint));
  }
  return items;
}

std::vector<std::string> read_input(const Input& input, const Flags& flags, std::vector<Error>& errors) {
  const std::string flag = "--input." + input.name;
  const auto found = flags.find("input." + input.name);
  const bool absent = found == flags.end() || (input.list && found->second.empty());
  if (absent && !input.optional) errors.push_back(usage(flag, "the input is missing", input.help));
  if (absent) return {};
  if (!input.list && single_word(flag, found->second, errors) == nullptr) return {};
  for (const std::string& path : found->second)
    if (path.empty()) errors.push_back(usage(flag, "the path is empty"));
  return found->second;
}

std::string read_output(const Output& output, const Flags& flags, std::vector<Error>& errors) {
  const std::string flag = "--output." + output.name;
  const auto found = flags.find("output." + output.name);
  if (found == flags.end()) {
    if (!output.optional) errors.push_back(usage(flag, "the output is missing", output.help));
    return "";
  }
  const std::string* path = single_word(flag, found->second, errors);
  if (path != nullptr && path->empty()) errors.push_back(usage(flag, "the path is empty"));
  return path == nullptr ? "" : *path;
}

int read_threads(const Flags& flags, std::vector<Error>& errors) {
  const auto found = flags.find("threads");
  if (found == flags.end()) return 0;
  constexpr std::int64_t most = 4096;
  Parameter threads;
  threads.name = "threads";
  threads.type = Type::integer;
  threads.minimum = Scalar(std::int64_t{1});
  threads.maximum = Scalar(most);
  const auto items = read_parameter(threads, flags, errors);
  return items.empty() ? 0 : static_cast<int>(std::get<std::int64_t>(items.front()));
}

CommandLine::Request read_request(const Flags& flags) {
  if (flags.contains("help")) return CommandLine::Request::help;
  if (flags.contains("describe")) return CommandLine::Request::describe;
  if (flags.contains("version")) return CommandLine::Request::version;
  return CommandLine::Request::run;
}

void check_input(const Input& input, const std::string& path, Disk& disk, std::vector<Error>& errors) {
  const std::string flag = "--input." + input.name;
  const auto stat = disk.stat(path);
  if (!stat) {
    errors.push_back(stat.error());
  } else if (!stat->exists()) {
    errors.push_back({"there is no such input", flag + " " + path, "", ErrorKind::data});
  } else if ((input.kind == Kind::file && stat->kind == FileKind::folder) ||
             (input.kind == Kind::folder && stat->kind != FileKind::folder)) {
    errors.push_back({"the input has to be a " + std::string(kind_name(input.kind)), flag + " " + path, "",
                      ErrorKind::data});
  }
}

}  // namespace

ParsedCommandLine parse_command_line(const Description& description, std::span<const std::string> words,
                                     Disk& disk) {
  ParsedCommandLine parsed;
  CommandLine& line = parsed.line;
  std::vector<Error>& errors = parsed.errors;
  const Flags flags = read_flags(words, known_flags(description), disk, errors);
  line.request = read_request(flags);
  if (line.request != CommandLine::Request::run) return {line, {}};

  for (const Parameter& parameter : description.parameters) {
    line.values.parameters.push_back(read_parameter(parameter, flags, errors));
    if (flags.contains(parameter.name)) line.given.insert(parameter.name);
  }
  for (const Input& input : description.inputs)
    line.values.inputs.push_back(read_input(input, flags, errors));
  for (const Output& output : description.outputs)
    line.values.outputs.push_back(read_output(output, flags, errors));
  if (const auto state = flags.find("state"); state != flags.end())
    if (const std::string* folder = single_word("--state", state->second, errors))
      line.state_folder = *folder;
  line.threads = read_threads(flags, errors);
  line.strict = read_switch(flags, "strict", errors);
  return parsed;
}

void find_files(const Description& description, Values& values, const std::vector<std::string>& data_folders,
                Disk& disk, std::vector<Error>& errors) {
  values.data_paths.resize(description.parameters.size());
  for (std::size_t i = 0; i < description.parameters.size(); ++i) {
    const Parameter& parameter = description.parameters[i];
    if (!parameter.data || values.parameters[i].empty()) continue;
    const auto& name = std::get<std::string>(values.parameters[i].front());
    auto path = find_data_file(disk, data_folders, parameter.data->folder, parameter.data->suffix, name);
    if (path)
      values.data_paths[i] = *std::move(path);
    else
      errors.push_back(usage("--" + parameter.name, path.error().what, path.error().hint));
  }
  for (std::size_t i = 0; i < description.inputs.size(); ++i)
    for (const std::string& path : values.inputs[i]) check_input(description.inputs[i], path, disk, errors);
}

}  // namespace sluice::stage

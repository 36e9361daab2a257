#include "stages/sweep/by_hand.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <ostream>

#include "engine/base/process.h"
#include "stages/sweep/load_study.h"
#include "stages/sweep/look.h"

namespace sluice::sweep {

namespace {

constexpr const char* usage =
    "sluice-sweep tunes hyperparameters. As a stage of a workflow: sluice-sweep --help\n"
    "  sluice-sweep run STUDY.toml [--trials N] [--executor NAME] -- PROGRAM [ARG...]\n"
    "                                                tune a program; with more trials, go on with what there "
    "is\n"
    "  sluice-sweep status FOLDER [--json]                                 how far a study has got\n"
    "  sluice-sweep best FOLDER [--json]                                   the best configuration, as TOML\n"
    "  sluice-sweep show FOLDER [TRIAL] [--csv | --json]                   all trials, or one of them\n"
    "  sluice-sweep report FOLDER FILE.html                                a page with pictures\n"
    "FOLDER is the study's, or the run folder of the workflow.\n";

Error wrong(const std::string& what) { return {what, "", "sluice-sweep help says how", ErrorKind::usage, 0}; }

std::string toml_text(const std::string& text) { return json::serialize(json::value(text)); }

/// A brace is a placeholder in a workflow unless it is doubled.
std::string without_placeholders(const std::string& text) {
  std::string result;
  for (const char c : text) {
    result += c;
    if (c == '{' || c == '}') result += c;
  }
  return result;
}

/// "studies/gnn.toml" -> "gnn"
std::string study_title(const std::string& path) {
  const std::string name = file_name(path);
  return name.substr(0, name.find('.'));
}

Status become(const std::vector<std::string>& argv) {
  std::vector<char*> pointers;
  for (const std::string& word : argv) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  ::execv(pointers[0], pointers.data());
  return io_error("can't start", argv[0], errno);
}

/// Takes `--trials N` out of the words: all others are for `sluice run`.
Result<std::optional<std::int64_t>> take_trials(std::vector<std::string>& words) {
  const auto flag = std::find(words.begin(), words.end(), "--trials");
  if (flag == words.end()) return std::optional<std::int64_t>();
  std::int64_t number = 0;
  const std::string text = flag + 1 == words.end() ? "" : *(flag + 1);
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || number < 1)
    return wrong("--trials takes a number from 1 on");
  words.erase(flag, flag + 2);
  return std::optional(number);
}

/// The words behind the program that are files or folders of this place. A trial works in a folder of its
/// own, where they are not; as inputs they are found, and a change of them is noticed.
Result<std::set<std::string>> files_among(std::span<const std::string> words, Disk& disk) {
  std::set<std::string> files;
  for (const std::string& word : words.subspan(1)) {
    if (word.empty() || word[0] == '-' || word[0] == '/' || word == "." || word == "..") continue;
    const auto stat = disk.stat(word);
    if (!stat) return stat.error();
    if (stat->exists()) files.insert(word);
  }
  return files;
}

Status run(std::span<const std::string> words) {
  RealDisk disk;
  const auto dashes = std::find(words.begin(), words.end(), "--");
  std::vector<std::string> front(words.begin() + 1, dashes);
  const auto trials = take_trials(front);
  if (!trials) return trials.error();
  if (front.empty()) return wrong("which study? The file is missing");
  if (dashes == words.end() || dashes + 1 == words.end())
    return wrong("which program? Write -- PROGRAM [ARG...] at the end");
  std::vector<std::string> argv = {join_path(own_program_folder(), "sluice"), "run"};
  const std::string file = front[0];
  const auto text = disk.read(file);
  if (!text) return text.error();
  const auto settings = load_study(*text, file);
  if (!settings) return settings.error();
  auto files = files_among({dashes + 1, words.end()}, disk);
  if (!files) return std::move(files).error();
  HandWorkflow workflow = {study_title(file),  file,    {dashes + 1, words.end()},
                           settings->parallel, *trials, *std::move(files)};
  const std::string path = workflow.name + ".sweep.toml";
  if (auto written = disk.write(path, workflow_text(workflow), Sync::no); !written) return written;
  argv.push_back(path);
  argv.insert(argv.end(), front.begin() + 1, front.end());
  return become(argv);
}

}  // namespace

bool is_verb(const std::string& word) {
  const std::vector<std::string> verbs = {"run", "status", "best", "show", "report", "help"};
  return std::find(verbs.begin(), verbs.end(), word) != verbs.end();
}

std::string workflow_text(const HandWorkflow& workflow) {
  std::string command;
  std::string inputs;
  int count = 0;
  for (const std::string& word : workflow.command) {
    std::string text = without_placeholders(word);
    if (workflow.files.contains(word)) {
      const std::string name = "file" + std::to_string(++count);
      inputs += (inputs.empty() ? "" : ", ") + name + " = " + toml_text("file:" + text);
      text = "{inputs." + name + "}";
    }
    command += (command.empty() ? "" : ", ") + toml_text(text);
  }
  if (!inputs.empty()) inputs = ", inputs = { " + inputs + " }";
  const std::string args =
      workflow.trials ? "args    = { trials = " + std::to_string(*workflow.trials) + " }\n" : "";
  const auto output = [&](const std::string& what) { return toml_text(workflow.name + what); };
  return "# Written by `sluice-sweep run`; run again with `sluice run`, or keep and edit it.\n"
         "sluice = 1\nname = " +
         toml_text(workflow.name) +
         "\n\n[stage.sweep]\nprogram = \"sluice-sweep\"\n"
         "inputs  = { study = " +
         toml_text("file:" + workflow.study) + " }\n" + args + "outputs = { best = " + output(".best.toml") +
         ", trials = " + output(".trials.csv") + ", report = " + output(".report.html") +
         " }\ntrials  = { command = [" + command + "]" + inputs +
         ", parallel = " + std::to_string(workflow.parallel) + " }\n";
}

int by_hand(std::span<const std::string> words, std::ostream& out, std::ostream& err) {
  if (words[0] == "help") {
    out << usage;
    return exit_done;
  }
  const Status done = words[0] == "run" ? run(words) : look(words, out);
  if (done) return exit_done;
  err << "sluice-sweep: " << to_string(done.error()) << "\n";
  return exit_code(done.error().kind);
}

}  // namespace sluice::sweep

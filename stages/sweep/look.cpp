#include "stages/sweep/look.h"

#include <algorithm>
#include <memory>
#include <ostream>

#include "stages/hpo/study/journal.h"
#include "stages/sweep/drive.h"
#include "stages/sweep/load_study.h"
#include "stages/sweep/report/page.h"
#include "stages/sweep/report/records.h"
#include "stages/sweep/report/text.h"

namespace sluice::sweep {

namespace {

enum class Format : std::uint8_t { people, json, csv };

struct Request {
  std::string verb;
  std::vector<std::string> words;  ///< without options
  Format format = Format::people;
};

Error wrong(const std::string& what) { return {what, "", "sluice-sweep help says how", ErrorKind::usage, 0}; }

Result<Request> read_request(std::span<const std::string> typed) {
  Request request;
  request.verb = typed[0];
  for (const std::string& word : typed.subspan(1)) {
    if (word == "--json" && request.verb != "report")
      request.format = Format::json;
    else if (word == "--csv" && request.verb == "show")
      request.format = Format::csv;
    else if (word.starts_with("-"))
      return wrong("'" + request.verb + "' has no option '" + word + "'");
    else
      request.words.push_back(word);
  }
  if (request.words.empty()) return wrong("which study? The folder is missing");
  const std::size_t most = request.verb == "show" || request.verb == "report" ? 2 : 1;
  if (request.words.size() > most) return wrong("what is '" + request.words[most] + "' for?");
  return request;
}

bool holds_study(Disk& disk, const std::string& folder) {
  const auto stat = disk.stat(join_path(folder, journal_name));
  return stat && stat->kind == FileKind::file;
}

/// Studies in the folders of `folder`, `depth` levels below it.
void collect_studies(Disk& disk, const std::string& folder, int depth, std::vector<std::string>& found) {
  if (holds_study(disk, folder)) found.push_back(folder);
  const auto entries = depth > 0 ? disk.list(folder) : Result<std::vector<FolderEntry>>(Error{});
  if (!entries) return;
  for (const FolderEntry& entry : *entries)
    if (entry.kind == FileKind::folder)
      collect_studies(disk, join_path(folder, entry.name), depth - 1, found);
}

struct Loaded {
  std::unique_ptr<hpo::Study> study;
  std::vector<hpo::WorkTimes> times;
};

Result<Loaded> load_folder(Disk& disk, const std::string& folder) {
  const std::string journal = join_path(folder, journal_name);
  const auto text = disk.read(join_path(folder, study_name));
  if (!text) return text.error();
  auto settings = load_study(*text, join_path(folder, study_name));
  if (!settings) return std::move(settings).error();
  const auto bytes = disk.read(journal);
  if (!bytes) return bytes.error();
  Loaded loaded = {std::make_unique<hpo::Study>(std::move(*settings)), {}};
  const std::string head = journal_head(loaded.study->settings(), *text);
  auto replayed = replay(*loaded.study, head, *bytes, journal);
  if (!replayed) return std::move(replayed).error();
  loaded.study->hear_all();
  loaded.times = std::move(replayed->times);
  return loaded;
}

std::string text_of(const json::value& value) { return pretty_json(value); }

Status show(const Request& request, const View& view, std::ostream& out) {
  if (request.words.size() < 2) {
    out << (request.format == Format::csv    ? trials_csv(view)
            : request.format == Format::json ? text_of(trials_json(view))
                                             : trials_text(view));
    return Ok{};
  }
  const std::string& word = request.words[1];
  constexpr std::size_t longest = 9;
  const bool digits = !word.empty() && word.size() < longest &&
                      std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
  const std::size_t number = digits ? std::stoul(word) : view.trials().size();
  if (number >= view.trials().size()) return wrong("there is no trial " + word);
  const hpo::Observation& trial = view.trials()[number];
  out << (request.format == Format::json ? text_of(trial_json(view, trial)) : trial_text(view, trial));
  return Ok{};
}

/// "sweeps/gnn.html" -> "gnn"
std::string title_of(const std::string& path) {
  const std::string name = file_name(path);
  return name.substr(0, name.find('.'));
}

}  // namespace

Result<std::string> find_study(Disk& disk, const std::string& folder) {
  if (holds_study(disk, folder)) return folder;
  constexpr int stage_and_study = 2;
  std::vector<std::string> found;
  collect_studies(disk, folder, stage_and_study, found);
  if (found.empty()) collect_studies(disk, join_path(folder, ".sluice/state"), stage_and_study, found);
  if (found.empty())
    return Error{"holds no study", folder, "give the folder that holds journal.jsonl", ErrorKind::usage, 0};
  if (found.size() == 1) return found.front();
  std::string hint = "give one of them:";
  for (const std::string& one : found) hint += "\n    " + one;
  return Error{"holds " + std::to_string(found.size()) + " studies", folder, hint, ErrorKind::usage, 0};
}

Status look(std::span<const std::string> words, std::ostream& out) {
  RealDisk disk;
  const auto request = read_request(words);
  if (!request) return request.error();
  const auto folder = find_study(disk, request->words[0]);
  if (!folder) return folder.error();
  auto loaded = load_folder(disk, *folder);
  if (!loaded) return std::move(loaded).error();
  const View view(*loaded->study, std::move(loaded->times));
  const bool as_json = request->format == Format::json;
  if (request->verb == "status") out << (as_json ? text_of(status_json(view)) : status_text(view));
  if (request->verb == "best") {
    if (view.study().best() == nullptr) return Error{"no trial has a result yet", *folder, ""};
    out << (as_json ? text_of(best_json(view)) : best_toml(view.study()));
  }
  if (request->verb == "report") {
    if (request->words.size() < 2) return wrong("where to? The name of the page is missing");
    const std::string& path = request->words[1];
    return disk.write(path, report_page(view, title_of(path)), Sync::no);
  }
  return request->verb == "show" ? show(*request, view, out) : Status(Ok{});
}

}  // namespace sluice::sweep

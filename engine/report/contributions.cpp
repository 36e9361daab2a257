#include "engine/report/contributions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

#include "engine/base/json.h"
#include "engine/base/units.h"
#include "engine/report/embed.h"

namespace sluice::report {

namespace {

constexpr std::uint64_t largest_page = 32'000'000;   // bytes
constexpr std::uint64_t largest_total = 96'000'000;  // of all pages together
constexpr std::uint64_t largest_json = 64'000'000;
constexpr const char* page_in_folder = "report.html";

/// Not a byte of it may differ from what the task made.
bool is_as_made(Disk& disk, const std::string& path, const Output& output) {
  const auto content = digest(disk, path);
  return content && to_hex(content->hash) == output.hash;
}

Result<json::value> read_json(Disk& disk, const std::string& path) {
  const auto stat = disk.stat(path);
  if (!stat) return stat.error();
  if (stat->kind != FileKind::file || stat->size > largest_json)
    return Error{stat->exists() ? "no JSON file" : "gone", path, ""};
  const auto text = disk.read(path);
  if (!text) return text.error();
  return parse_json(*text, path);
}

/// A number, or an object with `value` and perhaps `error`.
bool take_value(const json::value& found, Number& number) {
  const json::value* value = &found;
  if (const auto* object = found.if_object()) {
    number.error = json_double(*object, "error").value_or(0);
    value = object->if_contains("value");
  }
  if (value == nullptr || !value->is_number()) return false;
  number.value = value->to_number<double>();
  return true;
}

/// By path: several numbers usually stand in one file.
using JsonFiles = std::map<std::string, Result<json::value>>;

void read_number(Disk& disk, const std::string& run_folder, JsonFiles& files, Number& number) {
  if (number.source.empty()) {
    number.problem = "not there yet";
    return;
  }
  const std::string& path = number.source.front().path;
  auto file = files.find(path);
  if (file == files.end()) file = files.emplace(path, read_json(disk, join_path(run_folder, path))).first;
  const auto& value = file->second;
  if (!value) {
    number.problem = path + " can't be read: " + value.error().what;
    return;
  }
  boost::system::error_code problem;
  const json::value* found = value->find_pointer(number.about.pointer, problem);
  if (found == nullptr)
    number.problem = path + " has nothing at " + number.about.pointer;
  else if (!take_value(*found, number))
    number.problem = path + " has no number at " + number.about.pointer;
}

class SectionReader {
 public:
  SectionReader(Disk& disk, RunSummary& summary, std::string links)
      : disk_(disk), summary_(summary), links_(std::move(links)) {}

  void read(const std::string& stage, const Output& output) {
    Section section;
    section.stage = stage;
    section.task = output.task;
    section.path = output.path;
    const std::string root = join_path(summary_.run_folder, output.path);
    const auto stat = disk_.stat(root);
    if (stat && stat->kind == FileKind::folder) section.path = join_path(output.path, page_in_folder);
    section.link = links_ + section.path;
    section.problem = stat ? fill(root, output, section) : stat.error().what;
    summary_.sections.push_back(std::move(section));
  }

 private:
  std::string fill(const std::string& root, const Output& output, Section& section) {
    const std::string path = join_path(summary_.run_folder, section.path);
    const auto stat = disk_.stat(path);
    if (!stat || stat->kind != FileKind::file) return "there is no such page";
    if (stat->size > largest_page || total_ + stat->size > largest_total)
      return "too large to stand here (" + format_bytes(stat->size) + ")";
    const auto page = disk_.read(path);
    if (!page) return page.error().what;
    total_ += page->size();
    const std::string beside = parent_path(section.link);
    const auto read_beside = [&](const std::string& name) -> Result<std::string> {
      const std::string file = join_path(parent_path(path), name);
      const auto found = disk_.stat(file);
      if (!found || found->kind != FileKind::file || total_ + found->size > largest_total)
        return Error{"no such picture", file, ""};
      total_ += found->size;
      return disk_.read(file);
    };
    EmbeddedPage embedded = embed(*page, beside.empty() ? "" : beside + "/", read_beside);
    section.title = std::move(embedded.title);
    section.style = std::move(embedded.style);
    section.html = std::move(embedded.html);
    return is_as_made(disk_, root, output) ? "" : "it has been changed since the task made it";
  }

  Disk& disk_;
  RunSummary& summary_;
  std::string links_;  ///< from where the report will lie to the run folder: "", or with a slash at its end
  std::uint64_t total_ = 0;
};

}  // namespace

void read_contributions(Disk& disk, RunSummary& summary, const std::string& page_folder) {
  JsonFiles files;
  for (Number& number : summary.numbers) read_number(disk, summary.run_folder, files, number);
  const bool is_at_home = page_folder.empty() || page_folder == summary.run_folder;
  SectionReader reader(disk, summary, is_at_home ? "" : summary.run_folder + "/");
  for (const StageOutputs& stage : summary.outputs)
    for (const Output& report : stage.reports) reader.read(stage.stage, report);
}

std::string number_text(const Number& number) {
  std::array<char, 80> text{};
  if (number.error > 0) {
    constexpr int most_digits = 6;
    const int digits = std::clamp(1 - static_cast<int>(std::floor(std::log10(number.error))), 0, most_digits);
    std::snprintf(text.data(), text.size(), "%.*f ± %.*f", digits, number.value, digits, number.error);
  } else {
    std::snprintf(text.data(), text.size(), "%.4g", number.value);
  }
  return text.data();
}

}  // namespace sluice::report

#include "engine/workflow/report_table.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/workflow/table_reader.h"

namespace sluice::workflow {

namespace {

constexpr std::size_t longest_label = 80;
constexpr const char* form = "write \"stage.output:/key/key\": a place in the JSON that the stage makes";

class NumberReader {
 public:
  NumberReader(const TomlMember& member, const std::vector<StageDraft>& stages, Diagnostics& diagnostics)
      : member_(member), stages_(stages), diagnostics_(diagnostics) {}

  std::optional<ReportNumber> read() {
    if (!check_label()) return std::nullopt;
    if (!member_.value.is_text()) {
      report_kind(member_, "a text", diagnostics_, form);
      return std::nullopt;
    }
    const std::string& text = member_.value.text;
    const std::size_t dot = text.find('.');
    const std::size_t colon = text.find(":/");
    if (colon == std::string::npos || dot == 0 || dot > colon || dot + 1 == colon ||
        colon + 2 == text.size()) {
      diagnostics_.error(member_.value.range, "'" + text + "' names no number in an output of a stage", form);
      return std::nullopt;
    }
    ReportNumber number{member_.key, text.substr(0, dot), text.substr(dot + 1, colon - dot - 1),
                        text.substr(colon + 1)};
    if (!check_stage(number)) return std::nullopt;
    return number;
  }

 private:
  bool check_label() {
    const bool good =
        !member_.key.empty() && utf8_length(member_.key) <= longest_label && !has_control(member_.key);
    if (!good)
      diagnostics_.error(member_.key_range, "a number's name has to be a text of 1 to " +
                                                std::to_string(longest_label) + " printable characters");
    return good;
  }

  bool check_stage(const ReportNumber& number) {
    const auto stage = std::find_if(stages_.begin(), stages_.end(),
                                    [&](const StageDraft& one) { return one.name == number.stage; });
    if (stage == stages_.end()) {
      std::vector<std::string> names;
      for (const StageDraft& one : stages_) names.push_back(one.name);
      error_at(0, number.stage.size(), "there is no stage '" + number.stage + "'",
               suggest(number.stage, names));
      return false;
    }
    const auto outputs = stage->output_names();
    if (std::find(outputs.begin(), outputs.end(), number.output) == outputs.end() && !stage->outputs_broken) {
      error_at(number.stage.size() + 1, number.output.size(),
               "stage '" + number.stage + "' has no output '" + number.output + "'",
               outputs.empty() ? "it declares no outputs" : suggest(number.output, outputs));
      return false;
    }
    if (!stage->fanout.broken && !stage->keys.empty()) {
      error_at(0, number.stage.size(),
               "stage '" + number.stage + "' has several tasks, and a number comes from one",
               "take it from a stage without 'each' that gathers them");
      return false;
    }
    return true;
  }

  void error_at(std::size_t offset, std::size_t length, const std::string& message, const std::string& hint) {
    diagnostics_.error(range_inside(member_.value, offset, length, diagnostics_), message, hint);
  }

  const TomlMember& member_;
  const std::vector<StageDraft>& stages_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::vector<ReportNumber> read_report(const TomlMember& report, const std::vector<StageDraft>& stages,
                                      Diagnostics& diagnostics) {
  std::vector<ReportNumber> numbers;
  TableReader reader(report_schema(), report.value, "[report]", diagnostics);
  if (const TomlMember* table = reader.take_table("numbers"))
    for (const TomlMember& member : table->value.members)
      if (auto number = NumberReader(member, stages, diagnostics).read())
        numbers.push_back(*std::move(number));
  reader.finish();
  return numbers;
}

}  // namespace sluice::workflow

// `args` of a Sluice stage: each against its parameter, for every value it will take in any task.
#include <algorithm>
#include <unordered_set>

#include "engine/base/data_file.h"
#include "engine/workflow/argument_check.h"
#include "engine/workflow/launch.h"
#include "engine/workflow/render.h"

namespace sluice::workflow {

namespace {

/// Every text that a template gives for some task of the stage.
std::vector<std::string> distinct_texts(const Fanout& fanout, const std::vector<Part>& parts) {
  std::unordered_set<std::string> seen;
  std::vector<std::string> texts;
  std::string text;
  for (std::size_t i = 0; i < fanout.rows; ++i) {
    text.clear();
    append_parts(parts, fanout, i, text);
    if (seen.insert(text).second) texts.push_back(text);
  }
  return texts;
}

class ArgumentCompiler {
 public:
  ArgumentCompiler(const StageDraft& stage, const LaunchDraft& launch, LoadContext& context)
      : stage_(stage),
        launch_(launch),
        context_(context),
        diagnostics_(context.diagnostics),
        scope_(context.task_scope(stage)) {}

  std::vector<CompiledWord> run() {
    report_unknown();
    for (const Parameter& parameter : launch_.description->parameters) {
      const TomlMember* member = launch_.args == nullptr ? nullptr : launch_.args->value.find(parameter.name);
      if (member != nullptr)
        compile(parameter, member->value);
      else if (parameter.required && !launch_.args_broken)
        diagnostics_.error(launch_.args != nullptr ? launch_.args->key_range : launch_.program->value.range,
                           "'" + launch_.info.name + "' needs the argument '" + parameter.name + "'",
                           parameter.help);
    }
    return std::move(words_);
  }

 private:
  void report_unknown() {
    if (launch_.args == nullptr) return;
    std::vector<std::string> known;
    for (const Parameter& parameter : launch_.description->parameters) known.push_back(parameter.name);
    for (const TomlMember& member : launch_.args->value.members) {
      if (launch_.description->parameter(member.key) != nullptr) continue;
      std::string hint = suggest(member.key, known);
      if (hint.empty()) hint = launch_.info.name + " --help lists them";
      diagnostics_.error(member.key_range, "'" + launch_.info.name + "' has no argument '" + member.key + "'",
                         hint);
    }
  }

  void compile(const Parameter& parameter, const TomlValue& value) {
    std::vector<Filled> items;
    bool is_list = value.is_array();
    if (!fill_items(value, items, is_list)) return;
    if (is_list != parameter.list) {
      diagnostics_.error(
          value.range,
          "'" + parameter.name + "' takes " + (parameter.list ? "a list" : "one value, not a list"),
          parameter.list ? "write it in [ ]" : "");
      return;
    }
    words_.push_back({text_word("--" + parameter.name).parts, parameter.extending, nullptr});
    for (Filled& item : items)
      if (!check_word(item, diagnostics_) || !compile_item(parameter, item)) return;
  }

  /// The items of a list, or the one value. A parameter that is a list becomes its items.
  bool fill_items(const TomlValue& value, std::vector<Filled>& items, bool& is_list) {
    const std::vector<TomlValue> single = {value};
    for (const TomlValue& item : value.is_array() ? value.items : single) {
      auto filled = fill(item, scope_, diagnostics_);
      if (!filled) return false;
      if (!filled->constant || !filled->constant->is_list) {
        items.push_back(*std::move(filled));
        continue;
      }
      is_list = true;
      for (const Scalar& scalar : filled->constant->items)
        items.push_back({scalar_value(scalar), {}, item.range});
    }
    return true;
  }

  bool compile_item(const Parameter& parameter, Filled& item) {
    if (stage_.fanout.broken && !item.constant) return false;
    CompiledWord word = item.constant ? text_word(item.text()) : CompiledWord{item.parts, false, nullptr};
    word.extending = parameter.extending;
    if (!check_item(parameter, item)) return false;
    if (parameter.data && !find_data(parameter, item, word)) return false;
    if (!word.data_files && word.parts.front().text.starts_with("--") && !join_to_flag(parameter, item, word))
      return false;
    words_.push_back(std::move(word));
    return true;
  }

  /// `--flag=--value`: what begins like a flag would be taken for one.
  bool join_to_flag(const Parameter& parameter, const Filled& item, CompiledWord& word) {
    if (parameter.list) {
      diagnostics_.error(item.range, "an item of '" + parameter.name + "' can't begin with '--'",
                         "it would be taken for a flag");
      return false;
    }
    word.parts.front().text.insert(0, words_.back().parts.front().text + "=");
    words_.pop_back();
    return true;
  }

  bool check_item(const Parameter& parameter, const Filled& item) {
    if (item.constant) return report(check_value(parameter, item.constant->items.front()), item, "");
    if (const Part* key = item.alone(Part::Kind::key)) return check_key(parameter, item, key->index);
    switch (parameter.type) {
      case Parameter::Type::text: return true;
      case Parameter::Type::integer:
      case Parameter::Type::real:
      case Parameter::Type::boolean:
        diagnostics_.error(
            item.range,
            "'" + parameter.name + "' has to be " + std::string(type_name(parameter.type)) + ", not a text",
            "a key that stands alone keeps its type");
        return false;
      default: break;
    }
    for (const std::string& text : distinct_texts(stage_.fanout, item.parts))
      if (!report(check_value(parameter, text), item, "")) return false;
    return true;
  }

  bool check_key(const Parameter& parameter, const Filled& item, std::uint32_t key) {
    const Domain& domain = *stage_.fanout.domains[key];
    std::vector<bool> used(domain.values.size(), false);
    for (std::size_t i = 0; i < stage_.fanout.rows; ++i) used[stage_.fanout.row(i)[key]] = true;
    for (std::size_t i = 0; i < used.size(); ++i)
      if (used[i] && !report(check_value(parameter, domain.values[i]), item,
                             "with " + domain.key + "=" + domain.texts[i]))
        return false;
    return true;
  }

  bool report(const Status& status, const Filled& item, const std::string& when) {
    if (status) return true;
    std::string hint = status.error().hint;
    if (!when.empty()) hint = hint.empty() ? when : when + "; " + hint;
    diagnostics_.error(item.range, status.error().what, hint);
    return false;
  }

  bool find_data(const Parameter& parameter, const Filled& item, CompiledWord& word) {
    auto files = std::make_shared<std::unordered_map<std::string, std::string>>();
    const std::vector<std::string> texts =
        item.constant ? std::vector{item.text()} : distinct_texts(stage_.fanout, item.parts);
    for (const std::string& text : texts) {
      const bool is_path = text.find('/') != std::string::npos || text.ends_with(parameter.data->suffix);
      const std::string value = is_path ? absolute_path(join_path(context_.folder, text)) : text;
      auto path = find_data_file(context_.disk, context_.options.data_folders, parameter.data->folder,
                                 parameter.data->suffix, value);
      if (!path) {
        diagnostics_.error(item.range, "'" + parameter.name + "': " + path.error().what, path.error().hint);
        return false;
      }
      files->emplace(text, absolute_path(*path));
    }
    word.data_files = std::move(files);
    return true;
  }

  const StageDraft& stage_;
  const LaunchDraft& launch_;
  LoadContext& context_;
  Diagnostics& diagnostics_;
  Scope scope_;
  std::vector<CompiledWord> words_;
};

}  // namespace

std::vector<CompiledWord> compile_arguments(const StageDraft& stage, const LaunchDraft& launch,
                                            LoadContext& context) {
  return ArgumentCompiler(stage, launch, context).run();
}

}  // namespace sluice::workflow

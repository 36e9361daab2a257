#include "engine/workflow/input_groups.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/workflow/join.h"
#include "engine/workflow/render.h"

namespace sluice::workflow {

namespace {

constexpr std::size_t most_members = 100'000'000;

/// "sample=c, shard=1": what producer and consumer would have to agree in.
std::string shared_keys(const StageDraft& producer, const StageDraft& consumer, std::size_t row) {
  std::string text;
  for (std::size_t key = 0; key < consumer.keys.size(); ++key) {
    const auto has_it = [&](const KeyName& other) { return other.name == consumer.keys[key].name; };
    if (std::none_of(producer.keys.begin(), producer.keys.end(), has_it)) continue;
    const std::string& value = consumer.fanout.domains[key]->texts[consumer.fanout.row(row)[key]];
    text += (text.empty() ? "" : ", ") + consumer.keys[key].name + "=" + value;
  }
  return text;
}

}  // namespace

std::vector<GroupIndex> InputGroups::groups_of(const StageDraft& stage, const InputDraft& input) {
  std::vector<Source> sources;
  for (const InputItem& item : input.items)
    sources.push_back(item.is_file ? file_source(stage, item) : stage_source(stage, input, item));
  if (context_.diagnostics.has_errors()) return std::vector<GroupIndex>(stage.fanout.rows, 0);
  const Source source = sources.size() == 1 ? std::move(sources.front()) : merge(input, sources);

  const auto first_group = static_cast<GroupIndex>(graph_.groups.size());
  const auto first_member = static_cast<std::uint32_t>(graph_.members.size());
  for (std::size_t i = 0; i + 1 < source.begin.size(); ++i)
    graph_.groups.push_back(
        {first_member + source.begin[i], source.begin[i + 1] - source.begin[i], input.is_list});
  graph_.members.insert(graph_.members.end(), source.members.begin(), source.members.end());
  std::vector<GroupIndex> groups = source.set_of;
  for (GroupIndex& group : groups) group += first_group;
  return groups;
}

InputGroups::Source InputGroups::stage_source(const StageDraft& stage, const InputDraft& input,
                                              const InputItem& item) {
  Join joined = join(drafts_[item.producer].fanout, stage.fanout);
  report_lonely(stage, input, item, joined.set_of);
  Source source{std::move(joined.set_of), std::move(joined.begin), {}};
  source.members.reserve(joined.rows.size());
  for (const std::uint32_t row : joined.rows)
    source.members.push_back({first_tasks_[item.producer] + row, item.port});
  return source;
}

void InputGroups::report_lonely(const StageDraft& stage, const InputDraft& input, const InputItem& item,
                                const std::vector<std::uint32_t>& set_of) {
  const auto lonely = std::count(set_of.begin(), set_of.end(), Join::none);
  if (lonely == 0) return;
  const auto row =
      static_cast<std::size_t>(std::find(set_of.begin(), set_of.end(), Join::none) - set_of.begin());
  std::string problem = task_name(stage, row) + " has nothing for its input '" + input.name +
                        "': " + item.stage + " has no task with " +
                        shared_keys(drafts_[item.producer], stage, row);
  if (lonely > 1) problem += " (and " + std::to_string(lonely - 1) + " more tasks have nothing)";
  context_.diagnostics.error(item.range, problem, "keys of the same name must have the same values");
}

InputGroups::Source InputGroups::file_source(const StageDraft& stage, const InputItem& item) {
  Source source;
  source.begin.push_back(0);
  std::unordered_map<std::string, std::uint32_t> sets;
  const bool was_listed =
      item.file.alone(Part::Kind::key_path) != nullptr;  // the pattern has found it just now
  std::string text = item.file.text();
  for (std::size_t row = 0; row < stage.fanout.rows; ++row) {
    if (!item.file.constant) {
      text.clear();
      append_parts(item.file.parts, stage.fanout, row, text);
    }
    const auto [set, is_new] = sets.emplace(text, static_cast<std::uint32_t>(source.members.size()));
    source.set_of.push_back(set->second);
    if (!is_new) continue;
    std::string path = absolute_path(join_path(context_.folder, text));
    if (!was_listed) check_file(path, item);
    const auto [file, is_new_file] = files_.emplace(path, static_cast<std::uint32_t>(graph_.files.size()));
    if (is_new_file) graph_.files.push_back(std::move(path));
    source.members.push_back({no_task, file->second});
    source.begin.push_back(static_cast<std::uint32_t>(source.members.size()));
  }
  return source;
}

void InputGroups::check_file(const std::string& path, const InputItem& item) {
  if (!is_utf8(path) || has_control(path)) {
    context_.diagnostics.error(item.range,
                               "the path '" + path + "' holds a control character or is not UTF-8");
    return;
  }
  const auto stat = context_.disk.stat(path);
  if (!stat) {
    context_.diagnostics.error(item.range, stat.error().what, stat.error().hint);
  } else if (!stat->exists()) {
    std::vector<std::string> names;
    if (const auto entries = context_.disk.list(parent_path(path)); entries)
      for (const FolderEntry& entry : *entries) names.push_back(entry.name);
    const std::string near = nearest(file_name(path), names);
    context_.diagnostics.error(
        item.range, "there is no file " + path,
        near.empty() ? "'file:' is relative to the workflow file" : "did you mean '" + near + "'?");
  }
}

/// Several sources, one after the other: rows that take the same set from each of them share the result.
InputGroups::Source InputGroups::merge(const InputDraft& input, std::span<const Source> sources) {
  Source merged;
  merged.set_of = sources.front().set_of;
  std::size_t count = sources.front().begin.size() - 1;
  for (const Source& source : sources.subspan(1)) {
    PairNumbers numbers(count, source.begin.size() - 1);
    for (std::size_t row = 0; row < merged.set_of.size(); ++row)
      merged.set_of[row] = numbers.number(merged.set_of[row], source.set_of[row]);
    count = numbers.count();
  }
  merged.begin.push_back(0);
  for (std::size_t row = 0; row < merged.set_of.size(); ++row) {
    if (merged.set_of[row] + 1 != merged.begin.size())
      continue;  // numbers are given in order of first appearance
    for (const Source& source : sources) {
      const auto members = source.set(source.set_of[row]);
      if (merged.members.size() + members.size() > most_members) {
        context_.diagnostics.error(input.value_range,
                                   "the tasks' inputs '" + input.name + "' are more than " +
                                       std::to_string(most_members) + " files together",
                                   "gather them in a stage of its own first");
        return merged;
      }
      merged.members.insert(merged.members.end(), members.begin(), members.end());
    }
    merged.begin.push_back(static_cast<std::uint32_t>(merged.members.size()));
  }
  return merged;
}

}  // namespace sluice::workflow

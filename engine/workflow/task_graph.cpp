#include "engine/workflow/task_graph.h"

#include "engine/base/hash.h"
#include "engine/workflow/form.h"

namespace sluice::workflow {

namespace {

/// Puts one task's keys into words.
class WordMaker {
 public:
  WordMaker(std::span<const std::string> keys,
            const std::vector<std::unordered_map<std::string, std::string>>& key_paths)
      : keys_(keys), key_paths_(key_paths) {}

  Word make(const CompiledWord& compiled) const {
    Word word;
    word.extending = compiled.extending;
    for (const Part& part : compiled.parts) {
      if (part.kind == Part::Kind::input || part.kind == Part::Kind::output) {
        const auto kind = part.kind == Part::Kind::input ? Piece::Kind::input : Piece::Kind::output;
        word.pieces.push_back({kind, part.index, {}, {}});
      } else {
        if (word.pieces.empty() || word.pieces.back().kind != Piece::Kind::text) word.pieces.emplace_back();
        word.pieces.back().text += text_of(part);
      }
    }
    if (word.pieces.empty()) word.pieces.emplace_back();
    if (compiled.data_files != nullptr) {
      // The stage gets the path that was found here, so that it reads the very file that is hashed.
      const std::string& path = compiled.data_files->at(word.pieces.front().text);
      word.pieces = {{Piece::Kind::data_file, 0, path, path}};
    }
    return word;
  }

 private:
  const std::string& text_of(const Part& part) const {
    if (part.kind == Part::Kind::key) return keys_[part.index];
    if (part.kind == Part::Kind::key_path) return key_paths_[part.index].at(keys_[part.index]);
    return part.text;
  }

  std::span<const std::string> keys_;
  const std::vector<std::unordered_map<std::string, std::string>>& key_paths_;
};

}  // namespace

std::span<const GroupIndex> TaskGraph::inputs(TaskIndex task) const {
  return {task_groups.data() + group_begin[task], task_groups.data() + group_begin[task + 1]};
}

std::span<const Member> TaskGraph::group_members(GroupIndex group) const {
  return {members.data() + groups[group].first, groups[group].count};
}

std::optional<TaskIndex> TaskGraph::find_task(std::string_view name) const {
  if (name_index_ == nullptr) {
    auto index = std::make_shared<NameIndex>();
    std::size_t size = 16;
    while (size < 2 * names.size()) size *= 2;
    index->slots.assign(size, no_task);
    for (TaskIndex task = 0; task < names.size(); ++task) {
      std::size_t slot = hash64(names[task]) & (size - 1);
      while (index->slots[slot] != no_task) slot = (slot + 1) & (size - 1);
      index->slots[slot] = task;
    }
    name_index_ = std::move(index);
  }
  const std::vector<TaskIndex>& slots = name_index_->slots;
  for (std::size_t slot = hash64(name) & (slots.size() - 1); slots[slot] != no_task;
       slot = (slot + 1) & (slots.size() - 1))
    if (names[slots[slot]] == name) return slots[slot];
  return std::nullopt;
}

const std::string& TaskGraph::output_path(TaskIndex task, std::uint32_t output) const {
  const StageIndex index = stage_of[task];
  const std::size_t row = task - stages[index].first_task;
  return output_paths_[output_begin_[index] + row * stages[index].outputs.size() + output];
}

std::span<const std::string> TaskGraph::key_values(TaskIndex task) const {
  const StageIndex index = stage_of[task];
  const std::size_t keys = stages[index].keys.size();
  const std::size_t row = task - stages[index].first_task;
  return {key_texts_.data() + key_begin_[index] + row * keys, keys};
}

Recipe TaskGraph::recipe(TaskIndex task) const { return fill_in(task, false); }
Recipe TaskGraph::trial_recipe(TaskIndex owner) const { return fill_in(owner, true); }

Recipe TaskGraph::fill_in(TaskIndex task, bool trial) const {
  const Form& form = (*forms_)[stage_of[task]];
  const LaunchForm& launch = trial ? form.trial : form.task;
  const WordMaker maker(key_values(task), form.key_paths);
  Recipe recipe;
  recipe.arguments_file = launch.arguments_file;
  recipe.argv.reserve(launch.argv.size());
  for (const CompiledWord& word : launch.argv) recipe.argv.push_back(maker.make(word));
  for (const auto& [name, word] : launch.env) recipe.env.emplace_back(name, maker.make(word));
  return recipe;
}

}  // namespace sluice::workflow

// A task runs if and only if something that it depends on has changed in content. Random workflows live
// through random changes; somebody who knows nothing of fingerprints keeps the books: for each task, what it
// was last made from, word for word and byte for byte.
#include <gtest/gtest.h>

#include <random>

#include "tests/engine/plan/plan_world.h"

namespace sluice::plan {
namespace {

/// A workflow of stages in layers, written anew after each change.
class RandomWorld : public PlanWorld {
 public:
  explicit RandomWorld(unsigned seed) : random_(seed) {
    for (int i = 0; i < 6; ++i) {
      StageText stage;
      stage.argument = pick(3);
      stage.shards = i % 3 == 2 ? 0 : 1 + pick(3);  // 0: not fanned out
      if (i > 0) stage.reads.push_back(pick(i));
      if (i > 1 && pick(2) == 0) stage.reads.push_back(pick(i));
      if (stage.reads.size() == 2 && stage.reads[0] == stage.reads[1]) stage.reads.pop_back();
      stage.file = pick(3);
      stages_.push_back(stage);
    }
    for (int i = 0; i < 3; ++i) disk.put("/w/file" + std::to_string(i), "old");
    write_workflow();
  }

  /// One change of the world, or one that only looks like it.
  std::string change() {
    StageText& stage = stages_[static_cast<std::size_t>(pick(6))];
    const std::string file = "/w/file" + std::to_string(pick(3));
    const std::string what = change_of(stage, file);
    write_workflow();
    return what;
  }

  /// What must run, by the books; brings them up to date.
  std::string by_the_books() {
    std::string expected;
    for (TaskIndex t = 0; t < graph().task_count(); ++t) {
      const std::string now = made_from(t);
      const bool whole =
          disk.read("/run/" + graph().output_path(t, 0)).value_or("") == results_[graph().names[t]];
      // By the time it is this task's turn, what it reads has been made: the disk already holds the new
      // contents.
      if (books_.contains(graph().names[t]) && books_[graph().names[t]] == now &&
          !damaged_.contains(graph().names[t])) {
        EXPECT_TRUE(whole) << graph().names[t];
        continue;
      }
      expected += (expected.empty() ? "" : " ") + graph().names[t];
      books_[graph().names[t]] = now;
      results_[graph().names[t]] = disk.read("/run/" + graph().output_path(t, 0)).value_or("");
    }
    damaged_.clear();
    return expected;
  }

 private:
  struct StageText {
    int argument = 0;
    int shards = 0;
    int file = 0;
    int coarse = 0;  ///< its result does not depend on its argument
    std::vector<int> reads;
  };

  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
  static std::string name(std::size_t i) { return "s" + std::to_string(i); }

  std::string change_of(StageText& stage, const std::string& file) {
    switch (pick(9)) {
      case 0: stage.argument = pick(3); return "argument";
      case 1: stage.file = pick(3); return "another file";
      case 2: disk.put(file, pick(2) == 0 ? "old" : "new"); return "file content";
      case 3: disk.put(file, *disk.read(file)); return "touched file";
      case 4: stage.shards = stage.shards == 0 ? 0 : 1 + pick(4); return "shards";
      case 5: return damage(true);
      case 6: return damage(false);
      case 7: stage.coarse = 1 - stage.coarse; return "coarse";
      default: return "nothing";
    }
  }

  std::string damage(bool remove) {
    const auto t = static_cast<TaskIndex>(pick(static_cast<int>(graph().task_count())));
    const std::string path = "/run/" + graph().output_path(t, 0);
    if (!disk.stat(path)->exists()) return "nothing";
    if (remove)
      (void)disk.remove_tree(path);
    else
      disk.put(path, "tampered");
    damaged_.insert(graph().names[t]);
    return (remove ? "removed " : "tampered ") + path;
  }

  void write_workflow() {
    std::string text = "sluice = 1\n";
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      const StageText& stage = stages_[i];
      text +=
          "[stage." + name(i) + "]\ncommand = [\"tool\", \"--a\", \"" + std::to_string(stage.argument) + "\"";
      if (stage.coarse == 1) text += ", \"--coarse\"";
      for (const int read : stage.reads) text += ", \"{inputs.in" + std::to_string(read) + "}\"";
      text += ", \"{inputs.file}\", \"{outputs.out}\"]\n";
      if (stage.shards > 0)
        text += "each = { shard" + std::to_string(i) + " = \"1.." + std::to_string(stage.shards) + "\" }\n";
      text += "inputs = { file = \"file:file" + std::to_string(stage.file) + "\"";
      for (const int read : stage.reads)
        text += ", in" + std::to_string(read) + " = \"" + name(static_cast<std::size_t>(read)) + ".out\"";
      text += " }\noutputs = { out = \"" + name(i) +
              (stage.shards > 0 ? "/{shard" + std::to_string(i) + "}" : std::string("/x")) + "\" }\n";
    }
    load(text);
    writes.clear();
    for (TaskIndex t = 0; t < graph().task_count(); ++t)
      if (stages_[static_cast<std::size_t>(graph().stage(t).name[1] - '0')].coarse == 1)
        writes[graph().output_path(t, 0)] = "coarse result";
  }

  /// Words and bytes, without hashes.
  std::string made_from(TaskIndex t) const {
    std::string text;
    for (const auto& word : graph().recipe(t).argv)
      for (const auto& piece : word.pieces) {
        if (piece.kind == workflow::Piece::Kind::text) text += piece.text + "|";
        if (piece.kind != workflow::Piece::Kind::input) continue;
        for (const auto& member : graph().group_members(graph().inputs(t)[piece.index]))
          text += *const_cast<tests::MemoryDisk&>(disk).read(
                      member.task == workflow::no_task
                          ? graph().files[member.index]
                          : "/run/" + graph().output_path(member.task, member.index)) +
                  "|";
      }
    return text;
  }

  std::mt19937 random_;
  std::vector<StageText> stages_;
  std::map<std::string, std::string> books_, results_;
  std::set<std::string> damaged_;
};

TEST(PlanProperty, ATaskRunsIfAndOnlyIfSomethingItDependsOnHasChanged) {
  std::size_t runs = 0, quiet = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    RandomWorld world(seed);
    std::string changes = "from nothing";
    for (int round = 0; round < 25; ++round) {
      const std::string ran = world.run();
      ASSERT_EQ(ran, world.by_the_books()) << "seed " << seed << " round " << round << " after: " << changes;
      ++(ran.empty() ? quiet : runs);
      changes = world.change();
      if (round % 3 == 0) changes += ", " + world.change();
    }
  }
  EXPECT_GT(runs, 300U);
  EXPECT_GT(quiet, 200U);
}

}  // namespace
}  // namespace sluice::plan

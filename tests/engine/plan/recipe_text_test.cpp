#include "engine/plan/recipe_text.h"

#include <gtest/gtest.h>

#include "tests/engine/plan/plan_world.h"

namespace sluice::plan {
namespace {

using workflow::Piece;
using workflow::Recipe;
using workflow::Word;

Word text(const std::string& words) { return {{{Piece::Kind::text, 0, words, ""}}, false}; }

enum class Program { command, stage };

std::string recipe_text(const std::vector<Word>& words, Program program, RecipePart part = RecipePart::all) {
  workflow::Stage stage;
  stage.outputs = {{"events", {}}, {"log", {}}};
  stage.program.name = "/opt/bin/tool";
  stage.program.described = program == Program::stage;
  stage.program.results_version = "3";
  RecipeSources sources;
  sources.stage = &stage;
  sources.program = &stage.program;
  sources.program_hash = {0xdef, 0};
  sources.input_hash = [](std::uint32_t input) { return Hash128{0xabc, input}; };
  sources.data_hash = [](const std::string& path) { return hash_bytes(path); };
  Recipe recipe;
  recipe.argv = words;
  recipe.argv.insert(recipe.argv.begin(), text("tool"));
  std::string out;
  append_command(out, recipe, sources, part);
  return out;
}

/// The lines of a command below the one that names the program.
std::string lines(const std::vector<Word>& words, RecipePart part = RecipePart::all) {
  const std::string whole = recipe_text(words, Program::command, part);
  return whole.substr(whole.find('\n') + 1);
}

TEST(RecipeText, NamesAStageByItsResultsVersionWhereverItLies) {
  EXPECT_EQ(recipe_text({}, Program::stage), "program tool results 3\n");
}

TEST(RecipeText, NamesACommandByItsContentWhereverItLies) {
  EXPECT_EQ(recipe_text({}, Program::command), "program tool {0000000000000def0000000000000000}\n");
}

TEST(RecipeText, KeepsTheOrderOfACommandButNotOfAStage) {
  const std::vector<Word> words = {text("--z"), text("1"), text("--a"), text("2")};
  EXPECT_EQ(lines(words), "--z 1\n--a 2\n");
  EXPECT_EQ(recipe_text(words, Program::stage), "program tool results 3\n--a 2\n--z 1\n");
}

TEST(RecipeText, PutsAFlagAndItsValuesOnOneLine) {
  EXPECT_EQ(lines({text("--events"), text("200"), text("--files"), text("a"), text("b"), text("-v")}),
            "--events 200\n--files a b\n-v\n");
}

TEST(RecipeText, PutsOtherWordsOnLinesOfTheirOwn) {
  EXPECT_EQ(lines({text("a"), text("b"), text("--c"), text("d")}), "a\nb\n--c d\n");
}

TEST(RecipeText, HasContentsInPlaceOfInputsAndNamesInPlaceOfOutputs) {
  EXPECT_EQ(lines({text("--in"),
                   {{{Piece::Kind::input, 1, "", ""}}, false},
                   text("--out"),
                   {{{Piece::Kind::output, 1, "", ""}}, false}}),
            "--in {0000000000000abc0000000000000001}\n"
            "--out {>log}\n");
}

TEST(RecipeText, MixesTextAndContentsInAWord) {
  EXPECT_EQ(lines({{{{Piece::Kind::text, 0, "in=", ""},
                     {Piece::Kind::input, 0, "", ""},
                     {Piece::Kind::text, 0, ":r", ""}},
                    false}}),
            "in={0000000000000abc0000000000000000}:r\n");
}

TEST(RecipeText, CountsADataFileByItsContentAlone) {
  EXPECT_EQ(lines({{{{Piece::Kind::data_file, 0, "clic", "/d/clic.toml"}}, false}}),
            "{" + to_hex(hash_bytes("/d/clic.toml")) + "}\n");
}

TEST(RecipeText, QuotesWhatCouldBeMisread) {
  EXPECT_EQ(lines({text("a b")}), "\"a b\"\n");
  EXPECT_EQ(lines({text("")}), "\"\"\n");
  EXPECT_EQ(lines({text("{>events}")}), "\"{>events}\"\n");
  EXPECT_EQ(lines({text("a\nb\t\"c\"\\")}), "\"a\\x0ab\\x09\\\"c\\\"\\\\\"\n");
  EXPECT_EQ(lines({text("größe=ü")}), "größe=ü\n");
}

/// Two command lines have one text only if they are the same words.
TEST(RecipeText, TellsDifferentCommandsApart) {
  const std::vector<std::vector<Word>> different = {{text("a b")},
                                                    {text("a"), text("b")},
                                                    {text("ab")},
                                                    {text("a"), text(""), text("b")},
                                                    {text("\"a"), text("b\"")},
                                                    {text("-a"), text("b")},
                                                    {text("-a b")},
                                                    {text("-a"), text("-b")},
                                                    {text("-a\nb")},
                                                    {text("-a\\nb")},
                                                    {text("env"), text("A=b")},
                                                    {text("env A=b")},
                                                    {text("{>log}")},
                                                    {{{{Piece::Kind::output, 1, "", ""}}, false}},
                                                    {text("program"), text("tool")},
                                                    {text("trial"), text("-x")},
                                                    {text("\\")},
                                                    {text("\\\\")},
                                                    {text("\"\"")},
                                                    {text("")}};
  std::set<std::string> seen;
  for (const auto& words : different) EXPECT_TRUE(seen.insert(lines(words)).second) << lines(words);
}

TEST(RecipeText, OfTheIdentityLeavesOutWhatOnlyExtendsTheWork) {
  Word flag = text("--epochs"), value = text("40");
  flag.extending = value.extending = true;
  const std::vector<Word> words = {text("--rate"), text("0.1"), flag, value, text("--seed"), text("7")};
  EXPECT_EQ(lines(words), "--rate 0.1\n--epochs 40\n--seed 7\n");
  EXPECT_EQ(lines(words, RecipePart::identity), "--rate 0.1\n--seed 7\n");
}

TEST(RecipeText, KeepsNotesApart) {
  EXPECT_EQ(hashed_part("program a\n-x 1\n\ninput events 12\n"), "program a\n-x 1\n");
  EXPECT_EQ(notes_part("program a\n-x 1\n\ninput events 12\n"), "input events 12\n");
  EXPECT_EQ(hashed_part("program a\n"), "program a\n");
  EXPECT_EQ(notes_part("program a\n"), "");
  EXPECT_EQ(hashed_part("program a\n\n"), "program a\n");
  EXPECT_EQ(notes_part("program a\n\n"), "");
  EXPECT_EQ(hashed_part(""), "");
  EXPECT_EQ(notes_part(""), "");
}

// ---- whole recipes ----

constexpr const char* pipeline = R"(
sluice = 1
[stage.simulate]
program = "sluice-make"
each    = { shard = "1..2" }
args    = { label = "{shard}", detector = "clic", epochs = 7 }
outputs = { events = "sim/{shard}.root" }
[stage.merge]
program = "sluice-merge"
inputs  = { events = "simulate.events" }
args    = { name = "all of them" }
outputs = { dataset = "dataset" }
env     = { B = "2", A = "1" }
[stage.sweep]
program = "sluice-sweep"
inputs  = { dataset = "merge.dataset" }
args    = { trials = 64 }
outputs = { best = "best.toml" }
trials  = { program = "sluice-train", inputs = { dataset = "merge.dataset", config = "file:config.toml" }, args = { loss = "focal" } }
)";

class WholeRecipe : public ::testing::Test, public PlanWorld {
 protected:
  void SetUp() override {
    disk.put("/data/detectors/clic.toml", "radius = 1.5");
    disk.put("/w/config.toml", "rate = 0.1");
    writes = {{"sim/1.root", "one"}, {"sim/2.root", "two"}, {"dataset", "both"}};
    load(pipeline);
    run();
  }
  std::string recipe(const std::string& name) {
    return plan({{}, {}, {}, {name}})->prepare(task(name))->recipe;
  }
};

TEST_F(WholeRecipe, SaysAllThatATaskDependsOn) {
  EXPECT_EQ(recipe("simulate[shard=1]"),
            "program sluice-make results 3\n"
            "--detector {" +
                to_hex(hash_bytes("radius = 1.5")) +
                "}\n"
                "--epochs 7\n"
                "--label 1\n"
                "--output.events {>events}\n"
                "\n"
                "data --detector " +
                to_hex(hash_bytes("radius = 1.5")) +
                " /data/detectors/clic.toml\n"
                "version sluice-make 1.2\n");
}

TEST_F(WholeRecipe, OfAGatherNamesTheFilesInItsNotes) {
  Hasher both;
  both.field(hash_bytes("one"));
  both.field(hash_bytes("two"));
  both.number(2);
  const std::string all = to_hex(both.digest());
  EXPECT_EQ(recipe("merge"),
            "program sluice-merge results 1\n"
            "--input.events {" +
                all +
                "}\n"
                "--name \"all of them\"\n"
                "--output.dataset {>dataset}\n"
                "env A=1\n"
                "env B=2\n"
                "\n"
                "input events " +
                all +
                " 2 files\n"
                " sim/1.root " +
                to_hex(hash_bytes("one")).substr(0, 12) +
                "\n"
                " sim/2.root " +
                to_hex(hash_bytes("two")).substr(0, 12) +
                "\n"
                "version sluice-merge 1.2\n");
}

TEST_F(WholeRecipe, OfASweepHoldsWhatItsTrialsRun) {
  const std::string dataset = to_hex(hash_bytes("both")), config = to_hex(hash_bytes("rate = 0.1"));
  EXPECT_EQ(recipe("sweep"),
            "program sluice-sweep results 1\n"
            "--input.dataset {" +
                dataset +
                "}\n"
                "--output.best {>best}\n"
                "--trials 64\n"
                "trial program sluice-train results 1\n"
                "trial --input.config {" +
                config +
                "}\n"
                "trial --input.dataset {" +
                dataset +
                "}\n"
                "trial --loss focal\n"
                "\n"
                "input dataset " +
                dataset +
                " dataset\n"
                "input config " +
                config +
                " /w/config.toml\n"
                "version sluice-sweep 1\n"
                "version sluice-train 1\n");
}

TEST_F(WholeRecipe, IsWhatTheFingerprintIsTheHashOf) {
  const auto prepared = plan({{}, {}, {}, {"merge"}})->prepare(task("merge"));
  EXPECT_EQ(prepared->fingerprint, hash_bytes(hashed_part(prepared->recipe)));
}

TEST_F(WholeRecipe, AStateFolderSurvivesMoreWorkAndNothingElse) {
  const auto id = [&](const std::string& name) {
    return plan({{}, {}, {}, {name}})->prepare(task(name))->state_id;
  };
  const Hash128 before = id("sweep");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = pipeline;
    changed.replace(changed.find(from), from.size(), to);
    load(changed);
    return id("sweep");
  };
  EXPECT_EQ(with("trials = 64", "trials = 128"), before);
  EXPECT_NE(with("loss = \"focal\"", "loss = \"plain\""), before);
  disk.put("/w/config.toml", "rate = 0.2");
  load(pipeline);
  EXPECT_NE(id("sweep"), before);
}

}  // namespace
}  // namespace sluice::plan

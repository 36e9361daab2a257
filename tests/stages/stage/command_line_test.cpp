#include "stages/stage/command_line.h"

#include <gtest/gtest.h>

#include "engine/base/arguments_file.h"
#include "tests/stages/stage/every_feature.h"
#include "tests/support/memory_disk.h"

namespace sluice::stage {
namespace {

class CommandLineTest : public testing::Test {
 protected:
  ParsedCommandLine parse(const std::vector<std::string>& words) {
    return parse_command_line(table.description(), words, disk);
  }
  EveryFeature bound(const std::vector<std::string>& words) {
    ParsedCommandLine parsed = parse(words);
    EXPECT_EQ(texts(parsed.errors), "");
    find_files(table.description(), parsed.line.values, {"/data"}, disk, parsed.errors);
    EXPECT_EQ(texts(parsed.errors), "");
    for (const std::string& path : parsed.line.values.outputs)
      parsed.line.values.output_paths.push_back({path});
    return table.bind(parsed.line.values);
  }
  /// All errors of a command line, files included.
  std::string errors(const std::vector<std::string>& words) {
    ParsedCommandLine parsed = parse(words);
    if (parsed.errors.empty())
      find_files(table.description(), parsed.line.values, {"/data"}, disk, parsed.errors);
    return texts(parsed.errors);
  }
  static std::string texts(const std::vector<Error>& errors) {
    std::string text;
    for (const Error& error : errors) text += to_string(error) + "\n";
    return text;
  }
  void SetUp() override {
    disk.put("/data/detectors/clic.toml", "clic");
    disk.put("/data/detectors/cld.toml", "cld");
    disk.put("/a.h5", "a");
    disk.put("/b.h5", "b");
    ASSERT_TRUE(disk.make_folders("/folder").ok());
  }

  const Table<EveryFeature> table = every_feature();
  const std::vector<std::string> minimal = {"--input.events",     "/a.h5", "--seed", "3",
                                            "--output.histogram", "h.csv"};
  tests::MemoryDisk disk;
};

std::vector<std::string> operator+(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST_F(CommandLineTest, DefaultsAreTheFieldsOfTheStruct) {
  const EveryFeature options = bound(minimal);
  EXPECT_EQ(options.events, 200);
  EXPECT_EQ(options.energy_gev, 380);
  EXPECT_EQ(options.title, "no title");
  EXPECT_FALSE(options.pileup);
  EXPECT_EQ(options.loss, Loss::focal);
  EXPECT_EQ(options.cache.count, 64'000'000);
  EXPECT_EQ(options.limit.count, 5400);
  EXPECT_EQ(options.layers, (std::vector<std::int64_t>{256, 256, 128}));
  EXPECT_EQ(options.tags, std::vector<std::string>());
  EXPECT_FALSE(options.cut.has_value());
  EXPECT_EQ(options.detector.path, "/data/detectors/clic.toml");
  EXPECT_EQ(options.in_config, "");
  EXPECT_EQ(options.histogram.path, "h.csv");
  EXPECT_FALSE(options.dataset.wanted());
}

TEST_F(CommandLineTest, FlagsFillTheStruct) {
  const EveryFeature options = bound({"--input.events",
                                      "/a.h5",
                                      "/b.h5",
                                      "--output.histogram=h.csv",
                                      "--events=7",
                                      "--energy",
                                      "91.2",
                                      "--title",
                                      "Z -> qq, 50% = half",
                                      "--pileup",
                                      "--loss",
                                      "cross_entropy",
                                      "--magnet",
                                      "dipole",
                                      "--cache",
                                      "1 GiB",
                                      "--limit",
                                      "2 h",
                                      "--layers",
                                      "64",
                                      "32",
                                      "--tags",
                                      "a b",
                                      "",
                                      "-c",
                                      "--cut",
                                      "-0.5",
                                      "--seed",
                                      "9",
                                      "--detector",
                                      "cld",
                                      "--output.dataset",
                                      "d",
                                      "--input.config",
                                      "/folder"});
  EXPECT_EQ(options.in_events, (std::vector<std::string>{"/a.h5", "/b.h5"}));
  EXPECT_EQ(options.events, 7);
  EXPECT_EQ(options.energy_gev, 91.2);
  EXPECT_EQ(options.title, "Z -> qq, 50% = half");
  EXPECT_TRUE(options.pileup);
  EXPECT_EQ(options.loss, Loss::cross_entropy);
  EXPECT_EQ(options.magnet, "dipole");
  EXPECT_EQ(options.cache.count, 1LL << 30);
  EXPECT_EQ(options.limit.count, 7200);
  EXPECT_EQ(options.layers, (std::vector<std::int64_t>{64, 32}));
  EXPECT_EQ(options.tags, (std::vector<std::string>{"a b", "", "-c"}));
  EXPECT_EQ(options.cut, -0.5);
  EXPECT_EQ(options.seed, 9);
  EXPECT_EQ(options.detector.path, "/data/detectors/cld.toml");
  EXPECT_EQ(options.in_config, "/folder");
}

TEST_F(CommandLineTest, ValuesThatLookLikeFlagsAreWrittenBehindAnEqualsSign) {
  EXPECT_EQ(bound(minimal + std::vector<std::string>{"--title=--help"}).title, "--help");
  EXPECT_EQ(bound(minimal + std::vector<std::string>{"--title="}).title, "");
  EXPECT_EQ(bound(minimal + std::vector<std::string>{"--title", "@home"}).title, "@home");
}

TEST_F(CommandLineTest, AListMayBeEmpty) {
  EXPECT_EQ(bound(minimal + std::vector<std::string>{"--layers"}).layers, std::vector<std::int64_t>());
}

TEST_F(CommandLineTest, AllMistakesAreFoundAtOnce) {
  EXPECT_EQ(
      errors({"stray",  "--evnts", "3",        "--events", "0",   "--energy", "380",   "GeV",
              "--loss", "focl",    "--layers", "1",        "two", "--pileup", "maybe", "--threads",
              "0",      "--title", "--cut",    "--seed",   "1",   "--seed",   "2"}),
      "the word 'stray' belongs to no flag\n  write --FLAG VALUE; arguments from a file are @FILE, in front\n"
      "--evnts: there is no such flag\n  did you mean --events?\n"
      "--seed: the flag is given twice\n  a list is written behind one flag: --seed A B C\n"
      "--events: '0' is too small\n  allowed: 1 to 1000000\n"
      "--energy: the flag takes one value, but 2 are given\n  quote a value that holds blanks\n"
      "--title: the flag needs a value\n  a value that begins with -- is written --title=VALUE\n"
      "--pileup: 'maybe' is neither true nor false\n"
      "--loss: 'focl' is not one of the choices\n  did you mean 'focal'? It is one of focal, cross_entropy\n"
      "--layers: 'two' is not a whole number\n  for example 256\n"
      "--cut: the flag needs a value\n  a value that begins with -- is written --cut=VALUE\n"
      "--input.events: the input is missing\n  event files\n"
      "--output.histogram: the output is missing\n  counts, as CSV\n"
      "--threads: '0' is too small\n  allowed: 1 to 4096\n");
}

TEST_F(CommandLineTest, ARequiredParameterIsMissed) {
  EXPECT_EQ(errors({"--input.events", "/a.h5", "--output.histogram", "h"}),
            "--seed: the parameter is missing\n  another seed, other events\n");
}

TEST_F(CommandLineTest, InputsMustBeThereAndOfTheirKind) {
  EXPECT_EQ(
      errors({"--input.events", "/a.h5", "/missing.h5", "/folder", "--seed", "1", "--output.histogram", "h"}),
      "--input.events /missing.h5: there is no such input\n"
      "--input.events /folder: the input has to be a file\n");
}

TEST_F(CommandLineTest, DataFilesAreNamesOrPaths) {
  disk.put("/mine/special.toml", "");
  EXPECT_EQ(bound(minimal + std::vector<std::string>{"--detector", "/mine/special.toml"}).detector.path,
            "/mine/special.toml");
  EXPECT_EQ(bound(minimal + std::vector<std::string>{"--detector", "/mine/special.toml"}).detector.name,
            "special");
  EXPECT_EQ(bound(minimal).detector.name, "clic");
  EXPECT_EQ(errors(minimal + std::vector<std::string>{"--detector", "clik"}),
            "--detector: there is no 'clik' in detectors\n  did you mean 'clic'?\n");
  EXPECT_EQ(errors(minimal + std::vector<std::string>{"--detector", "mine/missing.toml"}),
            "--detector: there is no file 'mine/missing.toml'\n"
            "  write a path that exists, or the name of a file in detectors\n");
}

TEST_F(CommandLineTest, ArgumentsComeFromAFile) {
  disk.put("/args.txt",
           "--input.events\n/a.h5\n# a comment\n\n--title\n\"two\\nlines\"\n--output.histogram\nh.csv\n");
  const EveryFeature options = bound({"@/args.txt", "--seed", "3"});
  EXPECT_EQ(options.title, "two\nlines");
  EXPECT_EQ(options.seed, 3);
  EXPECT_EQ(errors({"@/none.txt"}).substr(0, 10), "/none.txt:");
  disk.put("/bad.txt", "--seed\n\"3\n");
  EXPECT_EQ(errors(std::vector<std::string>{"@/bad.txt"} + minimal),
            "/bad.txt:2: a line that begins with '\"' has to be one JSON string\n"
            "  close the quotes, and write \\\" and \\\\ for quotes and backslashes inside\n");
}

TEST_F(CommandLineTest, TakesAHundredThousandInputs) {
  std::vector<std::string> words = {"--seed", "1", "--output.histogram", "h", "--input.events"};
  for (int i = 0; i < 100'000; ++i) words.emplace_back("/a.h5");
  const ParsedCommandLine parsed = parse(words);
  EXPECT_EQ(texts(parsed.errors), "");
  EXPECT_EQ(parsed.line.values.inputs[0].size(), 100'000U);
}

TEST_F(CommandLineTest, QuestionsAreAnsweredWhateverElseIsWrong) {
  using Request = CommandLine::Request;
  for (const auto& [word, request] :
       std::vector<std::pair<std::string, Request>>{{"--help", Request::help},
                                                    {"-h", Request::help},
                                                    {"--describe", Request::describe},
                                                    {"--version", Request::version}}) {
    const ParsedCommandLine parsed = parse({"--evnts", "0", word});
    EXPECT_EQ(parsed.line.request, request);
    EXPECT_TRUE(parsed.errors.empty());
  }
}

TEST_F(CommandLineTest, FlagsOfTheKit) {
  const ParsedCommandLine parsed =
      parse(minimal + std::vector<std::string>{"--state", "st", "--strict", "--threads", "8"});
  EXPECT_EQ(texts(parsed.errors), "");
  EXPECT_EQ(parsed.line.state_folder, "st");
  EXPECT_TRUE(parsed.line.strict);
  EXPECT_EQ(parsed.line.threads, 8);
}

TEST(CommandLine, OnlyAStageThatKeepsStateKnowsItsFlag) {
  struct Options {};
  const Table<Options> table("sluice-plain", "keeps nothing");
  tests::MemoryDisk disk;
  const std::vector<std::string> words = {"--state", "st", "--strict"};
  const ParsedCommandLine parsed = parse_command_line(table.description(), words, disk);
  ASSERT_EQ(parsed.errors.size(), 2U);
  EXPECT_EQ(to_string(parsed.errors[0]), "--state: there is no such flag");
  EXPECT_EQ(to_string(parsed.errors[1]), "--strict: there is no such flag");
}

}  // namespace
}  // namespace sluice::stage

// Results that change without a new results version fail here: see README.md.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <sstream>

#include "engine/base/describe_stage.h"
#include "engine/base/disk.h"
#include "engine/base/elf_section.h"
#include "engine/base/json.h"
#include "engine/base/process.h"
#include "tests/support/temporary_folder.h"

namespace sluice {
namespace {

const std::string golden_folder = SLUICE_SOURCE_DIR "/tests/stages/golden";

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// "stage version case output" -> hash.
std::map<std::string, std::string> known_results() {
  std::map<std::string, std::string> known;
  std::istringstream lines(*RealDisk().read(golden_folder + "/results.txt"));
  for (std::string line; std::getline(lines, line);)
    if (const auto space = line.rfind(' '); space != std::string::npos && line[0] != '#')
      known[line.substr(0, space)] = line.substr(space + 1);
  return known;
}

std::string results_version(const std::string& stage) {
  const auto said = RealProcesses().capture({SLUICE_BIN_DIR "/" + stage, "--describe"}, 60);
  if (!said) return "(does not start)";
  if (said->exit_code == exit_usage) return "(none)";
  if (const auto carried = elf_section(SLUICE_BIN_DIR "/" + stage, description_section)) {
    EXPECT_EQ(*carried, said->out) << stage << ": what it carries is what it says";
  }
  const auto table = parse_json(said->out, stage);
  return table ? json_string(table->get_object(), "results_version").value_or("(none)") : "(no JSON)";
}

/// Runs a case in a folder of its own; output name -> hash.
std::map<std::string, std::string> run_case(const std::string& stage, const std::string& name, int threads) {
  const tests::TemporaryFolder folder;
  RealDisk disk;
  const std::string source = golden_folder + "/" + stage + "/" + name;
  const auto files = disk.list(source);
  for (const FolderEntry& file : *files)
    EXPECT_TRUE(disk.copy_file(source + "/" + file.name, folder / file.name, false).ok());
  const auto ran = RealProcesses().capture({"/usr/bin/env", "-C", folder.path(), SLUICE_BIN_DIR "/" + stage,
                                            "@args.txt", "--threads", std::to_string(threads)},
                                           120);
  EXPECT_TRUE(ran && ran->exit_code == 0) << (ran ? ran->err : to_string(ran.error()));
  std::map<std::string, std::string> hashes;
  const auto outputs = disk.list(folder / "out");
  if (outputs)
    for (const FolderEntry& output : *outputs)
      hashes[output.name] = to_hex(digest(disk, folder / ("out/" + output.name))->hash);
  return hashes;
}

std::string advice(const std::string& key, const std::string& hash) {
  return "Not meant? Then find out why the results changed. Meant? Then raise results_version in the stage's "
         "table and "
         "add to tests/stages/golden/results.txt:\n" +
         key + " " + hash;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, ResultsOfAVersionNeverChange) {
  const std::string stage = GetParam();
  if (results_version(stage) == "(none)") GTEST_SKIP() << stage << " has no --describe: it makes no results";
  const auto cases = RealDisk().list(golden_folder + "/" + stage);
  ASSERT_TRUE(cases && !cases->empty()) << stage << " has no golden case: see tests/stages/golden/README.md";
  const auto known = known_results();
  const std::string version = results_version(stage);
  for (const FolderEntry& entry : *cases) {
    const auto hashes = run_case(stage, entry.name, 1);
    EXPECT_FALSE(hashes.empty()) << "case " << entry.name << " writes nothing below out/";
    for (const auto& [output, hash] : hashes) {
      const std::string key = stage + " " + version + " " + entry.name + " " + output;
      const auto expected = known.find(key);
      EXPECT_EQ(hash, expected == known.end() ? "(not in results.txt)" : expected->second)
          << "results of " << key << " changed.\n"
          << advice(key, hash);
    }
    EXPECT_EQ(run_case(stage, entry.name, 3), hashes)
        << "the number of threads changes the results of " << stage;
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& parameter) {
  std::string name = parameter.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Stages, Golden, testing::ValuesIn(words_of(STAGE_PROGRAMS)), test_name);

}  // namespace
}  // namespace sluice

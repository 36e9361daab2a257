// The scripts for the shells, run by the shells themselves where they are installed.
#include "engine/cli/completion.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "engine/base/process.h"
#include "engine/cli/verbs.h"
#include "tests/engine/cli/typing.h"
#include "tests/support/report/example_run.h"
#include "tests/support/temporary_folder.h"

namespace sluice::cli {
namespace {

bool have(const std::string& program) { return !find_program(program, std::getenv("PATH")).empty(); }

struct CompletionTest : ::testing::Test {
  tests::TemporaryFolder folder;

  CompletionTest() {
    tests::write_example_run(folder.path(), {.shards = 2}).reset();
    std::ofstream(folder / "flow.toml") << "";
    std::ofstream(folder / "notes.txt") << "";
    std::ofstream(folder / "sluice.bash") << bash_completion(verbs());
    std::ofstream(folder / "_sluice") << zsh_completion(verbs());
    std::ofstream(folder / "sluice.fish") << fish_completion(verbs());
  }

  std::string run(const std::vector<std::string>& argv) {
    const auto answer = RealProcesses().capture(argv, 60);
    if (!answer) return to_string(answer.error());
    return answer->exit_code == 0 ? answer->out
                                  : "exit code " + std::to_string(answer->exit_code) + ": " + answer->err;
  }
  /// What bash offers for this beginning of a line, one a line.
  std::string bash(const std::string& line) {
    return run({"bash", "--norc", "-c",
                "cd \"$1\"; PATH=$2:$PATH; shopt -s extglob; compopt() { :; }; source sluice.bash\n"
                "COMP_LINE=$3; COMP_POINT=${#COMP_LINE}; _sluice; printf '%s\\n' \"${COMPREPLY[@]}\"",
                "bash", folder.path(), SLUICE_BIN_DIR, line});
  }
};

TEST_F(CompletionTest, BashKnowsVerbs) {
  EXPECT_EQ(bash("sluice st"), "status\n");
  EXPECT_EQ(bash("sluice re"), "report\n");
  EXPECT_EQ(bash("sluice help ve"), "version\n");
}

TEST_F(CompletionTest, BashKnowsTheOptionsOfEachVerb) {
  EXPECT_EQ(bash("sluice status --"), "--dir\n--json\n--help\n");
  EXPECT_EQ(bash("sluice logs --f"), "--follow\n");
  EXPECT_EQ(bash("sluice graph --format s"), "svg\n");
  EXPECT_EQ(bash("sluice graph -f d"), "dot\n");
}

TEST_F(CompletionTest, BashKnowsFilesAndFolders) {
  EXPECT_EQ(bash("sluice run fl"), "flow.toml\n");
  EXPECT_EQ(bash("sluice run no"), "\n");
  EXPECT_EQ(bash("sluice report --output no"), "notes.txt\n");
  EXPECT_EQ(bash("sluice status --dir .slu"), ".sluice\n");
}

TEST_F(CompletionTest, BashAsksForTasks) {
  EXPECT_EQ(bash("sluice logs su"), "summary\n");
  EXPECT_EQ(bash("sluice run flow.toml --only tr"), "train\n");
  // readline keeps what stands before the last `=`, and puts the answer behind it
  EXPECT_EQ(bash("sluice logs import[sample=ee_qq_380,shard="), "1]\n2]\n");
  EXPECT_EQ(bash("cd /; sluice logs x"), "\n");
}

TEST_F(CompletionTest, BashAsksInTheFolderThatWasNamed) {
  const tests::TemporaryFolder other;
  tests::write_example_run(other.path(), {.shards = 1}).reset();
  EXPECT_EQ(bash("sluice logs --dir " + other.path() + " import[sample=ee_qq_380,"), "ee_qq_380,shard=1]\n");
}

TEST_F(CompletionTest, ZshReadsItsScript) {
  if (!have("zsh")) GTEST_SKIP() << "zsh is not installed";
  EXPECT_EQ(
      run({"zsh", "-f", "-c",
           "cd \"$1\"; fpath=(. $fpath); autoload -Uz compinit; compinit -u -D; autoload +X "
           "_sluice && "
           "source ./_sluice && whence -w _sluice _sluice_tasks _sluice_verbs && print ${_comps[sluice]}",
           "zsh", folder.path()}),
      "_sluice: function\n_sluice_tasks: function\n_sluice_verbs: function\n_sluice\n");
}

TEST_F(CompletionTest, FishOffersTheSame) {
  if (!have("fish")) GTEST_SKIP() << "fish is not installed";
  const auto fish = [&](const std::string& line) {
    return run({"fish", "--no-config", "-c",
                "cd $argv[1]; set -x PATH $argv[2] $PATH; source sluice.fish; complete -C $argv[3] | string "
                "split -f1 \\t; true",
                folder.path(), SLUICE_BIN_DIR, line});
  };
  EXPECT_EQ(fish("sluice st"), "status\n");
  EXPECT_EQ(fish("sluice logs su"), "summary\n");
  EXPECT_EQ(fish("sluice graph --format s"), "svg\n");
}

TEST(Completion, SaysWhichShellsItKnows) {
  EXPECT_EQ(type({"completion"}).err, "sluice: sluice completion: which shell?\n  known: bash, zsh, fish\n");
  EXPECT_EQ(type({"completion", "bsh"}).err,
            "sluice: sluice completion: there is no completion for 'bsh'\n  did you mean 'bash'?\n");
  EXPECT_EQ(type({"completion", "bash"}).out, bash_completion(verbs()));
}

TEST(Completion, EveryOptionOfEveryVerbIsInEveryScript) {
  for (const Verb& verb : verbs())
    for (const Option& option : verb.options) {
      EXPECT_NE(bash_completion(verbs()).find("--" + option.name), std::string::npos) << option.name;
      EXPECT_NE(zsh_completion(verbs()).find("--" + option.name), std::string::npos) << option.name;
      EXPECT_NE(fish_completion(verbs()).find("-l " + option.name), std::string::npos) << option.name;
    }
}

}  // namespace
}  // namespace sluice::cli

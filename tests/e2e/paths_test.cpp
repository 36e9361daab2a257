// Names as people give them: blanks, quotes, other alphabets, links, and a run folder somewhere else.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "tests/e2e/harness.h"

namespace sluice::tests {
namespace {

constexpr const char* copy = R"toml(sluice = 1
name = "t"
[stage.copy]
command = ["sh", "-c", 'cat "$0" > "$1"; echo copy >> "$(dirname "$0")"/ledger', "{inputs.i}", "{outputs.o}"]
inputs = { i = "file:in.txt" }
outputs = { o = "out/copy of in.txt" }
)toml";

TEST(Paths, ARunFolderWithBlanksQuotesAndOtherLetters) {
  Place place("it's a \"run\" für Ωmega");
  place.write_workflow(copy);
  place.write("in.txt", "text");
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place.read("out/copy of in.txt"), "text");
  EXPECT_EQ(place.sluice({"run"}).code, 0);
  EXPECT_EQ(place.ran("copy"), 1);
}

TEST(Paths, KeysOfAllSorts) {
  Place place;
  place.write_workflow(R"(sluice = 1
name = "t"
[stage.a]
each = { k = ["two words", "it's", "größer", "a=b", "100%"] }
command = ["sh", "-c", 'echo "$0" >> @/ledger; echo "$0" > "$1"', "{k}", "{outputs.o}"]
outputs = { o = "out/{k}" }
[stage.all]
command = ["sh", "-c", 'cat "$@" > "$0"', "{outputs.o}", "{inputs.a}"]
inputs = { a = "a.o" }
outputs = { o = "all" }
)");
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place.read("all"), "two words\nit's\ngrößer\na=b\n100%\n");
  place.forget_ledger();
  EXPECT_EQ(place.sluice({"run", "--force", "a[k=größer]"}).code, 0);
  EXPECT_EQ(place.ledger(), "größer\n");
}

TEST(Paths, AKeyCantLeadOutOfTheRunFolder) {
  Place place("run");
  place.write_workflow(R"(sluice = 1
name = "t"
[stage.a]
each = { k = ["../../escaped"] }
command = ["sh", "-c", 'echo x > "$1"', "{k}", "{outputs.o}"]
outputs = { o = "out/{k}" }
)");
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 65) << answer.err;
  EXPECT_FALSE(place.has("../escaped"));
}

TEST(Paths, ARunFolderThroughALinkIsTheSameRunFolder) {
  Place place;
  place.write_workflow(copy);
  place.write("in.txt", "text");
  std::filesystem::create_directories(place.path("real"));
  std::filesystem::create_symlink(place.path("real"), place.path("link"));
  EXPECT_EQ(place.sluice({"run", "w.toml", "--dir", "link"}).code, 0);
  EXPECT_EQ(place.read("real/out/copy of in.txt"), "text");
  EXPECT_EQ(place.sluice({"run", "w.toml", "--dir", "real"}).code, 0);
  EXPECT_EQ(place.ran("copy"), 1);
}

TEST(Paths, AWorkflowElsewhereAndARunFolderThatIsMade) {
  Place place;
  place.write("project/flows/w.toml", copy);
  place.write("project/flows/in.txt", "text");
  const Answer answer = place.sluice({"run", "project/flows/w.toml", "--dir", "runs/today"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place.read("runs/today/out/copy of in.txt"), "text");
  EXPECT_EQ(place.list("project/flows"), (std::vector<std::string>{"in.txt", "ledger", "w.toml"}))
      << "nothing is left beside the workflow";
  EXPECT_EQ(place.sluice({"run", "--dir", "runs/today"}).code, 0) << "it knows its workflow";
  EXPECT_EQ(place.read("project/flows/ledger"), "copy\n");
}

TEST(Paths, TheWorkflowOfTheLastRunIsFoundFromAnywhere) {
  Place place;
  place.write("project/flows/w.toml", copy);
  place.write("project/flows/in.txt", "text");
  ASSERT_EQ(place.sluice({"run", "project/flows/w.toml", "--dir", "runs/today"}).code, 0);
  place.step_into("runs/today");
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"run"}, {"plan"}, {"explain", "copy"}, {"graph"}, {"clean", "--all", "-n"}}) {
    const Answer answer = place.sluice(words);
    EXPECT_EQ(answer.code, 0) << words.front() << ": " << answer.err;
    EXPECT_EQ(answer.err.find("w.toml"), std::string::npos) << words.front() << ": " << answer.err;
  }
}

TEST(Paths, OutputsGoToAnotherFileSystem) {
  char elsewhere[] = "/dev/shm/sluice-test-XXXXXX";
  Place place;
  struct stat here {};
  struct stat there {};
  if (::mkdtemp(elsewhere) == nullptr || ::stat(elsewhere, &there) != 0 ||
      ::stat(place.path().c_str(), &here) != 0 || here.st_dev == there.st_dev)
    GTEST_SKIP() << "/dev/shm is no other file system here";
  std::filesystem::create_directory_symlink(elsewhere, place.path("out"));
  place.write_workflow(R"toml(sluice = 1
name = "t"
[stage.a]
command = ["sh", "-c", 'echo a >> @/ledger; echo one > "$0"; mkdir "$1"; echo two > "$1"/part', "{outputs.o}", "{outputs.d}"]
outputs = { o = "out/a", d = "out/d" }
[stage.b]
command = ["sh", "-c", 'echo b >> @/ledger; cat "$0" "$1"/part > "$2"', "{inputs.o}", "{inputs.d}", "{outputs.o}"]
inputs = { o = "a.o", d = "a.d" }
outputs = { o = "out/b" }
)toml");
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place.read("out/b"), "one\ntwo\n");
  EXPECT_EQ(place.list("out"), (std::vector<std::string>{"a", "b", "d"})) << "no part is left";
  EXPECT_EQ(place.sluice({"run"}).code, 0);
  EXPECT_EQ(place.ledger(), "a\nb\n");
  EXPECT_EQ(place.sluice({"run", "--force", "a"}).code, 0) << "its outputs are replaced";
  EXPECT_EQ(place.ran("a"), 2);
  EXPECT_EQ(place.read("out/d/part"), "two\n");
  std::filesystem::remove_all(elsewhere);
}

TEST(Paths, AMovedRunFolderKeepsItsResults) {
  Place place;
  place.write_workflow(copy);
  place.write("in.txt", "text");
  EXPECT_EQ(place.sluice({"run", "w.toml", "--dir", "before"}).code, 0);
  std::filesystem::rename(place.path("before"), place.path("after"));
  EXPECT_EQ(place.sluice({"run", "w.toml", "--dir", "after"}).code, 0);
  EXPECT_EQ(place.ran("copy"), 1);
}

}  // namespace
}  // namespace sluice::tests

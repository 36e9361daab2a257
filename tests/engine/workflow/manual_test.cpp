// The examples of docs/workflow.md.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "engine/base/toml.h"
#include "tests/support/workflow/loading.h"

namespace sluice::workflow {
namespace {

std::vector<std::string> examples() {
  std::ifstream file(SLUICE_SOURCE_DIR "/docs/workflow.md");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const std::string fence = "```toml\n";
  std::vector<std::string> found;
  for (std::size_t at = text.find(fence); at != std::string::npos; at = text.find(fence, at + 1)) {
    const std::size_t begin = at + fence.size();
    found.push_back(text.substr(begin, text.find("```", begin) - begin));
  }
  return found;
}

std::string example_with(const std::string& words) {
  for (const std::string& example : examples())
    if (example.find(words) != std::string::npos) return example;
  return "";
}

TEST(Manual, ExamplesAreToml) {
  EXPECT_GE(examples().size(), 8U);
  for (const std::string& example : examples()) {
    Diagnostics diagnostics;
    EXPECT_TRUE(parse_toml(diagnostics.add_source("docs/workflow.md", example), diagnostics))
        << diagnostics.render();
  }
}

TEST(Manual, TheFirstWorkflowIsAWorkflow) {
  Loading loading;
  for (const char* program : {"python3", "sort"})
    loading.disk.put("/usr/bin/" + std::string(program), "", true);
  loading.disk.put("/w/simulate.py", "");
  const auto graph = loading.load(example_with("name   = \"spectrum\""));
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  EXPECT_EQ(loading.diagnostics.render(), "");
  EXPECT_EQ(graph->task_count(), 10U);
  EXPECT_EQ(input_of(*graph, "merge[sample=tt]"), "[sim/tt/1.csv sim/tt/2.csv sim/tt/3.csv sim/tt/4.csv]");
}

TEST(Manual, TheOneOverFilesIsAStage) {
  Loading loading;
  loading.disk.put("/usr/bin/python3", "", true);
  for (const char* file : {"/w/convert.py", "/w/data/run1.root", "/w/data/run2.root"})
    loading.disk.put(file, "");
  const auto graph = loading.load("sluice = 1\n" + example_with("files:data/*.root"));
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  EXPECT_EQ(names_of(*graph), (std::vector<std::string>{"convert[file=run1]", "convert[file=run2]"}));
}

}  // namespace
}  // namespace sluice::workflow

// [report]: the numbers that the report of a run leads with.
#include <gtest/gtest.h>

#include "tests/support/workflow/loading.h"

namespace sluice::workflow {
namespace {

std::string with_report(const std::string& lines) {
  return R"(sluice = 1
[stage.fit]
command = ["tool"]
outputs = { metrics = "m.json" }
[stage.many]
command = ["tool"]
each    = { i = "1..3" }
outputs = { o = "{i}" }
[report.numbers]
)" + lines +
         "\n";
}

TEST(Report, NumbersKeepTheOrderOfTheFile) {
  Loading loading;
  const auto graph = loading.load(
      with_report("\"jets, IQR / median\" = \"fit.metrics:/jets/iqr\"\nloss = \"fit.metrics:/a~1b/0\""));
  ASSERT_TRUE(graph) << loading.diagnostics.render();
  EXPECT_EQ(graph->report_numbers,
            (std::vector<ReportNumber>{{"jets, IQR / median", "fit", "metrics", "/jets/iqr"},
                                       {"loss", "fit", "metrics", "/a~1b/0"}}));
}

TEST(Report, WhatIsWrongIsShownWhereItStands) {
  const auto complaint = [](const std::string& line, const std::string& caret, const std::string& message,
                            const std::string& hint) {
    const std::size_t at = line.rfind(caret);
    EXPECT_EQ(complaints(with_report(line)),
              "/w/flow.toml:10:" + std::to_string(at + 1) + ": error: " + message + "\n  " + line + "\n  " +
                  std::string(at, ' ') + "^" + std::string(caret.size() - 1, '~') + "\n  " + hint +
                  "\n1 error\n");
  };
  const std::string form = "write \"stage.output:/key/key\": a place in the JSON that the stage makes";
  complaint("x = \"fit.metrics\"", "\"fit.metrics\"", "'fit.metrics' names no number in an output of a stage",
            form);
  complaint("x = \"fit.metrics:/\"", "\"fit.metrics:/\"",
            "'fit.metrics:/' names no number in an output of a stage", form);
  complaint("x = 3", "3", "'x' has to be a text, not an integer", form);
  complaint("x = \"fti.metrics:/a\"", "fti", "there is no stage 'fti'", "did you mean 'fit'?");
  complaint("x = \"fit.metric:/a\"", "metric", "stage 'fit' has no output 'metric'",
            "did you mean 'metrics'?");
  complaint("x = \"many.o:/a\"", "many", "stage 'many' has several tasks, and a number comes from one",
            "take it from a stage without 'each' that gathers them");
}

}  // namespace
}  // namespace sluice::workflow

// The examples meet what every executor must.
#include "executors/conformance/conformance.h"

#include <gtest/gtest.h>

#include <string>

#include "executors/external/checks/plugin_checks.h"
#include "executors/external/external_executor.h"
#include "tests/support/temporary_folder.h"

namespace sluice::executors::external {
namespace {

const std::string examples = SLUICE_SOURCE_DIR "/executors/external/examples/";

ExternalConfig config_in(const std::string& work) {
  ExternalConfig config;
  config.folder = work + "/external";
  config.runner_program = SLUICE_BIN_DIR "/sluice-runner";
  config.patience.cancel_again_s = 0.5;
  return config;
}

ExternalConfig pool(const std::string& work) {
  ExternalConfig config = config_in(work);
  config.name = "pool";
  config.command = {examples + "sluice-executor-pool"};
  config.settings = {{"workers", "8", {}}};
  return config;
}

ExternalConfig wrap(const std::string& work) {
  const std::string batch = SLUICE_SOURCE_DIR "/tests/executors/external/mini-batch " + work + "/batch";
  ExternalConfig config = config_in(work);
  config.name = "wrap";
  config.command = {examples + "sluice-executor-wrap"};
  config.settings = {{"submit", batch + " submit $SLUICE_SCRIPT", {}},
                     {"job_id", "job ([0-9]+)", {}},
                     {"status", batch + " status", {}},
                     {"cancel", batch + " cancel $SLUICE_MODE $SLUICE_JOBS", {}},
                     {"poll", "100 ms", {}},
                     {"max_jobs", "16", {}}};
  return config;
}

using MakeConfig = ExternalConfig (*)(const std::string&);

conformance::Subject subject_in(const std::string& work, MakeConfig make_config, std::size_t large_batch) {
  conformance::Subject subject;
  subject.work_folder = work;
  subject.large_batch = large_batch;
  subject.make = [=](boost::asio::io_context& io, EventSink sink) {
    return make_external(io, std::move(sink), make_config(work), nullptr);
  };
  return subject;
}

void expect_passed(const conformance::Outcome& outcome) {
  for (const auto& complaint : outcome.complaints) ADD_FAILURE() << outcome.demand << ": " << complaint;
}

void meet(const std::string& check, MakeConfig make_config, std::size_t large_batch) {
  const tests::TemporaryFolder work;
  expect_passed(conformance::run_check(subject_in(work.path(), make_config, large_batch), check));
}

class ExternalConformance : public testing::TestWithParam<std::string> {};

TEST_P(ExternalConformance, OfThePythonExample) { meet(GetParam(), pool, 200); }
TEST_P(ExternalConformance, OfTheBashExample) { meet(GetParam(), wrap, 20); }

INSTANTIATE_TEST_SUITE_P(AllChecks, ExternalConformance, testing::ValuesIn(conformance::check_names()),
                         [](const auto& check) { return check.param; });

void meet_as_plugin(const std::string& name, MakeConfig make_config) {
  const tests::TemporaryFolder work;
  for (const auto& check : plugin_checks(make_config(work.path())))
    if (check.name == name)
      expect_passed(conformance::run_check(subject_in(work.path(), make_config, 1), check));
}

std::vector<std::string> plugin_check_names() {
  std::vector<std::string> names;
  for (const auto& check : plugin_checks({})) names.push_back(check.name);
  return names;
}

class PluginConformance : public testing::TestWithParam<std::string> {};

TEST_P(PluginConformance, OfThePythonExample) { meet_as_plugin(GetParam(), pool); }
TEST_P(PluginConformance, OfTheBashExample) { meet_as_plugin(GetParam(), wrap); }

INSTANTIATE_TEST_SUITE_P(AllChecks, PluginConformance, testing::ValuesIn(plugin_check_names()),
                         [](const auto& check) { return check.param; });

}  // namespace
}  // namespace sluice::executors::external

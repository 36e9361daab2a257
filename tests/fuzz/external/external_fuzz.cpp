// Whatever a plug-in writes: the executor neither crashes nor believes it. Three attempts are in its hands
// while the input arrives in two pieces; each may end at most once, and never with evidence that the plug-in
// made up.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string_view>

#include "executors/external/core.h"
#include "tests/support/temporary_folder.h"

namespace {

using namespace sluice;                       // NOLINT: one file, one purpose
using namespace sluice::executors;            // NOLINT
using namespace sluice::executors::external;  // NOLINT

void check(bool fine) {
  if (!fine) std::abort();
}

struct Judge {
  std::map<Token, int> ends;

  void hear(std::vector<Event> events) {
    for (const auto& event : events) {
      if (const auto* finished = std::get_if<Finished>(&event)) {
        check(!finished->record.has_value());
        check(++ends[finished->token] == 1);
      }
      if (const auto* rejected = std::get_if<Rejected>(&event)) check(++ends[rejected->token] == 1);
    }
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tests::TemporaryFolder folder;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  RealDisk disk;
  RealClock clock;
  RealProcesses processes;
  ExternalConfig config;
  config.name = "fuzz";
  config.command = {"/bin/false"};
  config.folder = folder / "roster";
  Core core(config, {disk, clock, processes});
  core.started();
  core.received(
      "{\"event\":\"hello\",\"proto\":1,\"name\":\"f\"}\n{\"event\":\"ready\",\"evidence\":\"none\"}\n");
  check(core.introduced());

  std::vector<AttemptSpec> attempts(3);
  for (const char* token : {"a", "b", "c"}) {
    AttemptSpec& attempt = attempts[static_cast<std::size_t>(token[0] - 'a')];
    attempt.token = token;
    attempt.folder = folder / "attempt";
    attempt.log = folder / "log";
    attempt.argv = {"/bin/true"};
  }
  core.submit(attempts);
  Judge judge;
  core.received(bytes.substr(0, size / 2));
  judge.hear(core.take_events());
  core.cancel(std::vector<Token>{"b"}, CancelMode::term);
  core.received(bytes.substr(size / 2));
  core.muttered(bytes);
  core.on_time();
  judge.hear(core.take_events());
  core.ended("exit code 1");
  core.on_time();
  judge.hear(core.take_events());
  return 0;
}

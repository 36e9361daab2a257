// What an attempt costs through the local executor, against the floor of the same machine in the same minute:
// the same program started by vfork and waited for, with as many in flight. Usage: bench_local_spawn [COUNT
// [PROGRAM]]
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "executors/local/local_executor.h"
#include "executors/runner/spawn.h"

namespace {

using namespace sluice;             // NOLINT: a program's edge
using namespace sluice::executors;  // NOLINT

constexpr int in_flight = 2;

double now_s() { return static_cast<double>(RealClock().mono_ns()) / static_cast<double>(ns_per_s); }

double floor_s(const std::string& program, int count, const std::string& folder) {
  Launch launching;
  launching.program = program;
  launching.argv = {program};
  launching.folder = folder;
  launching.log_fd = STDOUT_FILENO;
  launching.null_fd = STDIN_FILENO;
  const double begin = now_s();
  int running = 0;
  for (int started = 0; started < count || running > 0;) {
    if (started < count && running < in_flight) {
      launch(launching);
      ++started;
      ++running;
    } else {
      rusage usage{};
      ::wait4(-1, nullptr, 0, &usage);
      --running;
    }
  }
  return now_s() - begin;
}

struct Fan {
  double seconds = 0;
  double driver_cpu_s = 0;
};

/// All at once, as a fan-out; or one after the other's end, as a chain.
Fan run_attempts(const std::string& program, int count, const std::string& work, bool chain) {
  RealDisk disk;
  boost::asio::io_context io;
  int finished = 0;
  std::unique_ptr<Executor> executor;
  std::vector<AttemptSpec> attempts;
  const auto sink = [&](const std::vector<Event>& events) {
    for (const auto& event : events) {
      if (!std::holds_alternative<Finished>(event)) continue;
      ++finished;
      if (chain && finished < count)
        executor->submit(std::span(attempts).subspan(static_cast<std::size_t>(finished), 1));
    }
    if (finished == count) io.stop();
  };
  LocalConfig config;
  config.runners_folder = work + "/runners";
  config.cpu_slots = in_flight;
  config.runner_program = join_path(parent_path(own_program_folder()), "sluice-runner");
  auto made = make_local(io, sink, config);
  if (!made) {
    std::fprintf(stderr, "%s\n", to_string(made.error()).c_str());
    std::exit(exit_io);
  }
  executor = std::move(*made);
  for (int i = 0; i < count; ++i) {
    AttemptSpec attempt;
    attempt.token = "bench/" + std::string(chain ? "chain" : "fan") + "[i=" + std::to_string(i) + "]/1";
    attempt.folder = work + "/" + std::to_string(i);
    attempt.log = attempt.folder + ".log";
    attempt.argv = {program};
    attempts.push_back(std::move(attempt));
    static_cast<void>(disk.make_folders(attempts.back().folder));
  }
  const double begin = now_s();
  const double cpu_begin = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
  executor->submit(chain ? std::span(attempts).first(1) : std::span(attempts));
  io.run();
  const Fan fan{now_s() - begin, static_cast<double>(std::clock()) / CLOCKS_PER_SEC - cpu_begin};
  executor->shutdown(ShutdownMode::detach);
  return fan;
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 10'000;
  const std::string program = argc > 2 ? argv[2] : "/bin/true";
  RealDisk disk;
  const std::string work = "/tmp/sluice-bench-" + std::to_string(::getpid());
  static_cast<void>(disk.make_folders(work));
  const double floor = floor_s(program, count, work);
  const Fan fan = run_attempts(program, count, work, false);
  const Fan chain = run_attempts(program, count, work, true);
  const double floor_again = floor_s(program, count, work);
  static_cast<void>(disk.remove_tree(work));
  const double each = 1000.0 / count;
  const double floor_ms = (floor + floor_again) / 2 * each;
  std::printf("%d x %s, %d in flight\n", count, program.c_str(), in_flight);
  std::printf("  vfork and wait        %.3f ms (before %.3f, after %.3f)\n", floor_ms, floor * each,
              floor_again * each);
  std::printf("  local executor, fan   %.3f ms, %.2f x the floor; driver CPU %.3f ms\n", fan.seconds * each,
              fan.seconds * each / floor_ms, fan.driver_cpu_s * each);
  std::printf("  local executor, chain %.3f ms, driver CPU %.3f ms\n", chain.seconds * each,
              chain.driver_cpu_s * each);
  std::printf(R"({"bench":"local_spawn","count":%d,"floor_ms":%.4f,"fan_ms":%.4f,"chain_ms":%.4f})"
              "\n",
              count, floor_ms, fan.seconds * each, chain.seconds * each);
  return 0;
}

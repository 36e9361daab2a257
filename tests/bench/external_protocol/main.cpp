// What the protocol of plug-ins costs: attempts handed to a plug-in that starts nothing (the Python example
// with --null) and heard to have finished, in batches as the engine hands them over. The floor is the same
// plug-in fed the same request lines through the same pipes by a loop that only counts what comes back.
// Usage: bench_external_protocol PLUGIN [COUNT]
#include <poll.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/disk.h"
#include "executors/attempt_json.h"
#include "executors/external/external_executor.h"
#include "executors/external/plugin_process.h"

namespace {

using namespace sluice;                       // NOLINT: a program's edge
using namespace sluice::executors;            // NOLINT
using namespace sluice::executors::external;  // NOLINT

constexpr std::size_t batch = 1000;

double now_s() { return static_cast<double>(RealClock().mono_ns()) / static_cast<double>(ns_per_s); }

void give_up(const Error& error) {
  std::fprintf(stderr, "%s\n", to_string(error).c_str());
  std::exit(exit_io);
}

std::vector<AttemptSpec> attempts_in(const std::string& work, std::size_t count) {
  std::vector<AttemptSpec> attempts(count);
  for (std::size_t i = 0; i < count; ++i) {
    attempts[i].token = "20260101-000000-abcd/work[i=" + std::to_string(i) + "]/1";
    attempts[i].group = "work";
    attempts[i].folder = work + "/.sluice/attempts/work/i=" + std::to_string(i) + ".1";
    attempts[i].log = attempts[i].folder + "/log.txt";
    attempts[i].argv = {"/usr/bin/touch", "out/" + std::to_string(i)};
  }
  return attempts;
}

struct Measured {
  double seconds = 0;
  double engine_cpu_s = 0;
};

Measured through_executor(const std::vector<std::string>& plugin, const std::string& work,
                          std::size_t count) {
  boost::asio::io_context io;
  std::size_t finished = 0;
  ExternalConfig config;
  config.name = "null";
  config.command = plugin;
  config.folder = work + "/external";
  config.runner_program = "/nowhere";
  auto executor = make_external(
      io,
      [&](const std::vector<Event>& events) {
        for (const auto& event : events) finished += std::holds_alternative<Finished>(event) ? 1U : 0U;
        if (finished == count) io.stop();
      },
      config, nullptr);
  if (!executor) give_up(executor.error());
  const auto hello = (*executor)->hello();
  if (!hello) give_up(hello.error());
  const auto attempts = attempts_in(work, count);
  const double begin = now_s();
  const std::clock_t cpu_begin = std::clock();
  for (std::size_t i = 0; i < count; i += batch)
    (*executor)->submit(std::span(attempts).subspan(i, std::min(batch, count - i)));
  io.run();
  const Measured measured{now_s() - begin, static_cast<double>(std::clock() - cpu_begin) / CLOCKS_PER_SEC};
  (*executor)->shutdown(ShutdownMode::detach);
  return measured;
}

std::size_t times_in(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + word.size()))
    ++count;
  return count;
}

/// Tells it `requests` and reads until it has said `word` so many times.
void talk(PluginProcess& process, std::string_view requests, std::string_view word, std::size_t times) {
  std::string heard;
  for (std::size_t count = 0; count < times;) {
    std::array<pollfd, 2> channels{
        {{process.output(), POLLIN, 0}, {requests.empty() ? -1 : process.input(), POLLOUT, 0}}};
    ::poll(channels.data(), channels.size(), -1);
    requests.remove_prefix(process.write(requests).value_or(requests.size()));
    if (!PluginProcess::read(process.output(), heard)) give_up({"the plug-in has ended", "", ""});
    const std::size_t whole = heard.rfind('\n');  // words of a line that is not whole are counted later
    if (whole == std::string::npos) continue;
    count += times_in(std::string_view(heard).substr(0, whole), word);
    heard.erase(0, whole);
  }
}

double plugin_alone(const std::vector<std::string>& plugin, const std::string& work, std::size_t count) {
  PluginProcess process;
  if (auto started = process.start(plugin, work); !started) give_up(started.error());
  talk(process,
       R"({"do":"hello","id":1,"proto":[1]})"
       "\n"
       R"({"do":"configure","id":2,"name":"null","config":{"workers":1},"folder":"/","beat_s":10})"
       "\n",
       "\"ready\"", 1);
  std::string requests;
  const auto attempts = attempts_in(work, count);
  for (std::size_t i = 0; i < count; i += batch) {
    json::array items;
    for (std::size_t k = i; k < std::min(count, i + batch); ++k) items.push_back(to_json(attempts[k]));
    requests +=
        json::serialize(json::object{{"do", "submit"}, {"id", 3 + i}, {"attempts", std::move(items)}}) + "\n";
  }
  const double begin = now_s();
  talk(process, requests, "\"finished\"", count);
  return now_s() - begin;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_external_protocol PLUGIN [COUNT]\n");
    return exit_usage;
  }
  const std::vector<std::string> plugin = {absolute_path(argv[1]), "--null"};
  const std::size_t count = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 100'000;
  const std::string work = "/tmp/sluice-bench-" + std::to_string(::getpid());
  RealDisk disk;
  static_cast<void>(disk.make_folders(work));
  const double floor_s = plugin_alone(plugin, work, count);
  const Measured seen = through_executor(plugin, work, count);
  static_cast<void>(disk.remove_tree(work));
  const auto rate = [count](double seconds) { return static_cast<double>(count) / seconds; };
  std::printf("%zu attempts, submitted and finished, in batches of %zu\n", count, batch);
  std::printf("  the plug-in alone     %8.0f a second\n", rate(floor_s));
  std::printf("  through the executor  %8.0f a second, %.2f x the plug-in alone; driver CPU %.1f us each\n",
              rate(seen.seconds), seen.seconds / floor_s,
              seen.engine_cpu_s * 1e6 / static_cast<double>(count));
  std::printf(
      R"({"bench":"external_protocol","count":%zu,"per_s":%.0f,"plugin_alone_per_s":%.0f,"cpu_us":%.2f})"
      "\n",
      count, rate(seen.seconds), rate(floor_s), seen.engine_cpu_s * 1e6 / static_cast<double>(count));
  return 0;
}

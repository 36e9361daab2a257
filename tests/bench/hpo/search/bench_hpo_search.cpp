// How good and how fast the searchers are: regret after 100 trials on five functions, beside the quartiles
// measured for other programs (../shared/hpo/baselines_functions.jsonl), and the time of one suggestion.
//
//   bench_hpo_search regret [SEARCHER [FUNCTION [SEEDS [PENDING]]]]
//   bench_hpo_search latency
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <string>

#include "engine/base/disk.h"
#include "engine/base/json.h"
#include "stages/hpo/gp/gp.h"
#include "stages/hpo/search/evolution.h"
#include "stages/hpo/search/plain.h"
#include "stages/hpo/tpe/density.h"
#include "stages/hpo/tpe/tpe.h"
#include "tests/stages/hpo/support/functions.h"
#include "tests/stages/hpo/support/reference.h"

namespace {

using namespace sluice;
using namespace sluice::hpo;

using Make = std::function<std::unique_ptr<Searcher>(const Space&)>;
struct Candidate {
  std::string name;
  std::string peer;  ///< what the same method is called in the baselines
  Make make;
};

std::vector<Candidate> candidates() {
  return {{"gp", "gp", [](const Space& space) { return make_gp(space); }},
          {"tpe", "tpe", [](const Space& space) { return make_tpe(space); }},
          {"cma", "cmaes", [](const Space& space) { return make_cma(space); }},
          {"sobol", "qmc", [](const Space& space) { return make_sobol(space); }},
          {"bohb", "", [](const Space& space) { return make_bohb(space); }}};
}

struct Peer {
  double median = 1e300;
  double upper = 1e300;
  std::string version;
};

/// The best peer (by median) with the same method on this function.
Peer best_peer(const std::string& method, const std::string& function) {
  Peer best;
  RealDisk disk;
  const auto text = disk.read(reference_path("baselines_functions.jsonl"));
  if (!text) return best;
  std::size_t begin = 0;
  while (begin < text->size()) {
    const std::size_t end = text->find('\n', begin);
    const auto row = parse_json(text->substr(begin, end - begin), "baselines");
    begin = end + 1;
    if (!row) continue;
    const auto& object = row->as_object();
    if (json_string(object, "s") != method || json_string(object, "f") != function) continue;
    const double median = json_double(object, "med100").value_or(1e300);
    if (median < best.median)
      best = {median, json_double(object, "q75_100").value_or(1e300), json_string(object, "v").value_or("")};
  }
  return best;
}

/// CPU time: the machine may have other work.
double cpu_s() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

void regret(const Candidate& candidate, const TestFunction& function, std::uint64_t seeds,
            std::size_t pending) {
  const auto searcher = candidate.make(function.space);
  constexpr std::size_t trials = 100;
  const double begin = cpu_s();
  std::vector<double> best;
  for (std::uint64_t seed = 0; seed < seeds; ++seed)
    best.push_back(best_loss(run_study(*searcher, function, seed, trials + pending, pending)));
  std::sort(best.begin(), best.end());
  const auto at = [&](double q) {
    return best[static_cast<std::size_t>(q * static_cast<double>(best.size() - 1) + 0.5)];
  };
  const Peer peer = best_peer(candidate.peer, function.name);
  std::printf(
      "%-6s %-12s pending %zu  median %.5g  quartiles %.5g %.5g  peer %s median %.5g upper %.5g  %s  %.1f ms "
      "a trial\n",
      candidate.name.c_str(), function.name.c_str(), pending, at(0.5), at(0.25), at(0.75),
      peer.version.c_str(), peer.median, peer.upper,
      at(0.5) <= peer.median  ? "better"
      : at(0.5) <= peer.upper ? "met"
                              : "MISSED",
      1e3 * (cpu_s() - begin) / static_cast<double>(seeds * trials));
  std::fflush(stdout);
}

/// Eight parameters of mixed kinds, as a real network has them.
Space mixed_space() {
  Space space;
  const auto add = [&](Kind kind, double low, double high, bool log) {
    Parameter parameter;
    parameter.name = "p" + std::to_string(space.parameters.size());
    parameter.kind = kind;
    parameter.low = low;
    parameter.high = high;
    parameter.log = log;
    parameter.step = kind == Kind::integer ? 1 : 0;
    if (kind == Kind::choice || kind == Kind::ordinal) parameter.values = {8, 16, 32, 64, 128};
    space.parameters.push_back(parameter);
  };
  add(Kind::real, 1e-6, 3e-2, true);
  add(Kind::real, 1e-6, 1e-1, true);
  add(Kind::real, 0, 0.5, false);
  add(Kind::integer, 0, 4, false);
  add(Kind::integer, 0, 4, false);
  add(Kind::ordinal, 0, 0, false);
  add(Kind::integer, 8, 256, true);
  add(Kind::choice, 0, 0, false);
  return space;
}

void latency(const Candidate& candidate, std::size_t n, std::size_t pending) {
  const Space space = mixed_space();
  std::vector<Observation> history;
  for (std::size_t i = 0; i < n + pending; ++i) {
    const auto number = static_cast<std::int64_t>(i);
    Draws draws(1, i, Purpose::sample);
    const Point point = *draw_point(space, draws);
    history.push_back({number, point, i < n ? TrialState::finished : TrialState::running, {}});
    if (i < n)
      history.back().measures = {
          {1, std::log(point[0] / 1e-3) * std::log(point[0] / 1e-3) + point[3] + point[2]}};
  }
  const auto searcher = candidate.make(space);
  std::vector<double> times;
  const int repeats = n >= 1000 ? 5 : 15;
  for (int i = 0; i < repeats; ++i) {
    const double begin = cpu_s();
    suggest_distinct(*searcher, space,
                     {static_cast<std::uint64_t>(i), static_cast<std::int64_t>(history.size()), history, 0});
    times.push_back(1e3 * (cpu_s() - begin));
  }
  std::sort(times.begin(), times.end());
  std::printf("%-6s ask, n = %zu, %zu pending: median %.2f ms, best %.2f ms\n", candidate.name.c_str(), n,
              pending, times[times.size() / 2], times.front());
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto word = [&](std::size_t i) { return i < words.size() ? words[i] : std::string(); };
  if (word(0) == "latency") {
    for (const Candidate& candidate : candidates())
      for (const auto& [n, pending] :
           {std::pair<std::size_t, std::size_t>{100, 0}, {100, 8}, {1000, 0}, {1000, 8}})
        latency(candidate, n, pending);
    return 0;
  }
  const std::uint64_t seeds = word(3).empty() ? 20 : std::stoul(word(3));
  const std::size_t pending = word(4).empty() ? 0 : std::stoul(word(4));
  for (const Candidate& candidate : candidates())
    for (const TestFunction& function : test_functions())
      if ((word(1).empty() || word(1) == candidate.name) && (word(2).empty() || word(2) == function.name))
        regret(candidate, function, seeds, pending);
}

// What schedulers decide and what they cost: reports a second, replay of a journal, ASHA by promotion against
// the stopping rule on 296 real learning curves, Swift-Hyperband against Hyperband, and the QSVR table.
//
//   bench_hpo_schedule [reports | replay | asha | swift | qsvr]...
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <map>
#include <queue>
#include <string>

#include "stages/hpo/predict/qsvr.h"
#include "stages/hpo/predict/swift.h"
#include "stages/hpo/schedule/asha.h"
#include "stages/hpo/schedule/halving.h"
#include "stages/hpo/schedule/stopping.h"
#include "stages/hpo/study/journal.h"
#include "tests/stages/hpo/support/protocol.h"

namespace {

using namespace sluice;
using namespace sluice::hpo;

double cpu_s() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

void reports_of(const char* name, Scheduler& scheduler) {
  constexpr std::int64_t trials = 10'000;
  std::int64_t reports = 0;
  const double begin = cpu_s();
  std::int64_t fresh = 0;
  while (auto job = scheduler.next(fresh < trials ? std::optional(fresh) : std::nullopt)) {
    fresh += job->fresh ? 1 : 0;
    Draws draws(1, static_cast<std::uint64_t>(job->trial), Purpose::sample);
    const double level = draws.uniform();
    std::int64_t until = job->until;
    for (std::int64_t step = job->from + 1; step <= until; ++step) {
      const Verdict verdict = scheduler.report(job->trial, step, level + 1.0 / static_cast<double>(step));
      ++reports;
      if (verdict.advice == Advice::go_on) until = verdict.until;
    }
  }
  std::printf("%-10s 10,000 trials to at most 100 steps: %.2g reports a second\n", name,
              static_cast<double>(reports) / (cpu_s() - begin));
}

void reports() {
  Asha asha({1, 100, 3});
  reports_of("asha", asha);
  for (const auto& [name, rule] :
       {std::pair("ray", StopRule::ray), {"syne", StopRule::syne}, {"optuna", StopRule::optuna}}) {
    Stopping stopping({1, 100, 3, rule, 1, 1, 0});
    reports_of(name, stopping);
  }
  Stopping everything({100, 100, 3, StopRule::ray, 1, 1, 0});
  reports_of("no rung", everything);
}

StudySettings big_study() {
  StudySettings settings;
  settings.trials = 1'000'000;
  settings.parallel = 64;
  settings.search.method = SearchMethod::random;
  settings.schedule = {};
  settings.schedule.method = ScheduleMethod::asha;
  settings.schedule.most = 81;
  for (const char* name : {"lr", "dropout", "decay"}) {
    Parameter parameter;
    parameter.name = name;
    settings.space.parameters.push_back(parameter);
  }
  return settings;
}

/// A million events, written without asking a searcher (whose check for duplicates is not what is measured).
void replay_journal() {
  constexpr std::size_t events = 1'000'000;
  const StudySettings settings = big_study();
  const std::string head = journal_head(settings, "text");
  std::string journal = head;
  Study study(settings);
  for (std::size_t i = 0; i < events; i += 2) {
    Draws draws(1, i, Purpose::sample);
    const auto work = study.next_known({draws.uniform(), draws.uniform(), draws.uniform()});
    journal += journal_line(settings.space, *work);
    WorkResult result;
    result.curve = {{work->job.until, draws.uniform()}};
    journal += journal_line(work->number, result);
    study.result(work->number, std::move(result));
  }
  const double begin = cpu_s();
  Study again(settings);
  const auto replayed = replay(again, head, journal, "journal.jsonl");
  std::printf("replay of %zu events, %.0f MB: %.2f s%s\n", events, 1e-6 * static_cast<double>(journal.size()),
              cpu_s() - begin, replayed ? "" : (" FAILED: " + to_string(replayed.error())).c_str());
}

/// Four workers, an epoch a unit of time; the best loss that anybody has seen after `budget` epochs.
double best_after(Scheduler& scheduler, const std::vector<Training>& trainings, std::uint32_t seed,
                  std::int64_t budget) {
  const auto order = numpy_permutation(seed, trainings.size());
  struct Running {
    std::int64_t trial, step, until;
  };
  std::vector<Running> workers;
  double best = worst_loss;
  std::int64_t fresh = 0;
  for (std::int64_t epochs = 0; epochs < budget;) {
    while (workers.size() < 4) {
      const auto more =
          fresh < static_cast<std::int64_t>(trainings.size()) ? std::optional(fresh) : std::nullopt;
      const auto job = scheduler.next(more);
      if (!job) break;
      fresh += job->fresh ? 1 : 0;
      workers.push_back({job->trial, job->from, job->until});
    }
    if (workers.empty()) break;
    std::vector<Running> still;
    for (Running worker : workers) {
      if (epochs++ >= budget) break;
      const double loss = trainings[order[static_cast<std::size_t>(worker.trial)]]
                              .losses[static_cast<std::size_t>(worker.step++)];
      best = std::min(best, loss);
      const Verdict verdict = scheduler.report(worker.trial, worker.step, loss);
      if (verdict.advice != Advice::go_on) continue;
      worker.until = verdict.until;
      still.push_back(worker);
    }
    workers = std::move(still);
  }
  return best;
}

void asha_on_curves() {
  const auto trainings = mlpf_trainings();
  double least = worst_loss;
  for (const Training& training : trainings)
    for (const double loss : training.losses) least = std::min(least, loss);
  constexpr std::uint32_t seeds = 1000;
  for (const std::int64_t budget : {500, 1000, 2000}) {
    double sums[3] = {0, 0, 0};
    double difference = 0;
    double squares = 0;
    for (std::uint32_t seed = 0; seed < seeds; ++seed) {
      Asha promotion({1, 100, 4});
      Stopping stopping({1, 100, 4, StopRule::ray, 1, 1, 0});
      Stopping production({10, 100, 4, StopRule::ray, 1, 1, 0});
      const double a = best_after(promotion, trainings, seed, budget) - least;
      const double b = best_after(stopping, trainings, seed, budget) - least;
      const double c = best_after(production, trainings, seed, budget) - least;
      sums[0] += a / seeds;
      sums[1] += b / seeds;
      sums[2] += c / seeds;
      difference += (b - a) / seeds;
      squares += (b - a) * (b - a) / seeds;
    }
    const double error = std::sqrt((squares - difference * difference) / seeds);
    std::printf(
        "asha on 296 curves, 4 workers, %4ld epochs, %u seeds: regret %.3f by promotion, %.3f by stopping, "
        "%.3f with "
        "a grace of 10; better by %.1f sigma\n",
        static_cast<long>(budget), seeds, sums[0], sums[1], sums[2], difference / error);
  }
}

void swift_on_curves() {
  const auto trainings = mlpf_trainings();
  const auto brackets = hyperband_brackets(100, 1, 2, BracketRule::jmlr);
  constexpr std::uint32_t seeds = 200;
  double epochs = 0;
  double squares = 0;
  int same = 0;
  const double begin = cpu_s();
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    const auto order = numpy_permutation(seed, trainings.size());
    double best[2] = {worst_loss, worst_loss};
    double spent[2] = {0, 0};
    Swift swift(brackets);
    Halving hyperband(brackets);
    Scheduler* const both[2] = {&swift, &hyperband};
    for (int k = 0; k < 2; ++k) {
      std::int64_t fresh = 0;
      while (auto job = both[k]->next(fresh)) {
        fresh += job->fresh ? 1 : 0;
        std::int64_t until = job->until;
        for (std::int64_t step = job->from + 1; step <= until; ++step, ++spent[k]) {
          const double loss = trainings[order[static_cast<std::size_t>(job->trial)]]
                                  .losses[static_cast<std::size_t>(step - 1)];
          if (step == 100) best[k] = std::min(best[k], loss);
          const Verdict verdict = both[k]->report(job->trial, step, loss);
          if (verdict.advice == Advice::go_on) until = verdict.until;
        }
      }
    }
    epochs += spent[0] / seeds;
    squares += spent[0] * spent[0] / seeds;
    same += best[0] == best[1] ? 1 : 0;
  }
  std::printf(
      "swift-hyperband, %u seeds: %.0f epochs (deviation %.0f) against 3213, same winner %.1f %%, %.1f ms "
      "each\n",
      seeds, epochs, std::sqrt(squares - epochs * epochs), 100.0 * same / seeds,
      1e3 * (cpu_s() - begin) / seeds);
}

void qsvr_table(int reads, int sweeps, std::uint32_t splits) {
  std::vector<Training> trainings = mlpf_trainings();
  trainings.erase(
      std::max_element(trainings.begin(), trainings.end(),
                       [](const Training& a, const Training& b) { return a.losses[99] < b.losses[99]; }));
  const std::size_t n = trainings.size();
  std::vector<Row> x(n);
  std::vector<double> y(n);
  const auto ranks = [&](std::size_t epoch) {
    std::vector<double> column;
    for (const Training& training : trainings) column.push_back(training.losses[epoch]);
    const QuantileScale scale(column, 50);
    for (double& value : column) value = scale.to(value);
    return column;
  };
  for (std::size_t epoch = 0; epoch <= 24; epoch += 2) {
    const auto column = ranks(epoch);
    for (std::size_t i = 0; i < n; ++i) x[i].push_back(column[i]);
  }
  y = ranks(98);
  std::map<int, std::vector<double>> scores;
  const double begin = cpu_s();
  for (std::uint32_t s = 0; s < splits; ++s) {
    const auto order = numpy_permutation(123 + s, n);
    const std::size_t tests = (n + 1) / 2;
    std::vector<Row> train_x;
    std::vector<double> train_y;
    for (std::size_t i = tests; i < tests + 20; ++i) {
      train_x.push_back(x[order[i]]);
      train_y.push_back(y[order[i]]);
    }
    const QsvrSettings settings;
    const auto samples = anneal(make_qubo(train_x, train_y, settings), {reads, sweeps, s});
    for (const auto combine : {Combine::softmax_logcosh, Combine::best, Combine::mean}) {
      const Qsvr qsvr(train_x, train_y, settings, samples, combine);
      std::vector<double> truth;
      std::vector<double> predicted;
      for (std::size_t i = 0; i < tests; ++i) {
        truth.push_back(y[order[i]]);
        predicted.push_back(qsvr.predict(x[order[i]]));
      }
      scores[static_cast<int>(combine)].push_back(r_squared(truth, predicted));
    }
  }
  const double seconds = (cpu_s() - begin) / splits;
  for (const auto& [combine, values] : scores) {
    const ScoreTable table = table_of(values);
    std::printf(
        "sim-qsvr, %d reads of %d sweeps, %u splits, %s: best %.3f worst %.3f mean %.3f deviation %.3f; %.2f "
        "s a fit\n",
        reads, sweeps, splits,
        combine == static_cast<int>(Combine::softmax_logcosh) ? "softmax of logcosh"
        : combine == static_cast<int>(Combine::best)          ? "best"
                                                              : "mean",
        table.best, table.worst, table.mean, table.deviation, seconds);
  }
}

void qsvr_tables() {
  qsvr_table(300, 200, 100);
  qsvr_table(1000, 1000, 2);
}

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string, void (*)()> parts = {{"reports", reports},
                                                   {"replay", replay_journal},
                                                   {"asha", asha_on_curves},
                                                   {"swift", swift_on_curves},
                                                   {"qsvr", qsvr_tables}};
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty()) words = {"reports", "replay", "asha", "swift", "qsvr"};
  for (const std::string& word : words) {
    if (const auto found = parts.find(word); found != parts.end()) found->second();
    std::fflush(stdout);
  }
}

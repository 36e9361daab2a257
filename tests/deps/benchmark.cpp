#include <benchmark/benchmark.h>

namespace {

void nothing(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(state.iterations());
}

}  // namespace

int main() {
  benchmark::RegisterBenchmark("nothing", nothing)->Iterations(10);
  return benchmark::RunSpecifiedBenchmarks() == 1 ? 0 : 1;
}

// edm4hep-bench write FILE EVENTS HITS: writes events with that many calorimeter hits and some tracks.
// edm4hep-bench read FILE THREADS COLUMN...: reads columns; prints CPU seconds, numbers and their sum.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <random>

#include "stages/edm4hep/reader.h"
#include "stages/edm4hep/writer.h"

namespace sluice::edm4hep {

namespace {

/// Of all threads together: what else runs on the machine does not count.
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

int fail(const Error& error) {
  (void)std::fprintf(stderr, "edm4hep-bench: %s\n", to_string(error).c_str());
  return exit_code(error.kind);
}

void fill(Event& event, std::size_t hits, std::mt19937& random) {
  std::normal_distribution<float> place(0, 1000);
  std::exponential_distribution<float> energy(100);
  Block& block = event["ECALBarrel"];
  block.resize(hits);
  for (float& value : block.column<float>("energy")) value = energy(random);
  for (const char* axis : {"position.x", "position.y", "position.z"})
    for (float& value : block.column<float>(axis)) value = place(random);
  for (std::uint64_t& id : block.column<std::uint64_t>("cellID")) id = random();
  Block& particles = event["MCParticles"];
  particles.resize(hits / 10);
  for (const char* axis : {"momentum.x", "momentum.y", "momentum.z"})
    for (double& value : particles.column<double>(axis)) value = static_cast<double>(place(random));
}

int write(const std::string& path, int events, std::size_t hits) {
  FileSchema schema;
  (void)schema.add("MCParticles", "edm4hep::MCParticle");
  (void)schema.add("ECALBarrel", "edm4hep::CalorimeterHit");
  auto writer = Writer::create(path, schema);
  if (!writer) return fail(writer.error());
  Event event(schema);
  std::mt19937 random(1);
  double in_writer = 0;
  for (int i = 0; i < events; ++i) {
    fill(event, hits, random);
    const double start = cpu_seconds();
    if (auto written = writer->write(event); !written) return fail(written.error());
    in_writer += cpu_seconds() - start;
  }
  if (auto closed = writer->close(); !closed) return fail(closed.error());
  std::printf("{\"seconds\": %.6f, \"peak_mb\": %.1f}\n", in_writer, peak_mb());
  return 0;
}

int read(const std::string& path, int threads, std::span<char*> names) {
  const double start = cpu_seconds();
  const auto reader = Reader::open(path);
  if (!reader) return fail(reader.error());
  std::vector<Request> requests;
  for (const char* name : names) requests.push_back({name, {}});
  std::uint64_t count = 0;
  double sum = 0;
  for (const EntryRange& range : reader->ranges(requests, std::uint64_t{8} << 20)) {
    const auto columns = reader->read(requests, range, threads);
    if (!columns) return fail(columns.error());
    for (std::size_t i = 0; i < requests.size(); ++i) {
      count += (*columns)[i].objects();
      with_type((*columns)[i].type(), [&](auto zero) {
        const auto all = (*columns)[i].all<decltype(zero)>();
        if (!all.empty()) sum += static_cast<double>(all.back());
      });
    }
  }
  std::printf("{\"seconds\": %.6f, \"numbers\": %llu, \"last\": %.17g, \"peak_mb\": %.1f}\n",
              cpu_seconds() - start, static_cast<unsigned long long>(count), sum, peak_mb());
  return 0;
}

}  // namespace

}  // namespace sluice::edm4hep

int main(int argc, char** argv) {
  using namespace sluice::edm4hep;
  if (argc == 5 && std::strcmp(argv[1], "write") == 0)
    return write(argv[2], std::atoi(argv[3]), static_cast<std::size_t>(std::atoi(argv[4])));
  if (argc > 4 && std::strcmp(argv[1], "read") == 0)
    return read(argv[2], std::atoi(argv[3]), std::span(argv + 4, static_cast<std::size_t>(argc - 4)));
  (void)std::fputs("usage: edm4hep-bench write FILE EVENTS HITS | read FILE THREADS COLUMN...\n", stderr);
  return sluice::exit_usage;
}

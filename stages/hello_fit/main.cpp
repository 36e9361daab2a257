// sluice-hello-fit: adds up histograms of decay times and measures the muon's mean life from them. In matter
// it comes out shorter than the textbook says, and in aluminium one exponential does not even fit: half of
// the muons are negative.
#include <array>
#include <cstdio>
#include <map>

#include "engine/base/disk.h"
#include "stages/hello_decay/histogram.h"
#include "stages/hello_fit/fit.h"
#include "stages/hello_fit/plot.h"
#include "stages/stage/run.h"

namespace sluice::hello {

namespace {

using stage::Context;
using stage::Outcome;

struct Options {
  std::vector<std::string> decays;
  double start_us = 0;
  stage::OutputPath result;
  stage::OutputPath plot;
};

stage::Table<Options> make_table() {
  stage::Table<Options> table("sluice-hello-fit",
                              "measures the muon's mean life from histograms of decay times");
  table.input("decays", &Options::decays, stage::Kind::file)
      .help("histograms from sluice-hello-decay; they are added up");
  table.parameter("start", &Options::start_us).range(0, 100).unit("us").help("leave out what happens before");
  table.output("result", &Options::result, stage::Kind::file)
      .help("the mean life and its error: one line of JSON");
  table.output("plot", &Options::plot, stage::Kind::file)
      .optional()
      .help("the histogram and the fit, as SVG");
  return table;
}

/// Adds `more` to `sum` if both count the same thing.
Status add(const Histogram& more, const std::string& path, Histogram& sum) {
  Histogram like = more;
  like.seed = sum.seed;
  if (!same_experiment(like, sum))
    return Error{"this histogram has another absorber, gate, bins or noise than the first one", path,
                 "fit them apart from each other", ErrorKind::data};
  sum.stopped += more.stopped;
  for (std::size_t bin = 0; bin < sum.counts.size(); ++bin) sum.counts[bin] += more.counts[bin];
  return Ok{};
}

Result<Histogram> read_all(const Options& options, Context& context) {
  RealDisk disk;
  Histogram sum;
  std::map<std::int64_t, std::string> file_of_seed;
  context.progress().start("files", static_cast<std::int64_t>(options.decays.size()));
  for (const std::string& path : options.decays) {
    auto text = disk.read(path);
    if (!text) return std::move(text).error();
    auto histogram = parse_histogram(*text, path);
    if (!histogram) return histogram;
    const auto [earlier, is_new] = file_of_seed.emplace(histogram->seed, path);
    if (!is_new)
      return Error{"this file has the same seed as " + earlier->second + ": its muons would be counted twice",
                   path, "give each run a seed of its own", ErrorKind::data};
    if (sum.counts.empty()) {
      sum = *std::move(histogram);
    } else if (auto added = add(*histogram, path, sum); !added) {
      return std::move(added).error();
    }
    context.progress().add();
  }
  return sum;
}

std::string result_line(const Histogram& sum, const LifetimeFit& fit) {
  std::array<char, 512> text{};
  std::snprintf(text.data(), text.size(),
                R"({"absorber":"%s","muons":%lld,"lifetime_us":%.4f,"error_us":%.4f,)"
                R"("background_per_bin":%.1f,"chi2_per_dof":%.2f})"
                "\n",
                sum.absorber.c_str(), static_cast<long long>(sum.stopped), fit.lifetime_us, fit.error_us,
                fit.background_per_bin, fit.chi2_per_dof);
  return text.data();
}

Result<Outcome> measure(const Options& options, Context& context) {
  auto sum = read_all(options, context);
  if (!sum) return std::move(sum).error();
  const auto first_bin = static_cast<std::size_t>(options.start_us / sum->bin_width_us());
  if (first_bin >= sum->counts.size())
    return Error{"the fit would start after the last bin", "--start",
                 "the gate of these histograms is shorter", ErrorKind::usage};
  auto fit = fit_lifetime(std::span(sum->counts).subspan(first_bin), sum->bin_width_us());
  if (!fit) {
    Error error = std::move(fit).error();
    error.where = options.decays.front();
    return error;
  }
  if (auto written = options.result.write(result_line(*sum, *fit)); !written)
    return std::move(written).error();
  if (options.plot.wanted())
    if (auto written = options.plot.write(plot(*sum, *fit, first_bin)); !written)
      return std::move(written).error();
  return Outcome::done;
}

}  // namespace

}  // namespace sluice::hello

int main(int argc, char** argv) {
  return sluice::stage::run(argc, argv, sluice::hello::make_table, sluice::hello::measure);
}

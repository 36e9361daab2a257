#include "tests/stages/evaluate/tiny/dataset.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/base/disk.h"
#include "stages/stage/random.h"

namespace sluice::evaluate::tests {

namespace {

using events::Class;
namespace table = events::dataset_table;

struct Made {
  Class of_class;
  float pt, eta, phi;
  float element, candidate;  ///< factors on pt and energy
};

std::vector<Made> make_particles(const DatasetOptions& options, std::uint64_t event) {
  const std::uint64_t count = options.length ? options.length(event) : 2 + (event * 7919) % 39;
  const auto uniform = [&](std::uint64_t draw, std::size_t i) {
    return static_cast<float>(stage::uniform(stage::random4(options.seed, event, draw)[i]));
  };
  std::vector<Made> made;
  const float phi = 6.28F * uniform(0, 0) - 3.14F;
  for (std::uint64_t i = 1; i <= count; ++i) {
    const bool track = uniform(i, 0) < 0.6F;
    const float side = i % 2 == 0 ? 0 : 3.14159F;
    const float smear = (uniform(i + 1000, 0) + uniform(i + 1000, 1) + uniform(i + 1000, 2) - 1.5F);
    made.push_back({track ? Class::charged_hadron : Class::photon, 0.5F + 12 * uniform(i, 1) * uniform(i, 2),
                    0.4F * uniform(i, 3) - 0.2F, phi + side + 0.3F * uniform(i + 2000, 0), 1 + 0.2F * smear,
                    1 + 0.7F * (uniform(i + 3000, 0) - 0.45F)});
  }
  return made;
}

std::vector<float> momentum(const Made& p, float factor) {
  return {p.pt * factor, p.eta, std::sin(p.phi), std::cos(p.phi), p.pt * factor * std::cosh(p.eta), 0};
}

class Writer {
 public:
  Writer(const DatasetOptions& options, events::Block& block) : options_(options), block_(block) {}

  void add(std::uint64_t event) {
    const auto made = make_particles(options_, event);
    block_.rows(table::id).append(std::vector<std::uint64_t>{event, stage::random4(5, event)[0], 0, event});
    float x = 0;
    float y = 0;
    for (const Made& p : made) x += p.pt * std::cos(p.phi), y += p.pt * std::sin(p.phi);
    std::vector<double> energies(events::event::energy::columns, 0);
    energies[events::event::energy::generator_met] = static_cast<double>(std::hypot(x, y));
    block_.rows(table::energies).append(energies);
    block_.rows(table::weight).append(std::vector<float>{1});
    for (std::size_t i = 0; i < made.size(); ++i) add_particle(event, made[i], static_cast<std::int32_t>(i));
    add_jets(made);
  }

 private:
  void add_particle(std::uint64_t event, const Made& p, std::int32_t place) {
    const bool hits = options_.elements == events::Elements::hits;
    std::vector<float> features(hits ? 12 : 17, 0);
    const auto seen = momentum(p, p.element);
    features[0] = p.of_class == Class::charged_hadron ? events::type_track : events::type_calorimeter;
    std::copy(seen.begin(), seen.begin() + 5, features.begin() + 1);
    if (options_.spoil) options_.spoil(event, features);
    block_.rows(table::features).append(features);
    auto target = momentum(p, 1);
    target.resize(events::target::columns, 0);
    const auto of_class = static_cast<std::int32_t>(p.of_class);
    block_.rows(table::targets).append(target);
    block_.rows(table::labels).append(std::vector<std::int32_t>{of_class, place, place});
    block_.rows(table::event_targets).append(target);
    std::vector<std::int32_t> labels(events::target::label::columns, -1);
    labels[events::target::label::of_class] = of_class;
    block_.rows(table::event_target_labels).append(labels);
    block_.rows(table::candidates).append(momentum(p, p.candidate));
    labels.resize(events::candidate::label::columns);
    block_.rows(table::candidate_labels).append(labels);
  }

  /// One jet of each direction: particles there are nearer to each other than a jet is wide.
  void add_jets(const std::vector<Made>& made) {
    for (std::size_t side = 0; side < 2; ++side) {
      float x = 0, y = 0, z = 0, e = 0;
      for (std::size_t i = side; i < made.size(); i += 2) {
        const Made& p = made[i];
        x += p.pt * std::cos(p.phi), y += p.pt * std::sin(p.phi);
        z += p.pt * std::sinh(p.eta), e += p.pt * std::cosh(p.eta);
      }
      const float pt = std::hypot(x, y);
      if (pt < 5) continue;
      const std::vector<float> jet = {pt, std::asinh(z / pt), std::atan2(y, x), e};
      block_.rows(table::generator_jets).append(jet);
      block_.rows(table::target_jets).append(jet);
    }
  }

  const DatasetOptions& options_;
  events::Block& block_;
};

std::string info_text(const events::FileSpec& spec, events::Elements elements) {
  events::DatasetInfo info;
  info.elements = elements;
  info.feature_names = spec.collections[table::features.collection].matrices[table::features.matrix].columns;
  const std::size_t features = info.feature_names.size();
  info.normalisation = {{1, 1, std::vector<float>(features, 0), std::vector<float>(features, 1)}};
  return events::dataset_info_text(info);
}

}  // namespace

Status write_dataset(const std::string& folder, const DatasetOptions& options) {
  const events::FileSpec spec = events::dataset_spec(options.elements);
  events::Block block(spec);
  std::vector<std::uint64_t> order(options.events);
  std::iota(order.begin(), order.end(), std::uint64_t{0});
  if (options.backwards) std::reverse(order.begin(), order.end());
  std::vector<std::uint64_t> by_length(order.size());
  std::iota(by_length.begin(), by_length.end(), std::uint64_t{0});
  std::stable_sort(by_length.begin(), by_length.end(), [&](std::uint64_t a, std::uint64_t b) {
    return make_particles(options, order[a]).size() < make_particles(options, order[b]).size();
  });
  for (std::size_t i = 0; i < order.size(); ++i) {
    block.rows(table::by_length).append(std::vector<std::uint64_t>{by_length[i]});
    Writer(options, block).add(order[i]);
    block.end_event();
  }
  std::vector<std::uint64_t> rows;
  for (std::size_t i = 0; i < spec.collections.size(); ++i)
    rows.push_back(options.events == 0 ? 0 : block.ends(i).back());
  RealDisk disk;
  if (auto made = disk.make_folders(folder); !made) return made;
  if (auto written = disk.write(folder + "/dataset.json", info_text(spec, options.elements), Sync::no);
      !written)
    return written;
  auto writer = events::FlatWriter::create(folder + "/test.h5", spec, options.events, rows, {});
  if (!writer) return std::move(writer).error();
  if (auto appended = writer->append(block); !appended) return appended;
  return writer->close();
}

}  // namespace sluice::evaluate::tests

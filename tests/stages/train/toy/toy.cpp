#include "tests/stages/train/toy/toy.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "engine/base/disk.h"
#include "stages/events/dataset.h"
#include "stages/stage/random.h"

namespace sluice::toy {

namespace {

namespace target = events::target;

class Draws {
 public:
  Draws(std::uint64_t seed, std::uint64_t event) : seed_(seed), event_(event) {}
  double operator()() { return stage::uniform(stage::random4(seed_, event_, next_++)[0]); }

 private:
  std::uint64_t seed_;
  std::uint64_t event_;
  std::uint64_t next_ = 0;
};

void add_element(Event& event, Draws& draw, std::size_t columns) {
  const bool track = draw() < 0.5;
  const double pt = std::exp(3 * draw() - 1);
  const double eta = 4 * draw() - 2;
  const double phi = 2 * std::numbers::pi * draw();
  const double p = pt * std::cosh(eta);
  std::vector<double> row = {track ? 1.0 : 2.0, pt, eta, std::sin(phi), std::cos(phi), p};
  while (row.size() < columns) row.push_back(2 * draw() - 1);
  event.features.insert(event.features.end(), row.begin(), row.end());
  // A third carries nothing; what the others are, feature 6 says, and feature 7 by how much they were
  // measured wrong.
  const bool carries = row[8] > -0.4;
  std::int32_t label = 0;
  if (carries) label = track ? (row[6] > 0.8 ? 5 : 1) : (row[6] > 0 ? 3 : 2);
  const double scale = std::exp(0.3 * row[7]);
  std::vector<double> values(target::columns, 0);
  if (carries) values = {pt * scale, eta, row[3], row[4], p * scale * 1.01, track ? 1.0 : 0.0, 0, 0};
  event.targets.insert(event.targets.end(), values.begin(), values.end());
  event.labels.insert(event.labels.end(), {label, -1, -1});
}

events::DatasetInfo info_of(const std::vector<Event>& train, bool hits) {
  events::DatasetInfo info;
  info.elements = hits ? events::Elements::hits : events::Elements::tracks_and_clusters;
  info.feature_names = events::dataset_spec(info.elements)
                           .collections[events::dataset_table::features.collection]
                           .matrices[0]
                           .columns;
  const std::size_t columns = info.feature_names.size();
  for (const float type : {1.0F, 2.0F}) {
    events::Normalisation& one = info.normalisation.emplace_back();
    one.elemtype = type;
    std::vector<double> sum(columns, 0);
    std::vector<double> square(columns, 0);
    for (const Event& event : train)
      for (std::size_t i = 0; i < event.features.size(); i += columns) {
        if (event.features[i] != type) continue;
        ++one.elements;
        for (std::size_t k = 0; k < columns; ++k) {
          const double x = static_cast<double>(event.features[i + k]);
          if (std::isfinite(x)) sum[k] += x, square[k] += x * x;
        }
      }
    const double count = std::max(1.0, static_cast<double>(one.elements));
    for (std::size_t k = 0; k < columns; ++k) {
      const double mean = sum[k] / count;
      const double variance = square[k] / count - mean * mean;
      one.mean.push_back(static_cast<float>(mean));
      one.standard_deviation.push_back(variance > 1e-12 ? static_cast<float>(std::sqrt(variance)) : 1.0F);
    }
  }
  return info;
}

Status write_split(const std::string& path, const std::vector<Event>& all, events::Elements elements) {
  namespace table = events::dataset_table;
  const events::FileSpec spec = events::dataset_spec(elements);
  std::uint64_t rows = 0;
  for (const Event& event : all) rows += static_cast<std::uint64_t>(event.elements);
  std::vector<std::uint64_t> order(all.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return all[a].elements < all[b].elements; });
  auto writer = events::FlatWriter::create(path, spec, all.size(), {all.size(), rows, 0, 0, 0, 0}, {});
  if (!writer) return std::move(writer).error();
  events::Block block(spec);
  for (std::size_t i = 0; i < all.size(); ++i) {
    block.rows(table::weight).append(std::vector<float>{1});
    block.rows(table::by_length).append(std::vector<std::uint64_t>{order[i]});
    block.rows(table::features).append(all[i].features);
    block.rows(table::targets).append(all[i].targets);
    block.rows(table::labels).append(all[i].labels);
    block.end_event();
  }
  if (auto appended = writer->append(block); !appended) return appended;
  return writer->close();
}

}  // namespace

Event make_event(std::uint64_t seed, std::uint64_t number, const Shape& shape) {
  Draws draw(seed, number);
  Event event;
  const double share = draw();
  event.elements = shape.shortest +
                   static_cast<std::int64_t>(share * static_cast<double>(shape.longest - shape.shortest + 1));
  for (std::int64_t i = 0; i < event.elements; ++i) add_element(event, draw, shape.hits ? 12 : 17);
  return event;
}

Status write_dataset(const std::string& folder, const std::vector<Event>& train,
                     const std::vector<Event>& validation, bool hits) {
  RealDisk disk;
  if (auto made = disk.make_folders(folder); !made) return made;
  const events::DatasetInfo info = info_of(train, hits);
  if (auto written = disk.write(folder + "/dataset.json", events::dataset_info_text(info), Sync::no);
      !written)
    return written;
  if (auto written = write_split(folder + "/train.h5", train, info.elements); !written) return written;
  if (auto written = write_split(folder + "/validation.h5", validation, info.elements); !written)
    return written;
  return write_split(folder + "/test.h5", validation, info.elements);
}

Status write_dataset(const std::string& folder, std::int64_t train, std::int64_t validation,
                     std::uint64_t seed, const Shape& shape) {
  std::vector<Event> first;
  std::vector<Event> second;
  for (std::int64_t i = 0; i < train; ++i)
    first.push_back(make_event(seed, static_cast<std::uint64_t>(i), shape));
  for (std::int64_t i = 0; i < validation; ++i)
    second.push_back(make_event(seed, static_cast<std::uint64_t>(train + i), shape));
  return write_dataset(folder, first, second, shape.hits);
}

}  // namespace sluice::toy

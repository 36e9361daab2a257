#include "stages/preprocess/assemble.h"

#include <algorithm>
#include <memory>

#include "engine/base/disk.h"
#include "stages/preprocess/normaliser.h"

namespace sluice::preprocess {

namespace {

namespace to = events::dataset_table;
using events::Block;
using events::Elements;
using events::EventTables;
using events::Split;

constexpr std::size_t columns_of_pf = events::cluster::columns;  // tracks are filled up with zeros
constexpr std::uint64_t stretch_bytes = std::uint64_t{16} << 20U;

class Assembler {
 public:
  Assembler(const Index& index, const AssembleOptions& options, stage::Context& context)
      : index_(index),
        options_(options),
        context_(context),
        spec_(events::dataset_spec(options.elements)),
        normaliser_(spec_.collections[to::features.collection].matrices[to::features.matrix].columns.size()) {
  }

  Result<Assembled> run();

 private:
  Status create_writers();
  Status copy_file(const IndexedFile& file);
  Status copy(const EventTables& event, const IndexedFile& file, Split split);
  void add_elements(const EventTables& event, Block& block);
  void add_labels(const EventTables& event, std::span<const std::int32_t> labels, Block& block);
  Status write_info() const;
  bool fits(const EventTables& event) const;

  const Index& index_;
  const AssembleOptions& options_;
  stage::Context& context_;
  events::FileSpec spec_;
  Normaliser normaliser_;
  std::vector<events::FlatWriter> writers_;
  std::vector<Block> blocks_;
  std::array<std::uint64_t, 3> written_{};
  std::map<std::string, std::uint64_t> events_of_sample_;
  std::map<std::string, float> weights_;
  std::array<std::uint64_t, events::class_count> class_counts_{};
  std::unique_ptr<Gates> gates_;
};

Result<Assembled> Assembler::run() {
  std::int64_t total = 0;
  for (const IndexedFile& file : index_.files) {
    events_of_sample_[file.sample] += file.events.size();
    total += static_cast<std::int64_t>(file.events.size());
  }
  weights_ = sample_weights(events_of_sample_);
  gates_ = std::make_unique<Gates>(index_.files.empty() ? 0 : index_.files.front().field_t);
  context_.progress().start("events", total);
  if (auto created = create_writers(); !created) return std::move(created).error();
  for (const IndexedFile& file : index_.files)
    if (auto copied = copy_file(file); !copied) return std::move(copied).error();
  for (events::FlatWriter& writer : writers_)
    if (auto closed = writer.close(); !closed) return std::move(closed).error();
  if (auto written = write_info(); !written) return std::move(written).error();
  return Assembled{gates_->results(), gates_->figures(), events_of_sample_};
}

Status Assembler::create_writers() {
  for (std::size_t split = 0; split < 3; ++split) {
    const std::string name(events::split_names[split]);
    const std::vector<std::uint64_t>& rows = index_.rows[split];
    events::Attributes attributes = events::schema_attributes();
    attributes.push_back({"program", std::string("sluice-preprocess")});
    attributes.push_back({"split", name});
    auto writer =
        events::FlatWriter::create(options_.folder + "/" + name + ".h5", spec_, rows[0], rows, attributes);
    if (!writer) return std::move(writer).error();
    writers_.push_back(*std::move(writer));
    blocks_.emplace_back(spec_);
  }
  return Ok{};
}

Status Assembler::copy_file(const IndexedFile& file) {
  if (file.events.empty()) return Ok{};
  auto reader = events::TablesReader::open(file.path);
  if (!reader) return std::move(reader).error();
  auto next = file.events.begin();
  for (std::uint64_t first = 0; first < reader->file().events();) {
    const std::uint64_t last = reader->stretch(first, stretch_bytes, true);
    if (auto read = reader->read(first, last, true); !read) return read;
    for (; next != file.events.end() && next->entry < last; ++next)
      if (auto copied = copy(reader->event(next->entry - first), file, next->split); !copied) return copied;
    for (std::size_t split = 0; split < 3; ++split) {
      if (auto written = writers_[split].append(blocks_[split]); !written) return written;
      blocks_[split] = Block(spec_);
    }
    first = last;
  }
  return Ok{};
}

/// Labels point to rows that are there.
bool Assembler::fits(const EventTables& event) const {
  const auto targets = static_cast<std::int32_t>(event.targets.size() / events::target::columns);
  for (const auto* labels : {&event.track_labels, &event.cluster_labels, &event.hit_labels})
    for (std::size_t at = 0; at + events::label::columns <= labels->size(); at += events::label::columns) {
      const std::int32_t target = (*labels)[at + events::label::target];
      const std::int32_t of_class = (*labels)[at + events::label::of_class];
      if (target < -1 || target >= targets || of_class < 0 ||
          of_class >= static_cast<std::int32_t>(events::class_count) || (of_class > 0 && target < 0))
        return false;
    }
  return true;
}

Status Assembler::copy(const EventTables& event, const IndexedFile& file, Split split) {
  if (!fits(event))
    return Error{"labels point to targets that are not there", file.path,
                 "the file is damaged: make it again", ErrorKind::data};
  const auto s = static_cast<std::size_t>(split);
  Block& block = blocks_[s];
  gates_->add(event);
  const std::uint64_t place = written_[s]++;
  const float weight = options_.balance_samples ? weights_.at(file.sample) : 1.0F;
  block.rows(to::id).append(event.id);
  block.rows(to::energies).append(event.energies);
  block.rows(to::weight).append(std::array{weight});
  block.rows(to::by_length).append(std::array{index_.by_length[s][place]});
  add_elements(event, block);
  block.rows(to::event_targets).append(event.targets);
  block.rows(to::event_target_labels).append(event.target_labels);
  block.rows(to::candidates).append(event.candidates);
  block.rows(to::candidate_labels).append(event.candidate_labels);
  block.rows(to::generator_jets).append(event.generator_jets);
  block.rows(to::target_jets).append(event.target_jets);
  if (split == Split::train) {  // before the event ends: its rows are the last ones
    const auto bytes = block.event_bytes(to::features);
    normaliser_.add({reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)});
    const auto labels = block.event_bytes(to::labels);
    const std::span codes(reinterpret_cast<const std::int32_t*>(labels.data()),
                          labels.size() / sizeof(std::int32_t));
    for (std::size_t at = 0; at < codes.size(); at += events::label::columns)
      ++class_counts_[static_cast<std::size_t>(codes[at + events::label::of_class])];
  }
  block.end_event();
  context_.progress().add();
  return Ok{};
}

void Assembler::add_elements(const EventTables& event, Block& block) {
  if (options_.elements == Elements::hits) {
    block.rows(to::features).append(event.hits);
    add_labels(event, event.hit_labels, block);
    return;
  }
  std::array<float, columns_of_pf> row{};
  for (std::size_t at = 0; at < event.tracks.size(); at += events::track::columns) {
    std::copy_n(event.tracks.begin() + static_cast<std::ptrdiff_t>(at), events::track::columns, row.begin());
    block.rows(to::features).append(row);
  }
  block.rows(to::features).append(event.clusters);
  add_labels(event, event.track_labels, block);
  add_labels(event, event.cluster_labels, block);
}

/// The labels, and the target of each element that carries one.
void Assembler::add_labels(const EventTables& event, std::span<const std::int32_t> labels, Block& block) {
  block.rows(to::labels).append(labels);
  constexpr std::array<float, events::target::columns> nothing{};
  for (std::size_t at = 0; at < labels.size(); at += events::label::columns) {
    const auto target = static_cast<std::size_t>(labels[at + events::label::target]);
    if (labels[at + events::label::of_class] == 0)
      block.rows(to::targets).append(nothing);
    else
      block.rows(to::targets)
          .append(event.targets.subspan(target * events::target::columns, events::target::columns));
  }
}

Status Assembler::write_info() const {
  events::DatasetInfo info;
  info.elements = options_.elements;
  info.feature_names = spec_.collections[to::features.collection].matrices[to::features.matrix].columns;
  info.normalisation = normaliser_.result();
  info.class_counts = class_counts_;
  const std::string path = options_.folder + "/dataset.json";
  return RealDisk().write(path, events::dataset_info_text(info), Sync::no);
}

}  // namespace

std::map<std::string, float> sample_weights(const std::map<std::string, std::uint64_t>& events_of_sample) {
  std::uint64_t total = 0;
  std::uint64_t samples = 0;
  for (const auto& [sample, events] : events_of_sample) {
    total += events;
    if (events > 0) ++samples;
  }
  std::map<std::string, float> weights;
  for (const auto& [sample, events] : events_of_sample)
    weights[sample] = events == 0
                          ? 0
                          : static_cast<float>(static_cast<double>(total) /
                                               (static_cast<double>(samples) * static_cast<double>(events)));
  return weights;
}

Result<Assembled> assemble(const Index& index, const AssembleOptions& options, stage::Context& context) {
  return Assembler(index, options, context).run();
}

}  // namespace sluice::preprocess

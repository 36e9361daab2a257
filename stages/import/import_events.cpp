#include "stages/import/import_events.h"

#include <cstdio>

#include "engine/base/disk.h"
#include "stages/events/writer.h"
#include "stages/import/collect.h"
#include "stages/import/event_builder.h"
#include "stages/jets/jets.h"
#include "stages/stage/parallel.h"

namespace sluice::import {

namespace {

using events::EventStatus;

/// One input, opened and planned.
struct Input {
  edm4hep::Reader reader;
  Sources sources;
  std::vector<Place> places;
};

class Importer {
 public:
  Importer(const ImportOptions& options, const Preset& preset, stage::Context& context,
           std::uint64_t piece_bytes)
      : options_(options), preset_(preset), context_(context), piece_bytes_(piece_bytes) {}

  Status run();

 private:
  Result<Input> open(const std::string& path);
  void say_what_is_lacking(const std::string& path, const Sources& sources);
  Status import_file(std::size_t source, events::EventWriter& writer);
  Status import_range(const Input& input, std::size_t source, const edm4hep::EntryRange& range,
                      events::EventWriter& writer);
  Status count_skipped(const events::Block& block, const std::string& path, std::uint64_t first_entry);
  void count_directionless(const events::Block& block);
  events::Attributes provenance() const;

  const ImportOptions& options_;
  const Preset& preset_;
  stage::Context& context_;
  std::uint64_t piece_bytes_;
  std::vector<std::string> input_hashes_;
  std::vector<std::string> written_by_;
  std::vector<std::string> lacking_;
  std::uint64_t directionless_ = 0;  ///< clusters
};

Status Importer::run() {
  jets::prepare_jets();
  std::int64_t total = 0;
  for (const std::string& path : options_.inputs) {  // all of them are looked at before anything is done
    auto input = open(path);
    if (!input) return std::move(input).error();
    total += static_cast<std::int64_t>(input->reader.entries());
    say_what_is_lacking(path, input->sources);
    auto hash = RealDisk().hash_file(path);
    if (!hash) return std::move(hash).error();
    input_hashes_.push_back(to_hex(*hash));
    written_by_.push_back(input->reader.written_by());
  }
  context_.progress().start("events", total);
  events::WriterOptions writing;
  writing.threads = context_.cpus();
  writing.compression = options_.compression;
  auto writer = events::EventWriter::create(options_.output, events::event_file_spec(), writing);
  if (!writer) return std::move(writer).error();
  for (std::size_t source = 0; source < options_.inputs.size(); ++source)
    if (auto imported = import_file(source, *writer); !imported) return imported;
  if (directionless_ > 0) {
    lacking_.push_back(
        std::to_string(directionless_) +
        " clusters have neither a position nor hits with energy: their et, eta, sin_phi and cos_phi are 0");
    (void)std::fprintf(stderr, "sluice-import: %s\n", lacking_.back().c_str());
  }
  return writer->close(provenance());
}

Result<Input> Importer::open(const std::string& path) {
  edm4hep::ReaderOptions reading;
  reading.aliases = preset_.aliases;
  reading.cache_bytes = piece_bytes_;
  auto reader = edm4hep::Reader::open(path, reading);
  if (!reader) return std::move(reader).error();
  auto sources = find_sources(*reader, preset_);
  if (!sources) return std::move(sources).error();
  std::vector<Place> places = find_places(*reader, *sources);
  return Input{*std::move(reader), *std::move(sources), std::move(places)};
}

/// Once for all files that lack the same.
void Importer::say_what_is_lacking(const std::string& path, const Sources& sources) {
  for (const std::string& what : sources.lacking) {
    if (std::find(lacking_.begin(), lacking_.end(), what) != lacking_.end()) continue;
    lacking_.push_back(what);
    (void)std::fprintf(stderr, "sluice-import: %s: %s\n", path.c_str(), what.c_str());
  }
}

Status Importer::import_file(std::size_t source, events::EventWriter& writer) {
  auto input = open(options_.inputs[source]);
  if (!input) return std::move(input).error();
  for (const edm4hep::EntryRange& range : input->reader.ranges(input->sources.requests, piece_bytes_))
    if (auto imported = import_range(*input, source, range, writer); !imported) return imported;
  return Ok{};
}

Status Importer::import_range(const Input& input, std::size_t source, const edm4hep::EntryRange& range,
                              events::EventWriter& writer) {
  auto columns = input.reader.read(input.sources.requests, range, context_.cpus());
  if (!columns) return std::move(columns).error();
  BuildOptions building;
  building.field_t = preset_.field_t;
  building.write_hits = options_.write_hits;
  building.hits_carry_targets = input.sources.tracks.empty() && input.sources.clusters.empty();
  constexpr std::uint64_t events_a_piece = 8;
  const std::uint64_t pieces = (range.size() + events_a_piece - 1) / events_a_piece;
  std::vector<events::Block> blocks(pieces, events::Block(writer.spec()));
  stage::for_each_piece(context_.cpus(), pieces, [&](std::size_t piece) {
    Collector collector(input.reader, input.sources, input.places);
    RawEvent raw;
    const std::uint64_t end = std::min(range.size(), (piece + 1) * events_a_piece);
    for (std::uint64_t event = piece * events_a_piece; event < end; ++event) {
      const EventStatus status = collector.collect(*columns, event, raw);
      build_event(raw, status, {source, range.first + event}, building, blocks[piece]);
      context_.progress().add();
    }
  });
  std::uint64_t entry = range.first;
  for (events::Block& block : blocks) {
    if (auto counted = count_skipped(block, input.reader.path(), entry); !counted) return counted;
    entry += block.events();
    count_directionless(block);
    if (auto written = writer.append(block); !written) return written;
    block = events::Block(writer.spec());  // its memory is not needed any more
  }
  return Ok{};
}

Status Importer::count_skipped(const events::Block& block, const std::string& path,
                               std::uint64_t first_entry) {
  const auto statuses = block.rows(events::table::status).bytes();
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const auto status = std::to_integer<std::size_t>(statuses[i]);
    if (status == 0) continue;
    const std::string where = path + ":" + std::to_string(first_entry + i);
    if (auto skipped = context_.skip(std::string(events::status_names[status]), where); !skipped)
      return skipped;
  }
  return Ok{};
}

void Importer::count_directionless(const events::Block& block) {
  namespace column = events::cluster;
  const auto bytes = block.rows(events::table::clusters).bytes();
  const std::span rows(reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float));
  for (std::size_t at = 0; at < rows.size(); at += column::columns)
    if (rows[at + column::sin_phi] == 0 && rows[at + column::cos_phi] == 0) ++directionless_;
}

events::Attributes Importer::provenance() const {
  events::Attributes attributes = events::schema_attributes();
  attributes.push_back({"program", std::string("sluice-import")});
  attributes.push_back({"detector", preset_.name});
  attributes.push_back({"field_t", preset_.field_t});
  attributes.push_back({"sample", options_.sample});
  attributes.push_back({"input_xxh3_128", input_hashes_});
  attributes.push_back({"input_written_by", written_by_});
  attributes.push_back({"lacking", lacking_});
  return attributes;
}

}  // namespace

Status import_events(const ImportOptions& options, const Preset& preset, stage::Context& context,
                     std::uint64_t piece_bytes) {
  return Importer(options, preset, context, piece_bytes).run();
}

}  // namespace sluice::import

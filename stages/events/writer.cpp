#include "stages/events/writer.h"

#include <algorithm>
#include <array>

#include "stages/events/chunk.h"
#include "stages/events/hdf5.h"
#include "stages/stage/parallel.h"

namespace sluice::events {

namespace {

constexpr const char* out_of_space = "free some space, or write elsewhere, and run again";

/// A dataset that grows chunk by chunk.
struct Growing {
  std::string name;  ///< "tracks/features"
  Handle dataset;
  std::size_t number_size = 0;
  std::size_t row_bytes = 0;
  hsize_t columns = 0;  ///< 0: one-dimensional
  std::size_t chunk_rows = 0;
  hsize_t rows = 0;          ///< appended so far
  hsize_t rows_in_file = 0;  ///< of which are in full chunks in the file
  std::vector<std::byte> pending;

  void append(std::span<const std::byte> bytes) {
    pending.insert(pending.end(), bytes.begin(), bytes.end());
    rows += bytes.size() / row_bytes;
  }
  std::size_t chunk_bytes() const { return chunk_rows * row_bytes; }
};

struct ChunkJob {
  Growing* dataset;
  std::size_t at;  ///< first byte in pending
  std::vector<std::byte> encoded;
};

Handle creation_list(const Growing& dataset, const WriterOptions& options) {
  Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  const std::array<hsize_t, 2> chunk = {dataset.chunk_rows, std::max<hsize_t>(dataset.columns, 1)};
  H5Pset_chunk(list.get(), dataset.columns == 0 ? 1 : 2, chunk.data());
  H5Pset_obj_track_times(list.get(), false);
  H5Pset_fill_time(list.get(), H5D_FILL_TIME_NEVER);
  if (options.compression > 0) {
    H5Pset_shuffle(list.get());
    H5Pset_deflate(list.get(), static_cast<unsigned>(options.compression));
  }
  H5Pset_fletcher32(list.get());
  return list;
}

Result<Growing> create_dataset(hid_t group, const std::string& name, const MatrixSpec& spec, bool flat,
                               std::size_t chunk_bytes, const WriterOptions& options,
                               const std::string& path) {
  Growing made;
  made.name = name;
  made.number_size = size_of(spec.number);
  made.row_bytes = spec.row_bytes();
  made.columns = flat ? 0 : spec.columns.size();
  made.chunk_rows = std::max<std::size_t>(chunk_bytes / made.row_bytes, 1);
  const std::array<hsize_t, 2> none = {0, made.columns};
  const std::array<hsize_t, 2> most = {H5S_UNLIMITED, made.columns};
  const Handle space(H5Screate_simple(flat ? 1 : 2, none.data(), most.data()), H5Sclose);
  const Handle list = creation_list(made, options);
  made.dataset = Handle(H5Dcreate2(group, spec.name.c_str(), file_type(spec.number), space.get(), H5P_DEFAULT,
                                   list.get(), H5P_DEFAULT),
                        H5Dclose);
  if (!made.dataset) return hdf5_error(name + " can't be created", path, out_of_space);
  if (!flat)
    if (auto written = write_attribute(made.dataset.get(), {"columns", spec.columns}, path); !written)
      return std::move(written).error();
  return made;
}

Result<Handle> create_file(const std::string& path) {
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_V110);
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);
  Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose);
  // Said here, as closing the lists makes HDF5 forget what went wrong.
  if (!file)
    return hdf5_error("the file can't be created", path, "look at the folder's permissions and free space");
  return file;
}

Handle create_group(hid_t file, const std::string& name) {
  const Handle list(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  H5Pset_obj_track_times(list.get(), false);
  return {H5Gcreate2(file, name.c_str(), H5P_DEFAULT, list.get(), H5P_DEFAULT), H5Gclose};
}

}  // namespace

class EventWriter::Impl {
 public:
  Impl(std::string path, FileSpec spec, const WriterOptions& options)
      : path_(std::move(path)), spec_(std::move(spec)), options_(options) {}
  ~Impl() {
    if (!closed_) abandon();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Status create();
  Status append(const Block& block);
  Status close(const Attributes& attributes);

  const FileSpec& spec() const { return spec_; }
  std::uint64_t events() const { return events_; }

 private:
  Status create_collection(const CollectionSpec& collection);
  void append_collection(const Block& block, std::size_t collection);
  Status write_chunks(bool last);
  Status write_chunk(const ChunkJob& job);
  /// HDF5 crashes when it is made to close what it can't write (a full disk).
  void abandon();

  std::string path_;
  FileSpec spec_;
  WriterOptions options_;
  Handle file_;
  std::vector<std::vector<Growing>> matrices_;
  std::vector<Growing> offsets_;  ///< one a collection; unused where a collection has one row an event
  std::uint64_t events_ = 0;
  bool closed_ = false;
};

void EventWriter::Impl::abandon() {
  for (auto& matrices : matrices_)
    for (Growing& dataset : matrices) dataset.dataset.abandon();
  for (Growing& dataset : offsets_) dataset.dataset.abandon();
  file_.abandon();
}

Status EventWriter::Impl::create() {
  quiet_hdf5();
  auto file = create_file(path_);
  if (!file) return std::move(file).error();
  file_ = *std::move(file);
  for (const CollectionSpec& collection : spec_.collections)
    if (auto created = create_collection(collection); !created) return created;
  return Ok{};
}

Status EventWriter::Impl::create_collection(const CollectionSpec& collection) {
  const Handle group = create_group(file_.get(), collection.name);
  if (!group) return hdf5_error("the group " + collection.name + " can't be created", path_, out_of_space);
  const std::size_t small_chunk =
      options_.chunk_bytes / 8;  // of what has a row an event: chunks are never partly there
  offsets_.emplace_back();
  if (!collection.one_row_an_event) {
    const MatrixSpec spec{"offsets", Number::u64, {"offset"}};
    auto offsets =
        create_dataset(group.get(), collection.name + "/offsets", spec, true, small_chunk, options_, path_);
    if (!offsets) return std::move(offsets).error();
    const std::uint64_t zero = 0;
    offsets->append(std::as_bytes(std::span(&zero, 1)));
    offsets_.back() = *std::move(offsets);
  }
  matrices_.emplace_back();
  const std::size_t chunk = collection.one_row_an_event ? small_chunk : options_.chunk_bytes;
  for (const MatrixSpec& spec : collection.matrices) {
    auto matrix =
        create_dataset(group.get(), collection.name + "/" + spec.name, spec, false, chunk, options_, path_);
    if (!matrix) return std::move(matrix).error();
    matrices_.back().push_back(*std::move(matrix));
  }
  return Ok{};
}

Status EventWriter::Impl::append(const Block& block) {
  for (std::size_t i = 0; i < spec_.collections.size(); ++i) append_collection(block, i);
  events_ += block.events();
  return write_chunks(false);
}

void EventWriter::Impl::append_collection(const Block& block, std::size_t collection) {
  std::vector<Growing>& matrices = matrices_[collection];
  const hsize_t before = matrices.empty() ? 0 : matrices.front().rows;
  for (std::size_t i = 0; i < matrices.size(); ++i) matrices[i].append(block.rows(collection, i).bytes());
  if (spec_.collections[collection].one_row_an_event) return;
  std::vector<std::uint64_t> ends(block.ends(collection).begin(), block.ends(collection).end());
  for (std::uint64_t& end : ends) end += before;
  offsets_[collection].append(std::as_bytes(std::span(ends)));
}

Status EventWriter::Impl::write_chunks(bool last) {
  std::vector<ChunkJob> jobs;
  const auto collect = [&](Growing& dataset) {
    if (dataset.row_bytes == 0) return;
    if (last && dataset.pending.size() % dataset.chunk_bytes() != 0)
      dataset.pending.resize((dataset.pending.size() / dataset.chunk_bytes() + 1) * dataset.chunk_bytes());
    for (std::size_t at = 0; at + dataset.chunk_bytes() <= dataset.pending.size();
         at += dataset.chunk_bytes())
      jobs.push_back({&dataset, at, {}});
  };
  for (auto& matrices : matrices_) std::for_each(matrices.begin(), matrices.end(), collect);
  std::for_each(offsets_.begin(), offsets_.end(), collect);
  stage::for_each_piece(options_.threads, jobs.size(), [&](std::size_t i) {
    const Growing& dataset = *jobs[i].dataset;
    const auto raw = std::span<const std::byte>(dataset.pending).subspan(jobs[i].at, dataset.chunk_bytes());
    jobs[i].encoded = encode_chunk(raw, dataset.number_size, options_.compression);
  });
  for (const ChunkJob& job : jobs)
    if (auto written = write_chunk(job); !written) return written;
  for (const ChunkJob& job : jobs)
    if (job.at == 0) {
      auto& pending = job.dataset->pending;
      const std::size_t done = pending.size() / job.dataset->chunk_bytes() * job.dataset->chunk_bytes();
      pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(done));
    }
  return Ok{};
}

Status EventWriter::Impl::write_chunk(const ChunkJob& job) {
  Growing& dataset = *job.dataset;
  const std::array<hsize_t, 2> start = {dataset.rows_in_file, 0};
  dataset.rows_in_file = std::min<hsize_t>(dataset.rows, dataset.rows_in_file + dataset.chunk_rows);
  const std::array<hsize_t, 2> extent = {dataset.rows_in_file, dataset.columns};
  if (H5Dset_extent(dataset.dataset.get(), extent.data()) < 0 ||
      H5Dwrite_chunk(dataset.dataset.get(), H5P_DEFAULT, 0, start.data(), job.encoded.size(),
                     job.encoded.data()) < 0)
    return hdf5_error(dataset.name + " can't be written", path_, out_of_space);
  return Ok{};
}

Status EventWriter::Impl::close(const Attributes& attributes) {
  if (auto written = write_chunks(true); !written) return written;
  const Attribute version{"format_version", format_version};
  const Attribute events{"events", static_cast<std::int64_t>(events_)};
  for (const Attribute& attribute : {Attribute{"format", std::string("sluice-events")}, version, events})
    if (auto written = write_attribute(file_.get(), attribute, path_); !written) return written;
  for (const Attribute& attribute : attributes)
    if (auto written = write_attribute(file_.get(), attribute, path_); !written) return written;
  herr_t closed = 0;
  for (auto& matrices : matrices_)
    for (Growing& dataset : matrices) closed = std::min(closed, dataset.dataset.close());
  for (Growing& dataset : offsets_) closed = std::min(closed, dataset.dataset.close());
  if (closed < 0 || H5Fflush(file_.get(), H5F_SCOPE_GLOBAL) < 0 || file_.close() < 0)
    return hdf5_error("the file can't be completed", path_, out_of_space);
  closed_ = true;
  return Ok{};
}

EventWriter::EventWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EventWriter::EventWriter(EventWriter&&) noexcept = default;
EventWriter& EventWriter::operator=(EventWriter&&) noexcept = default;
EventWriter::~EventWriter() = default;

Result<EventWriter> EventWriter::create(const std::string& path, const FileSpec& spec,
                                        const WriterOptions& options) {
  auto impl = std::make_unique<Impl>(path, spec, options);
  if (auto created = impl->create(); !created) return std::move(created).error();
  return EventWriter(std::move(impl));
}

const FileSpec& EventWriter::spec() const { return impl_->spec(); }
Status EventWriter::append(const Block& block) { return impl_->append(block); }
std::uint64_t EventWriter::events() const { return impl_->events(); }
Status EventWriter::close(const Attributes& attributes) { return impl_->close(attributes); }

}  // namespace sluice::events

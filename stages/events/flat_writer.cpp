#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <stdexcept>

#include "engine/base/disk.h"
#include "stages/events/flat_file.h"
#include "stages/events/hdf5.h"

namespace sluice::events {

namespace {

constexpr const char* out_of_space = "free some space, or write elsewhere, and run again";

/// A dataset whose bytes are written past HDF5, from its first to its last.
struct Sequential {
  std::string name;
  std::size_t row_bytes = 0;
  std::uint64_t expected = 0;  ///< bytes
  std::uint64_t position = 0;  ///< in the file
  std::uint64_t sums_position = 0;
  std::uint64_t written = 0;
  std::vector<std::byte> pending;  ///< less than a checksum block
  std::vector<std::uint64_t> sums;
};

std::uint64_t blocks(std::uint64_t bytes) { return (bytes + checksum_block - 1) / checksum_block; }

/// HDF5 gives no place to a dataset without elements.
Result<std::uint64_t> create_dataset(hid_t group, const std::string& name, Number number,
                                     std::vector<hsize_t> extent, const std::vector<std::string>& columns,
                                     const std::string& path) {
  const Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(list.get(), false);
  H5Pset_layout(list.get(), H5D_CONTIGUOUS);
  H5Pset_alloc_time(list.get(), H5D_ALLOC_TIME_EARLY);
  H5Pset_fill_time(list.get(), H5D_FILL_TIME_NEVER);
  const Handle space(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), H5Sclose);
  const Handle dataset(
      H5Dcreate2(group, name.c_str(), file_type(number), space.get(), H5P_DEFAULT, list.get(), H5P_DEFAULT),
      H5Dclose);
  if (!dataset) return hdf5_error(name + " can't be created", path, out_of_space);
  if (!columns.empty())
    if (auto written = write_attribute(dataset.get(), {"columns", columns}, path); !written)
      return std::move(written).error();
  const haddr_t position = H5Dget_offset(dataset.get());
  return position == HADDR_UNDEF ? 0 : position;
}

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  void open(const std::string& path) { fd_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC); }
  int get() const { return fd_; }
  int close() { return ::close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

}  // namespace

class FlatWriter::Impl {
 public:
  Impl(std::string path, FileSpec spec, std::uint64_t events, std::vector<std::uint64_t> rows)
      : path_(std::move(path)),
        spec_(std::move(spec)),
        expected_events_(events),
        expected_rows_(std::move(rows)) {}

  Status create(const Attributes& attributes);
  Status append(const Block& block);
  Status close();

 private:
  Status create_collection(hid_t file, std::size_t index);
  Result<Sequential> create_matrix(hid_t group, const std::string& collection, const MatrixSpec& spec,
                                   std::uint64_t rows, bool flat);
  Status write(Sequential& dataset, std::span<const std::byte> bytes);
  Status flush(Sequential& dataset, bool last);
  Status put(std::span<const std::byte> bytes, std::uint64_t position);
  Status finish(Sequential& dataset);

  std::string path_;
  FileSpec spec_;
  std::uint64_t expected_events_;
  std::vector<std::uint64_t> expected_rows_;
  Descriptor file_;
  std::vector<std::vector<Sequential>> matrices_;
  std::vector<Sequential> offsets_;
  std::vector<std::uint64_t> rows_;
  std::uint64_t events_ = 0;
};

Status FlatWriter::Impl::create(const Attributes& attributes) {
  quiet_hdf5();
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_V110);
  constexpr hsize_t alignment = 64;  // of every matrix, so that its numbers are aligned in memory
  H5Pset_alignment(access.get(), 1, alignment);
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);
  Handle file(H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose);
  if (!file)
    return hdf5_error("the file can't be created", path_, "look at the folder's permissions and free space");
  for (std::size_t i = 0; i < spec_.collections.size(); ++i)
    if (auto created = create_collection(file.get(), i); !created) return created;
  const Attribute version{"format_version", format_version};
  const Attribute events{"events", static_cast<std::int64_t>(expected_events_)};
  for (const Attribute& attribute : {Attribute{"format", std::string("sluice-events")}, version, events})
    if (auto written = write_attribute(file.get(), attribute, path_); !written) return written;
  for (const Attribute& attribute : attributes)
    if (auto written = write_attribute(file.get(), attribute, path_); !written) return written;
  if (H5Fflush(file.get(), H5F_SCOPE_GLOBAL) < 0) {
    Error error = hdf5_error("the file can't be created", path_, out_of_space);
    file.abandon();  // HDF5 crashes when it is made to close what it can't write
    return error;
  }
  if (file.close() < 0) return hdf5_error("the file can't be created", path_, out_of_space);
  rows_.resize(spec_.collections.size());
  file_.open(path_);
  if (file_.get() < 0) return io_error("the file can't be written", path_, errno);
  const std::uint64_t zero = 0;
  for (Sequential& offsets : offsets_)
    if (offsets.row_bytes > 0)
      if (auto written = write(offsets, std::as_bytes(std::span(&zero, 1))); !written) return written;
  return Ok{};
}

Status FlatWriter::Impl::create_collection(hid_t file, std::size_t index) {
  const CollectionSpec& collection = spec_.collections[index];
  const Handle list(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  H5Pset_obj_track_times(list.get(), false);
  const Handle group(H5Gcreate2(file, collection.name.c_str(), H5P_DEFAULT, list.get(), H5P_DEFAULT),
                     H5Gclose);
  if (!group) return hdf5_error("the group " + collection.name + " can't be created", path_, out_of_space);
  offsets_.emplace_back();
  if (!collection.one_row_an_event) {
    const MatrixSpec spec{"offsets", Number::u64, {"offset"}};
    auto made = create_matrix(group.get(), collection.name, spec, expected_events_ + 1, true);
    if (!made) return std::move(made).error();
    offsets_.back() = *std::move(made);
  }
  matrices_.emplace_back();
  const std::uint64_t rows = collection.one_row_an_event ? expected_events_ : expected_rows_[index];
  for (const MatrixSpec& spec : collection.matrices) {
    auto made = create_matrix(group.get(), collection.name, spec, rows, false);
    if (!made) return std::move(made).error();
    matrices_.back().push_back(*std::move(made));
  }
  return Ok{};
}

Result<Sequential> FlatWriter::Impl::create_matrix(hid_t group, const std::string& collection,
                                                   const MatrixSpec& spec, std::uint64_t rows, bool flat) {
  Sequential made;
  made.name = collection + "/" + spec.name;
  made.row_bytes = spec.row_bytes();
  made.expected = rows * made.row_bytes;
  std::vector<hsize_t> extent = {rows};
  if (!flat) extent.push_back(spec.columns.size());
  const auto columns = flat ? std::vector<std::string>{} : spec.columns;
  auto position = create_dataset(group, spec.name, spec.number, extent, columns, path_);
  if (!position) return std::move(position).error();
  made.position = *position;
  auto sums = create_dataset(group, spec.name + ".xxh3", Number::u64, {blocks(made.expected)}, {}, path_);
  if (!sums) return std::move(sums).error();
  made.sums_position = *sums;
  return made;
}

Status FlatWriter::Impl::append(const Block& block) {
  events_ += block.events();
  for (std::size_t i = 0; i < spec_.collections.size(); ++i) {
    for (std::size_t j = 0; j < matrices_[i].size(); ++j)
      if (auto written = write(matrices_[i][j], block.rows(i, j).bytes()); !written) return written;
    if (offsets_[i].row_bytes == 0) continue;
    std::vector<std::uint64_t> ends(block.ends(i).begin(), block.ends(i).end());
    for (std::uint64_t& end : ends) end += rows_[i];
    if (!ends.empty()) rows_[i] = ends.back();
    if (auto written = write(offsets_[i], std::as_bytes(std::span(ends))); !written) return written;
  }
  return Ok{};
}

Status FlatWriter::Impl::write(Sequential& dataset, std::span<const std::byte> bytes) {
  dataset.pending.insert(dataset.pending.end(), bytes.begin(), bytes.end());
  return flush(dataset, false);
}

Status FlatWriter::Impl::flush(Sequential& dataset, bool last) {
  const std::size_t whole = dataset.pending.size() / checksum_block * checksum_block;
  const std::size_t ready = last ? dataset.pending.size() : whole;
  if (ready == 0) return Ok{};
  if (dataset.written + ready > dataset.expected)
    throw std::logic_error(dataset.name + " gets more than announced");
  const auto bytes = std::span<const std::byte>(dataset.pending).first(ready);
  for (std::size_t at = 0; at < ready; at += checksum_block) {
    const auto piece = bytes.subspan(at, std::min<std::size_t>(checksum_block, ready - at));
    dataset.sums.push_back(XXH3_64bits(piece.data(), piece.size()));
  }
  if (auto put_there = put(bytes, dataset.position + dataset.written); !put_there) return put_there;
  dataset.written += ready;
  dataset.pending.erase(dataset.pending.begin(),
                        dataset.pending.begin() + static_cast<std::ptrdiff_t>(ready));
  return Ok{};
}

Status FlatWriter::Impl::put(std::span<const std::byte> bytes, std::uint64_t position) {
  while (!bytes.empty()) {
    const ssize_t done = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(position));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) {
      Error error = io_error("the file can't be written", path_, errno);
      error.hint = out_of_space;
      return error;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(done));
    position += static_cast<std::uint64_t>(done);
  }
  return Ok{};
}

Status FlatWriter::Impl::finish(Sequential& dataset) {
  if (dataset.row_bytes == 0) return Ok{};
  if (auto flushed = flush(dataset, true); !flushed) return flushed;
  if (dataset.written != dataset.expected) throw std::logic_error(dataset.name + " got less than announced");
  return put(std::as_bytes(std::span(dataset.sums)), dataset.sums_position);
}

Status FlatWriter::Impl::close() {
  if (events_ != expected_events_) throw std::logic_error("other events than announced");
  for (auto& matrices : matrices_)
    for (Sequential& dataset : matrices)
      if (auto finished = finish(dataset); !finished) return finished;
  for (Sequential& dataset : offsets_)
    if (auto finished = finish(dataset); !finished) return finished;
  if (file_.close() != 0) return io_error("the file can't be completed", path_, errno);
  return Ok{};
}

FlatWriter::FlatWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FlatWriter::FlatWriter(FlatWriter&&) noexcept = default;
FlatWriter& FlatWriter::operator=(FlatWriter&&) noexcept = default;
FlatWriter::~FlatWriter() = default;

Result<FlatWriter> FlatWriter::create(const std::string& path, const FileSpec& spec, std::uint64_t events,
                                      const std::vector<std::uint64_t>& rows, const Attributes& attributes) {
  auto impl = std::make_unique<Impl>(path, spec, events, rows);
  if (auto created = impl->create(attributes); !created) return std::move(created).error();
  return FlatWriter(std::move(impl));
}

Status FlatWriter::append(const Block& block) { return impl_->append(block); }
Status FlatWriter::close() { return impl_->close(); }

}  // namespace sluice::events

#include "stages/events/flat_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <bit>
#include <cerrno>
#include <stdexcept>

#include "engine/base/disk.h"
#include "stages/events/hdf5.h"

namespace sluice::events {

static_assert(std::endian::native == std::endian::little,
              "the files are little-endian, and are used where they lie");

namespace {

/// A file in memory.
class Mapping {
 public:
  Mapping() = default;
  ~Mapping() {
    if (data_ != nullptr) ::munmap(data_, size_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  Status open(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return io_error("the file can't be opened", path, errno);
    struct stat status {};
    void* data = MAP_FAILED;
    if (::fstat(fd, &status) == 0)
      data = ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_SHARED, fd, 0);
    const int number = errno;
    ::close(fd);
    if (data == MAP_FAILED) return io_error("the file can't be mapped into memory", path, number);
    data_ = data;
    size_ = static_cast<std::size_t>(status.st_size);
    return Ok{};
  }
  std::span<const std::byte> bytes() const { return {static_cast<const std::byte*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace

class FlatFile::Impl {
 public:
  explicit Impl(EventReader opened) : reader(std::move(opened)) {}

  Status map();
  Status verify_matrix(MatrixId id) const;

  EventReader reader;
  Mapping mapping;
  std::vector<std::vector<std::span<const std::byte>>> matrices;
};

Status FlatFile::Impl::map() {
  if (auto mapped = mapping.open(reader.path()); !mapped) return mapped;
  for (std::size_t i = 0; i < reader.spec().collections.size(); ++i) {
    matrices.emplace_back();
    for (std::size_t j = 0; j < reader.spec().collections[i].matrices.size(); ++j) {
      const MatrixSpec& spec = reader.spec().collections[i].matrices[j];
      const std::uint64_t bytes = reader.rows(i, 0, reader.events()).size() * spec.row_bytes();
      const auto position = reader.position({i, j});
      const std::string name = reader.spec().collections[i].name + "/" + spec.name;
      if (bytes > 0 && !position)
        return Error{name + " is in chunks, so this is no dataset", reader.path(),
                     "datasets are made by sluice-preprocess", ErrorKind::data};
      if (bytes > 0 && (*position > mapping.bytes().size() || bytes > mapping.bytes().size() - *position))
        return Error{"the file ends before " + name + " does", reader.path(),
                     "the file is damaged: make it again", ErrorKind::data};
      matrices.back().push_back(bytes == 0 ? std::span<const std::byte>{}
                                           : mapping.bytes().subspan(*position, bytes));
    }
  }
  return Ok{};
}

Status FlatFile::Impl::verify_matrix(MatrixId id) const {
  const CollectionSpec& collection = reader.spec().collections[id.collection];
  const std::string name = collection.name + "/" + collection.matrices[id.matrix].name;
  const auto bytes = matrices[id.collection][id.matrix];
  const Handle file(H5Fopen(reader.path().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  const Handle dataset(H5Dopen2(file.get(), (name + ".xxh3").c_str(), H5P_DEFAULT), H5Dclose);
  const Handle space(H5Dget_space(dataset.get()), H5Sclose);
  const std::uint64_t count = (bytes.size() + checksum_block - 1) / checksum_block;
  std::vector<std::uint64_t> sums(count);
  if (!dataset || H5Sget_simple_extent_npoints(space.get()) != static_cast<hssize_t>(count) ||
      (count > 0 &&
       H5Dread(dataset.get(), H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, sums.data()) < 0))
    return Error{name + " has no checksums", reader.path(), "the file is damaged: make it again",
                 ErrorKind::data};
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto piece =
        bytes.subspan(i * checksum_block, std::min(checksum_block, bytes.size() - i * checksum_block));
    if (XXH3_64bits(piece.data(), piece.size()) != sums[i])
      return Error{name + " differs from its checksum in bytes " + std::to_string(i * checksum_block) +
                       " to " + std::to_string(i * checksum_block + piece.size()),
                   reader.path(), "the file is damaged: make it again", ErrorKind::data};
  }
  return Ok{};
}

FlatFile::FlatFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FlatFile::FlatFile(FlatFile&&) noexcept = default;
FlatFile& FlatFile::operator=(FlatFile&&) noexcept = default;
FlatFile::~FlatFile() = default;

Result<FlatFile> FlatFile::open(const std::string& path) {
  auto reader = EventReader::open(path);
  if (!reader) return std::move(reader).error();
  auto impl = std::make_unique<Impl>(*std::move(reader));
  if (auto mapped = impl->map(); !mapped) return std::move(mapped).error();
  return FlatFile(std::move(impl));
}

const EventReader& FlatFile::reader() const { return impl_->reader; }

std::span<const std::byte> FlatFile::row_bytes(MatrixId matrix, RowRange range, Number number) const {
  const MatrixSpec& spec = reader().spec().collections[matrix.collection].matrices[matrix.matrix];
  if (number != spec.number) throw std::logic_error(spec.name + " holds other numbers");
  return impl_->matrices[matrix.collection][matrix.matrix].subspan(range.first * spec.row_bytes(),
                                                                   range.size() * spec.row_bytes());
}

Status FlatFile::verify() const {
  for (std::size_t i = 0; i < reader().spec().collections.size(); ++i)
    for (std::size_t j = 0; j < reader().spec().collections[i].matrices.size(); ++j)
      if (auto verified = impl_->verify_matrix({i, j}); !verified) return verified;
  return Ok{};
}

}  // namespace sluice::events

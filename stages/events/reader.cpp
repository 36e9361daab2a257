#include "stages/events/reader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <stdexcept>

#include "stages/events/hdf5.h"

namespace sluice::events {

namespace {

constexpr const char* make_again = "the file is damaged: make it again";

std::vector<std::string> names_in(hid_t group) {
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* data) -> herr_t {
    static_cast<std::vector<std::string>*>(data)->emplace_back(name);
    return 0;
  };
  hsize_t at = 0;
  H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &at, collect, &names);
  return names;
}

struct Shape {
  int rank = 0;
  std::array<hsize_t, 2> extent = {0, 1};
};

/// Rank 1 or 2; rank 0 for anything else.
Shape shape_of(hid_t dataset) {
  const Handle space(H5Dget_space(dataset), H5Sclose);
  Shape shape;
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank != 1 && rank != 2) return shape;
  shape.rank = rank;
  H5Sget_simple_extent_dims(space.get(), shape.extent.data(), nullptr);
  return shape;
}

}  // namespace

class EventReader::Impl {
 public:
  explicit Impl(std::string name) : path(std::move(name)) {}

  Status open();
  Status open_group(const std::string& name);
  Status open_matrix(hid_t group, CollectionSpec& collection, const std::string& name);
  Status open_offsets(hid_t group, const std::string& name);
  Status check_rows();
  Error damaged(const std::string& what) const { return {what, path, make_again, ErrorKind::data}; }

  std::string path;
  Handle file;
  FileSpec spec;
  Attributes attributes;
  std::uint64_t events = 0;
  std::vector<std::vector<Handle>> matrices;
  std::vector<std::vector<hsize_t>> row_counts;
  std::vector<std::vector<std::uint64_t>> offsets;
};

Status EventReader::Impl::open() {
  quiet_hdf5();
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  constexpr std::size_t cache_bytes = std::size_t{4} << 20U;  // for each matrix
  H5Pset_cache(access.get(), 0, 521, cache_bytes, 0.75);
  std::error_code missing;
  if (!std::filesystem::exists(path, missing))
    return Error{"there is no such file", path, "", ErrorKind::io, ENOENT};
  file = Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose);
  if (!file)
    return hdf5_error("this is no event file: HDF5 can't open it", path,
                      "event files are made by sluice-import");
  auto read = read_attributes(file.get(), path);
  if (!read) return std::move(read).error();
  attributes = *std::move(read);
  const AttributeValue* format = find_attribute(attributes, "format");
  const AttributeValue* version = find_attribute(attributes, "format_version");
  const AttributeValue* count = find_attribute(attributes, "events");
  if (format == nullptr || *format != AttributeValue{std::string("sluice-events")} || version == nullptr ||
      count == nullptr || !std::holds_alternative<std::int64_t>(*count))
    return Error{"this HDF5 file is no event file", path, "event files are made by sluice-import",
                 ErrorKind::data};
  if (*version != AttributeValue{format_version})
    return Error{"the file has another format version than this program reads", path,
                 "make it again with this version of Sluice", ErrorKind::data};
  events = static_cast<std::uint64_t>(std::get<std::int64_t>(*count));
  for (const std::string& name : names_in(file.get()))
    if (auto opened = open_group(name); !opened) return opened;
  return check_rows();
}

Status EventReader::Impl::open_group(const std::string& name) {
  const Handle group(H5Gopen2(file.get(), name.c_str(), H5P_DEFAULT), H5Gclose);
  if (!group) return damaged(name + " can't be opened");
  CollectionSpec collection{name, true, {}};
  matrices.emplace_back();
  row_counts.emplace_back();
  offsets.emplace_back();
  for (const std::string& inside : names_in(group.get())) {
    if (inside == "offsets") {
      collection.one_row_an_event = false;
      if (auto read = open_offsets(group.get(), name); !read) return read;
    } else if (!inside.ends_with(".xxh3")) {
      if (auto opened = open_matrix(group.get(), collection, inside); !opened) return opened;
    }
  }
  spec.collections.push_back(std::move(collection));
  return Ok{};
}

Status EventReader::Impl::open_matrix(hid_t group, CollectionSpec& collection, const std::string& name) {
  Handle dataset(H5Dopen2(group, name.c_str(), H5P_DEFAULT), H5Dclose);
  const std::string full = collection.name + "/" + name;
  if (!dataset) return damaged(full + " can't be opened");
  const Shape shape = shape_of(dataset.get());
  const Handle type(H5Dget_type(dataset.get()), H5Tclose);
  const auto number = number_of(type.get());
  auto attributes_there = read_attributes(dataset.get(), path);
  if (!attributes_there) return std::move(attributes_there).error();
  const AttributeValue* columns = find_attribute(*attributes_there, "columns");
  const auto* names = columns == nullptr ? nullptr : std::get_if<std::vector<std::string>>(columns);
  if (shape.rank != 2 || !number || names == nullptr || names->size() != shape.extent[1] || names->empty())
    return damaged(full + " is no matrix with named columns");
  collection.matrices.push_back({name, *number, *names});
  matrices.back().push_back(std::move(dataset));
  row_counts.back().push_back(shape.extent[0]);
  return Ok{};
}

Status EventReader::Impl::open_offsets(hid_t group, const std::string& name) {
  const Handle dataset(H5Dopen2(group, "offsets", H5P_DEFAULT), H5Dclose);
  const Shape shape = shape_of(dataset.get());
  if (shape.rank != 1 || shape.extent[0] != events + 1)
    return damaged(name + "/offsets has not one number more than there are events");
  std::vector<std::uint64_t>& numbers = offsets.back();
  numbers.resize(shape.extent[0]);
  if (H5Dread(dataset.get(), H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()) < 0)
    return hdf5_error(name + "/offsets can't be read", path, make_again);
  if (numbers.front() != 0 || !std::is_sorted(numbers.begin(), numbers.end()))
    return damaged(name + "/offsets do not rise from 0");
  return Ok{};
}

Status EventReader::Impl::check_rows() {
  for (std::size_t i = 0; i < spec.collections.size(); ++i) {
    const CollectionSpec& collection = spec.collections[i];
    const std::uint64_t expected = collection.one_row_an_event ? events : offsets[i].back();
    for (std::size_t j = 0; j < collection.matrices.size(); ++j)
      if (row_counts[i][j] != expected)
        return damaged(collection.name + "/" + collection.matrices[j].name + " has " +
                       std::to_string(row_counts[i][j]) + " rows, not " + std::to_string(expected));
  }
  return Ok{};
}

EventReader::EventReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EventReader::EventReader(EventReader&&) noexcept = default;
EventReader& EventReader::operator=(EventReader&&) noexcept = default;
EventReader::~EventReader() = default;

Result<EventReader> EventReader::open(const std::string& path) {
  auto impl = std::make_unique<Impl>(path);
  if (auto opened = impl->open(); !opened) return std::move(opened).error();
  return EventReader(std::move(impl));
}

const std::string& EventReader::path() const { return impl_->path; }
const FileSpec& EventReader::spec() const { return impl_->spec; }
const Attributes& EventReader::attributes() const { return impl_->attributes; }
std::uint64_t EventReader::events() const { return impl_->events; }
std::span<const std::uint64_t> EventReader::offsets(std::size_t collection) const {
  return impl_->offsets[collection];
}

RowRange EventReader::rows(std::size_t collection, std::uint64_t first, std::uint64_t last) const {
  if (impl_->spec.collections[collection].one_row_an_event) return {first, last};
  const auto& offsets = impl_->offsets[collection];
  return {offsets[first], offsets[last]};
}

Status EventReader::read_bytes(MatrixId matrix, RowRange rows, Number number,
                               std::span<std::byte> out) const {
  const CollectionSpec& collection = impl_->spec.collections[matrix.collection];
  const MatrixSpec& spec = collection.matrices[matrix.matrix];
  if (number != spec.number || rows.last > impl_->row_counts[matrix.collection][matrix.matrix])
    throw std::logic_error("rows of another type than " + spec.name + "'s, or behind its end");
  if (rows.size() == 0) return Ok{};
  const Handle& dataset = impl_->matrices[matrix.collection][matrix.matrix];
  const std::array<hsize_t, 2> start = {rows.first, 0};
  const std::array<hsize_t, 2> count = {rows.size(), spec.columns.size()};
  const Handle in_file(H5Dget_space(dataset.get()), H5Sclose);
  H5Sselect_hyperslab(in_file.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
  const Handle in_memory(H5Screate_simple(2, count.data(), nullptr), H5Sclose);
  if (H5Dread(dataset.get(), memory_type(number), in_memory.get(), in_file.get(), H5P_DEFAULT, out.data()) <
      0)
    return hdf5_error(
        collection.name + "/" + spec.name + " can't be read at row " + std::to_string(rows.first),
        impl_->path, make_again);
  return Ok{};
}

std::optional<std::uint64_t> EventReader::position(MatrixId matrix) const {
  const haddr_t offset = H5Dget_offset(impl_->matrices[matrix.collection][matrix.matrix].get());
  if (offset == HADDR_UNDEF) return std::nullopt;
  return offset;
}

}  // namespace sluice::events

#include "stages/edm4hep/root_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "engine/base/disk.h"
#include "stages/edm4hep/codec.h"

namespace sluice::edm4hep {

namespace {

constexpr std::uint32_t large_file_version = 1'000'000;  // its header has 64-bit positions
constexpr std::uint16_t large_key_version = 1000;        // so has its key, or its folder
constexpr std::uint64_t key_list_limit = std::uint64_t{64} << 20;

const char* const truncated_hint = "the file seems to be cut off or damaged: copy or make it again";

/// A file position of 32 or 64 bits.
std::uint64_t position(ByteReader& reader, bool large) {
  return large ? reader.number<std::uint64_t>() : reader.number<std::uint32_t>();
}

}  // namespace

bool parse_key(ByteReader& reader, Key& key) {
  const std::size_t start = reader.at();
  key.bytes = reader.number<std::uint32_t>();
  const bool large = reader.number<std::uint16_t>() > large_key_version;
  key.object_bytes = reader.number<std::uint32_t>();
  reader.skip(4);  // date
  key.key_bytes = reader.number<std::uint16_t>();
  key.cycle = reader.number<std::uint16_t>();
  key.seek = position(reader, large);
  position(reader, large);
  key.class_name = reader.text();
  key.name = reader.text();
  (void)reader.text();
  return !reader.failed() && key.bytes <= 0x7fffffffU && key.object_bytes <= 0x7fffffffU &&
         key.key_bytes <= key.bytes && key.key_bytes >= reader.at() - start;
}

void RootFile::Close::operator()(const int* descriptor) const {
  ::close(*descriptor);
  delete descriptor;
}

Error RootFile::error(std::string what, std::string hint) const {
  return {std::move(what), path_, hint.empty() ? truncated_hint : std::move(hint)};
}

Result<RootFile> RootFile::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return io_error("can't be opened", path, errno);
  struct stat about {};
  const bool known = ::fstat(descriptor, &about) == 0;
  RootFile file(path, descriptor, known ? static_cast<std::uint64_t>(about.st_size) : 0);
  if (!known || !S_ISREG(about.st_mode)) return file.error("this is not a file", "name a .root file");
  if (auto read = file.read_keys(); !read) return std::move(read).error();
  return file;
}

Status RootFile::read_keys() {
  constexpr std::uint64_t header_bytes = 64;
  auto header = bytes_at(0, std::min(size_, header_bytes));
  if (!header) return std::move(header).error();
  ByteReader reader(*header);
  if (size_ < header_bytes || reader.number<std::uint32_t>() != 0x726f6f74)  // "root"
    return error("this is not a ROOT file", "EDM4hep files begin with the letters 'root'");
  const bool large = reader.number<std::uint32_t>() >= large_file_version;
  const std::uint64_t begin = reader.number<std::uint32_t>();
  const std::uint64_t end = position(reader, large);
  position(reader, large);  // the list of free space, and two numbers about it
  reader.skip(8);
  const std::uint64_t name_bytes = reader.number<std::uint32_t>();

  if (end > size_)
    return error("the file ends at byte " + std::to_string(size_) + " of " + std::to_string(end));
  if (begin + name_bytes > size_) return error("the file ends before its top folder");
  auto folder_bytes = bytes_at(begin + name_bytes, std::min<std::uint64_t>(64, size_ - begin - name_bytes));
  if (!folder_bytes) return std::move(folder_bytes).error();
  ByteReader folder(*folder_bytes);
  const bool large_folder = folder.number<std::uint16_t>() > large_key_version;
  folder.skip(8);  // dates
  const std::uint64_t key_list_bytes = folder.number<std::uint32_t>();
  folder.skip(4);
  position(folder, large_folder);
  position(folder, large_folder);
  const std::uint64_t seek_keys = position(folder, large_folder);
  if (folder.failed() || seek_keys == 0)
    return error("the file has no list of its objects", "the program that wrote it did not finish");
  if (key_list_bytes > key_list_limit) return error("the list of its objects is damaged");

  auto list_bytes = bytes_at(seek_keys, key_list_bytes);
  if (!list_bytes) return std::move(list_bytes).error();
  ByteReader list(*list_bytes);
  Key own;
  if (!parse_key(list, own)) return error("the list of its objects is damaged");
  const auto count = list.number<std::uint32_t>();
  for (std::uint32_t i = 0; i < count; ++i) {
    Key key;
    if (!parse_key(list, key)) return error("the list of its objects is damaged");
    keys_.push_back(std::move(key));
  }
  return Ok{};
}

const Key* RootFile::find(std::string_view name, std::string_view class_name) const {
  const Key* best = nullptr;
  for (const Key& key : keys_)
    if (key.name == name && key.class_name == class_name && (best == nullptr || key.cycle > best->cycle))
      best = &key;
  return best;
}

Result<Buffer> RootFile::bytes_at(std::uint64_t seek, std::uint64_t count) const {
  if (seek > size_ || count > size_ - seek)
    return error("the file ends at byte " + std::to_string(size_) + ", where bytes up to " +
                 std::to_string(seek) + " + " + std::to_string(count) + " should be");
  Buffer bytes(count);
  std::size_t got = 0;
  while (got < count) {
    const auto n = ::pread(*descriptor_, bytes.data() + got, count - got, static_cast<off_t>(seek + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error("can't be read", path_, errno);
    if (n == 0) return error("the file has become shorter while it was read");
    got += static_cast<std::size_t>(n);
  }
  return bytes;
}

Result<Object> RootFile::object(const Key& key, std::uint64_t most_bytes) const {
  if (key.object_bytes > most_bytes)
    return error("the object '" + key.name + "' says that it unpacks to " + std::to_string(key.object_bytes) +
                 " bytes");
  auto packed = bytes_at(key.seek + key.key_bytes, key.bytes - key.key_bytes);
  if (!packed) return std::move(packed).error();
  if (packed->size() == key.object_bytes) return Object{std::move(*packed), key.key_bytes};
  auto bytes = unpack(*packed, key.object_bytes);
  if (!bytes) return error("the object '" + key.name + "' can't be unpacked: " + bytes.error().what);
  return Object{std::move(*bytes), key.key_bytes};
}

}  // namespace sluice::edm4hep

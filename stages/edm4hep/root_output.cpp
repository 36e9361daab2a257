#include "stages/edm4hep/root_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "engine/base/disk.h"
#include "stages/edm4hep/codec.h"

namespace sluice::edm4hep {

namespace {

// 1 January 1995, where ROOT's calendar begins: the same file must have the same bytes tomorrow.
constexpr std::uint32_t date = 1U << 22U | 1U << 17U;
constexpr std::uint32_t root_version = 63'800;  // whose layout this is
constexpr std::uint64_t begin_at = 100;
constexpr std::uint64_t large_at = 2'000'000'000;  // from this size on, ROOT's headers have 64-bit positions
constexpr int key_version = 1004;                  // with 64-bit positions
constexpr std::size_t key_fixed_bytes = 4 + 2 + 4 + 4 + 2 + 2 + 8 + 8;
constexpr const char* file_name = "edm4hep.root";  // not the user's: a file may be renamed
constexpr std::size_t folder_bytes = 80;           // of the folder's record, with room for 64-bit positions

void write_key(ByteWriter& out, const RootOutput::Place& place, std::uint32_t unpacked_bytes,
               std::size_t key_bytes, std::string_view class_name, std::string_view name,
               std::string_view title) {
  out.number(place.bytes);
  out.i16(key_version);
  out.number(unpacked_bytes);
  out.number(date);
  out.i16(static_cast<int>(key_bytes));
  out.i16(1);  // cycle
  out.i64(place.seek);
  out.i64(begin_at);
  out.text(class_name);
  out.text(name);
  out.text(title);
}

std::size_t text_bytes(std::string_view text) { return text.size() + (text.size() < 255 ? 1 : 5); }

}  // namespace

RootOutput::File::File(std::string final_path, std::string part_path, int opened)
    : path(std::move(final_path)), part(std::move(part_path)), descriptor(opened) {}

RootOutput::File::~File() {
  if (descriptor >= 0) ::close(descriptor);
  if (!published) ::unlink(part.c_str());
}

Result<RootOutput> RootOutput::create(const std::string& path) {
  const std::string part = path + ".part-" + std::to_string(::getpid());
  const int descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return io_error("can't be written", path, errno);
  RootOutput output(std::make_unique<File>(path, part, descriptor));
  // The front is written last, when it is known; until then no reader takes this for a file.
  const std::size_t named = 2 + std::string_view(file_name).size();
  const std::vector<std::byte> front(begin_at + key_bytes("TFile", file_name, "") + named + folder_bytes);
  if (auto written = output.append(front); !written) return std::move(written).error();
  return output;
}

std::size_t RootOutput::key_bytes(std::string_view class_name, std::string_view name,
                                  std::string_view title) {
  return key_fixed_bytes + text_bytes(class_name) + text_bytes(name) + text_bytes(title);
}

Status RootOutput::put(std::uint64_t at, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto n = ::pwrite(file_->descriptor, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error("can't be written", file_->path, errno);
    at += static_cast<std::uint64_t>(n);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return Ok{};
}

Status RootOutput::append(std::span<const std::byte> bytes) {
  if (auto written = put(end_, bytes); !written) return written;
  end_ += bytes.size();
  return Ok{};
}

Result<RootOutput::Place> RootOutput::append_object(const std::string& class_name, const std::string& name,
                                                    const std::string& title,
                                                    std::span<const std::byte> packed,
                                                    std::uint32_t unpacked_bytes) {
  const std::size_t key = key_bytes(class_name, name, title);
  const Place place{end_, static_cast<std::uint32_t>(key + packed.size())};
  ByteWriter out;
  write_key(out, place, unpacked_bytes, key, class_name, name, title);
  out.raw(packed);
  if (auto written = append(out.bytes()); !written) return std::move(written).error();
  return place;
}

Status RootOutput::write_object(const std::string& class_name, const std::string& name,
                                const std::string& title, std::span<const std::byte> object) {
  const auto unpacked_bytes = static_cast<std::uint32_t>(object.size());
  auto place = append_object(class_name, name, title, pack(object), unpacked_bytes);
  if (!place) return std::move(place).error();
  ByteWriter key;
  write_key(key, *place, unpacked_bytes, key_bytes(class_name, name, title), class_name, name, title);
  listed_.push_back({key.take()});
  return Ok{};
}

Result<RootOutput::Place> RootOutput::write_basket(const std::string& branch, const std::string& tree,
                                                   std::span<const std::byte> key_tail,
                                                   std::span<const std::byte> packed,
                                                   std::uint32_t unpacked_bytes) {
  const std::size_t key = key_bytes("TBasket", branch, tree) + key_tail.size();
  const Place place{end_, static_cast<std::uint32_t>(key + packed.size())};
  ByteWriter out;
  write_key(out, place, unpacked_bytes, key, "TBasket", branch, tree);
  out.raw(key_tail);
  out.raw(packed);
  if (auto written = append(out.bytes()); !written) return std::move(written).error();
  return place;
}

/// Header, the file's own key, and the record of its only folder.
Status RootOutput::write_front(std::uint64_t end, const Place& free_list, const Place& descriptions,
                               const Place& keys) {
  const bool large = end > large_at;
  const std::size_t own_key = key_bytes("TFile", file_name, "");
  const std::size_t name_bytes = own_key + text_bytes(file_name) + text_bytes("");
  ByteWriter out;
  const auto position = [&](std::uint64_t value) {
    large ? out.i64(value) : out.i32(static_cast<std::int64_t>(value));
  };
  out.raw(std::as_bytes(std::span("root", 4)));
  out.number(root_version + (large ? 1'000'000U : 0U));
  out.i32(begin_at);
  position(end);
  position(free_list.seek);
  out.number(free_list.bytes);
  out.i32(1);
  out.i32(static_cast<std::int64_t>(name_bytes));
  out.number(static_cast<std::uint8_t>(large ? 8 : 4));
  out.i32(503);  // zstd, level 3
  position(descriptions.seek);
  out.number(descriptions.bytes);
  out.i16(1);  // UUID version, and a UUID of zeros
  out.zeros(begin_at - out.size());

  const auto record_bytes = static_cast<std::uint32_t>(name_bytes - own_key + folder_bytes);
  write_key(out, {begin_at, static_cast<std::uint32_t>(own_key) + record_bytes}, record_bytes, own_key,
            "TFile", file_name, "");
  out.text(file_name);
  out.text("");
  const std::size_t record = out.size();
  out.i16(5 + (large ? 1000 : 0));
  out.number(date);
  out.number(date);
  out.number(keys.bytes);
  out.i32(static_cast<std::int64_t>(name_bytes));
  position(begin_at);
  position(0);
  position(keys.seek);
  out.i16(1);
  out.zeros(record + folder_bytes - out.size());
  return put(0, out.bytes());
}

Status RootOutput::close(std::span<const std::byte> class_descriptions) {
  auto descriptions = append_object("TList", description_name, description_title, pack(class_descriptions),
                                    static_cast<std::uint32_t>(class_descriptions.size()));
  if (!descriptions) return std::move(descriptions).error();

  ByteWriter list;
  list.i32(static_cast<std::int64_t>(listed_.size()));
  for (const Listed& object : listed_) list.raw(object.key);
  auto keys = append_object("TFile", file_name, "", list.bytes(), static_cast<std::uint32_t>(list.size()));
  if (!keys) return std::move(keys).error();

  // The free space of the file: all that lies behind its end.
  ByteWriter free;
  const std::size_t free_object = 2 + 2 * sizeof(std::uint64_t);
  const std::uint64_t end = end_ + key_bytes("TFile", file_name, "") + free_object;
  std::uint64_t limit = large_at;
  while (limit < end) limit += 1'000'000'000;
  free.i16(1001);
  free.i64(end);
  free.i64(limit);
  auto free_list =
      append_object("TFile", file_name, "", free.bytes(), static_cast<std::uint32_t>(free.size()));
  if (!free_list) return std::move(free_list).error();

  if (auto front = write_front(end_, *free_list, *descriptions, *keys); !front) return front;
  if (::fsync(file_->descriptor) != 0) return io_error("can't be written", file_->path, errno);
  if (::close(std::exchange(file_->descriptor, -1)) != 0)
    return io_error("can't be written", file_->path, errno);
  if (std::rename(file_->part.c_str(), file_->path.c_str()) != 0)
    return io_error("can't be given its name", file_->path, errno);
  file_->published = true;
  return Ok{};
}

}  // namespace sluice::edm4hep

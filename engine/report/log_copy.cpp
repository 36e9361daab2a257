#include "engine/report/log_copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "engine/base/disk.h"
#include "engine/base/text.h"

namespace sluice::report {

namespace {

constexpr std::size_t chunk_bytes = 1U << 16U;

class Input {
 public:
  explicit Input(const std::string& path)
      : path_(path), fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), error_(errno) {}
  ~Input() {
    if (fd_ >= 0) ::close(fd_);
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  bool is_open() const { return fd_ >= 0; }
  bool is_missing() const { return fd_ < 0 && error_ == ENOENT; }
  Error error() const { return io_error("can't read the log", path_, error_); }
  std::uint64_t size() const {
    struct stat stat {};
    return ::fstat(fd_, &stat) == 0 ? static_cast<std::uint64_t>(stat.st_size) : 0;
  }
  Result<std::string> read(std::uint64_t offset, std::size_t bytes) {
    std::string text(bytes, '\0');
    const ssize_t got = ::pread(fd_, text.data(), bytes, static_cast<off_t>(offset));
    if (got < 0) return io_error("can't read the log", path_, errno);
    text.resize(static_cast<std::size_t>(got));
    return text;
  }

 private:
  std::string path_;
  int fd_;
  int error_;
};

/// The length of a colour sequence at the beginning of `text`: ESC [ digits and semicolons m. 0: there is
/// none.
std::size_t colour_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const std::size_t end = text.find_first_not_of("0123456789;", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

/// Bytes at the end that may be the beginning of something that the next read completes: a character or a
/// colour.
std::size_t unfinished(std::string_view text) {
  const std::size_t escape = text.rfind('\x1b');
  if (escape != std::string_view::npos && text.size() - escape < 16 &&
      text.find_first_not_of("0123456789;[", escape + 1) == std::string_view::npos)
    return text.size() - escape;
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte < 0x80) return 0;
    const std::size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0;
    if (length > 0) return length > back ? back : 0;
  }
  return 0;
}

}  // namespace

std::string tamed(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (const std::size_t length = colour_length(text); length > 0) {
      out += text.substr(0, length);
      text.remove_prefix(length);
      continue;
    }
    if (text[0] == '\t' || text[0] == '\r') {
      out += text[0];
      text.remove_prefix(1);
      continue;
    }
    const std::size_t end = std::min(text.find_first_of("\t\r\x1b", 1), text.size());
    out += printable(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

Status copy_log(const std::string& path, std::uint64_t& offset, std::ostream& out, bool tame) {
  Input input(path);
  if (input.is_missing()) return Ok{};
  if (!input.is_open()) return input.error();
  while (out) {
    auto text = input.read(offset, chunk_bytes);
    if (!text) return std::move(text).error();
    const bool is_last = text->size() < chunk_bytes;
    if (tame && !is_last) text->resize(text->size() - unfinished(*text));
    if (text->empty()) break;
    offset += text->size();
    out << (tame ? tamed(*text) : *text);
  }
  out.flush();
  return Ok{};
}

Result<std::uint64_t> offset_of_last(const std::string& path, std::size_t lines) {
  Input input(path);
  if (input.is_missing()) return std::uint64_t{0};
  if (!input.is_open()) return input.error();
  std::uint64_t end = input.size();
  const std::uint64_t size = end;
  if (lines == 0) return size;
  std::size_t seen = 0;
  while (end > 0) {
    const std::uint64_t begin = end > chunk_bytes ? end - chunk_bytes : 0;
    const auto text = input.read(begin, static_cast<std::size_t>(end - begin));
    if (!text) return text.error();
    for (std::size_t i = text->size(); i-- > 0;) {
      const std::uint64_t at = begin + i;
      if ((*text)[i] != '\n' || at + 1 == size) continue;  // the last line's own end separates nothing
      if (++seen == lines) return at + 1;
    }
    end = begin;
  }
  return std::uint64_t{0};
}

}  // namespace sluice::report

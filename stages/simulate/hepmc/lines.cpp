#include "stages/simulate/hepmc/lines.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/base/disk.h"

namespace sluice::simulate {

namespace {

constexpr std::size_t chunk = 1 << 18;
constexpr std::size_t longest_line = 1 << 24;

}  // namespace

Lines::Lines(std::string path, gzFile file) : path_(std::move(path)), file_(file), buffer_(chunk) {}

Lines::Lines(Lines&& other) noexcept { *this = std::move(other); }

Lines& Lines::operator=(Lines&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  std::swap(buffer_, other.buffer_);
  std::swap(begin_, other.begin_);
  std::swap(end_, other.end_);
  std::swap(at_end_, other.at_end_);
  std::swap(number_, other.number_);
  return *this;
}

Lines::~Lines() {
  if (file_ != nullptr) gzclose(file_);
}

Result<Lines> Lines::open(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rbe");
  if (file == nullptr) return io_error("can't open it", path, errno);
  gzbuffer(file, chunk);
  return Lines(path, file);
}

Status Lines::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) {
    if (buffer_.size() >= longest_line)
      return Error{"a line of more than 16 MB", path_ + ":" + std::to_string(number_ + 1),
                   "is this a HepMC3 text file?", ErrorKind::data};
    buffer_.resize(buffer_.size() * 2);
  }
  const int got = gzread(file_, buffer_.data() + end_, static_cast<unsigned>(buffer_.size() - end_));
  int code = Z_OK;
  const std::string message = gzerror(file_, &code);
  // What came before the damage is delivered first.
  if (got < 0 && code == Z_ERRNO) return io_error("can't read it", path_, errno);
  if (got < 0 || (got == 0 && code == Z_BUF_ERROR))
    return Error{
        code == Z_BUF_ERROR ? "the gzip file ends too early" : "the gzip file is damaged: " + message,
        path_ + ", after line " + std::to_string(number_), "fetch or make the file again", ErrorKind::data};
  at_end_ = got == 0;
  end_ += static_cast<std::size_t>(got);
  return Ok{};
}

Result<bool> Lines::next(std::string_view& line) {
  std::size_t searched = begin_;
  while (true) {
    const char* const start = buffer_.data() + begin_;
    const void* const found = std::memchr(buffer_.data() + searched, '\n', end_ - searched);
    if (found != nullptr || (at_end_ && begin_ < end_)) {
      const auto length = found != nullptr ? static_cast<std::size_t>(static_cast<const char*>(found) - start)
                                           : end_ - begin_;
      line = {start, length};
      begin_ += length + (found != nullptr ? 1 : 0);
      ++number_;
      if (line.ends_with('\r')) line.remove_suffix(1);
      return true;
    }
    if (at_end_) return false;
    const std::size_t unsearched = end_ - begin_;
    if (auto filled = fill(); !filled) return std::move(filled).error();
    searched = begin_ + unsearched;
  }
}

}  // namespace sluice::simulate

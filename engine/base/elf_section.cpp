#include "engine/base/elf_section.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cstring>
#include <vector>

namespace sluice {

namespace {

/// Reads pieces of a file; a piece that reaches beyond its end is an error, so no number in a damaged file
/// makes us take more memory than the file has bytes.
class Pieces {
 public:
  explicit Pieces(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    struct stat found {};
    if (fd_ >= 0 && ::fstat(fd_, &found) == 0 && S_ISREG(found.st_mode))
      size_ = static_cast<std::uint64_t>(found.st_size);
  }
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;
  ~Pieces() {
    if (fd_ >= 0) ::close(fd_);
  }

  bool holds(std::uint64_t offset, std::uint64_t size) const {
    return offset <= size_ && size <= size_ - offset;
  }

  bool read(std::uint64_t offset, void* to, std::size_t size) const {
    return holds(offset, size) &&
           ::pread(fd_, to, size, static_cast<off_t>(offset)) == static_cast<ssize_t>(size);
  }

 private:
  int fd_;
  std::uint64_t size_ = 0;
};

bool is_ours(const Elf64_Ehdr& header) {
  constexpr int own_order = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  return std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_ident[EI_CLASS] == ELFCLASS64 &&
         header.e_ident[EI_DATA] == own_order && header.e_shentsize == sizeof(Elf64_Shdr);
}

std::optional<std::string> text_of(const Pieces& file, const Elf64_Shdr& section, std::size_t most_bytes) {
  if (section.sh_type == SHT_NOBITS || section.sh_size > most_bytes ||
      !file.holds(section.sh_offset, section.sh_size))
    return std::nullopt;
  std::string text(section.sh_size, '\0');
  if (!file.read(section.sh_offset, text.data(), text.size())) return std::nullopt;
  return text;
}

}  // namespace

std::optional<std::string> elf_section(const std::string& path, std::string_view name,
                                       std::size_t most_bytes) {
  const Pieces file(path);
  Elf64_Ehdr header{};
  if (!file.read(0, &header, sizeof header) || !is_ours(header)) return std::nullopt;
  std::vector<Elf64_Shdr> sections(header.e_shnum);
  if (!file.read(header.e_shoff, sections.data(), sections.size() * sizeof(Elf64_Shdr)) ||
      header.e_shstrndx >= sections.size())
    return std::nullopt;
  constexpr std::size_t most_names = 1U << 20U;
  const auto names = text_of(file, sections[header.e_shstrndx], most_names);
  if (!names) return std::nullopt;
  for (const Elf64_Shdr& section : sections)
    if (section.sh_name < names->size() && names->c_str() + section.sh_name == name)
      return text_of(file, section, most_bytes);
  return std::nullopt;
}

}  // namespace sluice

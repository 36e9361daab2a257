// A ROOT file that is being written: objects one after the other, then what makes them a file. It lies beside
// its name until it is whole. Dates and identifiers, which ROOT would make up anew each time, are fixed.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/edm4hep/byte_writer.h"

namespace sluice::edm4hep {

class RootOutput {
 public:
  static Result<RootOutput> create(const std::string& path);
  RootOutput(RootOutput&&) noexcept = default;
  RootOutput& operator=(RootOutput&&) noexcept = default;
  ~RootOutput() = default;

  struct Place {
    std::uint64_t seek = 0;
    std::uint32_t bytes = 0;
  };
  /// How many bytes the key of an object of these names takes.
  static std::size_t key_bytes(std::string_view class_name, std::string_view name, std::string_view title);

  /// An object that readers find by its name. `object` is unpacked, and was made for a key of key_bytes().
  Status write_object(const std::string& class_name, const std::string& name, const std::string& title,
                      std::span<const std::byte> object);
  /// A basket: `key_tail` belongs to its key, and `packed` unpacks to `unpacked_bytes`.
  Result<Place> write_basket(const std::string& branch, const std::string& tree,
                             std::span<const std::byte> key_tail, std::span<const std::byte> packed,
                             std::uint32_t unpacked_bytes);
  /// Writes the descriptions of the classes, the list of the objects and the header, and gives the file its
  /// name.
  Status close(std::span<const std::byte> class_descriptions);

  static constexpr const char* description_name = "StreamerInfo";
  static constexpr const char* description_title = "Doubly linked list";

 private:
  struct File {
    File(std::string final_path, std::string part_path, int opened);
    ~File();
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    std::string path;
    std::string part;
    int descriptor;
    bool published = false;
  };
  struct Listed {
    std::vector<std::byte> key;
  };

  explicit RootOutput(std::unique_ptr<File> file) : file_(std::move(file)) {}
  Status append(std::span<const std::byte> bytes);
  Status put(std::uint64_t at, std::span<const std::byte> bytes);
  Result<Place> append_object(const std::string& class_name, const std::string& name,
                              const std::string& title, std::span<const std::byte> packed,
                              std::uint32_t unpacked_bytes);
  Status write_front(std::uint64_t end, const Place& free_list, const Place& descriptions, const Place& keys);

  std::unique_ptr<File> file_;
  std::uint64_t end_ = 0;
  std::vector<Listed> listed_;
};

}  // namespace sluice::edm4hep

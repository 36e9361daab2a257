// A ROOT file as a list of named objects (keys), each of them some bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/edm4hep/buffer.h"
#include "stages/edm4hep/byte_reader.h"

namespace sluice::edm4hep {

/// What stands before every object and every basket.
struct Key {
  std::uint64_t seek = 0;          ///< where the key itself begins
  std::uint32_t bytes = 0;         ///< of key and object, as they lie in the file
  std::uint32_t object_bytes = 0;  ///< of the object, unpacked
  std::uint16_t key_bytes = 0;
  std::uint16_t cycle = 0;
  std::string class_name;
  std::string name;
};

/// Bytes of an object, unpacked. Positions inside it are counted from the start of its key.
struct Object {
  Buffer bytes;
  std::uint16_t key_bytes = 0;
};

/// Reads the key at the reader's position; false when there is none that makes sense.
bool parse_key(ByteReader& reader, Key& key);

class RootFile {
 public:
  /// Opens it and reads the keys of its top folder.
  static Result<RootFile> open(const std::string& path);

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }
  const std::vector<Key>& keys() const { return keys_; }
  /// The one of highest cycle; null when there is none.
  const Key* find(std::string_view name, std::string_view class_name) const;

  Result<Buffer> bytes_at(std::uint64_t seek, std::uint64_t count) const;
  Result<Object> object(const Key& key, std::uint64_t most_bytes) const;
  Error error(std::string what, std::string hint = "") const;

 private:
  struct Close {
    void operator()(const int* descriptor) const;
  };
  RootFile(std::string path, int descriptor, std::uint64_t size)
      : path_(std::move(path)), descriptor_(new int(descriptor)), size_(size) {}
  Status read_keys();

  std::string path_;
  std::unique_ptr<int, Close> descriptor_;
  std::uint64_t size_ = 0;
  std::vector<Key> keys_;
};

}  // namespace sluice::edm4hep

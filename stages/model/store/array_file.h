// Named arrays as the bytes of an HDF5 file, and back. The file is put together in memory and written by the
// disk seam, so that a full disk is an error like any other and the bytes can be hashed before they are
// written. The same arrays give the same bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/result.h"

namespace sluice::model {

struct Array {
  std::vector<std::int64_t> shape;
  std::variant<std::vector<float>, std::vector<std::int64_t>> numbers;

  bool operator==(const Array&) const = default;
};

/// By path inside of the file: "weights/encoder.0.bias".
using Arrays = std::map<std::string, Array>;

/// `format` becomes an attribute of the root group, beside format_version = 1.
Result<std::string> to_hdf5(const Arrays& arrays, const std::string& format);
/// `path` is for messages.
Result<Arrays> from_hdf5(const std::string& bytes, const std::string& format, const std::string& path);

}  // namespace sluice::model

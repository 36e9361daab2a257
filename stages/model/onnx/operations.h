// What each operation of the vocabulary is in ONNX.
#pragma once

#include <string>
#include <vector>

#include "stages/model/definition/graph.h"
#include "stages/model/onnx/writer.h"

namespace sluice::model {

/// `in` are names of tensors; the result is the name of another.
std::string emit(OnnxWriter& onnx, const Node& node, const std::vector<std::string>& in);

/// The longer ones (attention.cpp, hashing.cpp).
std::string emit_attention(OnnxWriter& onnx, const std::vector<std::string>& in, std::int64_t heads);
std::string emit_pool(OnnxWriter& onnx, const std::vector<std::string>& in, std::int64_t heads,
                      std::int64_t width);
/// Each element's own type's numbers, 0 for elements of no type.
std::string emit_join_types(OnnxWriter& onnx, const std::vector<std::string>& in);
std::string emit_near_sums(OnnxWriter& onnx, const std::vector<std::string>& in,
                           const std::vector<double>& widths);
std::string emit_kernel_attention(OnnxWriter& onnx, const std::vector<std::string>& in, std::int64_t heads,
                                  std::int64_t head_width);
/// `most`: directions there are; `hashes`: that have to agree.
std::string emit_lsh_order(OnnxWriter& onnx, const std::vector<std::string>& in, std::int64_t bin_size,
                           std::int64_t hashes, std::int64_t most);
std::string emit_to_bins(OnnxWriter& onnx, const std::string& x, const std::string& order,
                         std::int64_t bin_size);
std::string emit_bins_mask(OnnxWriter& onnx, const std::string& mask, const std::string& order,
                           std::int64_t bin_size);
std::string emit_from_bins(OnnxWriter& onnx, const std::string& binned, const std::string& order,
                           std::int64_t bin_size);
std::string emit_gaussian_kernel(OnnxWriter& onnx, const std::string& points, const std::string& mask);

}  // namespace sluice::model

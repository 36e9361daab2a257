#include "stages/model/onnx/operations.h"

namespace sluice::model {

namespace {

/// (count + bin_size - 1) / bin_size of integers that are not negative.
std::string bins_of(OnnxWriter& onnx, const std::string& count, std::int64_t bin_size) {
  return onnx.divide(onnx.add(count, onnx.integer(bin_size - 1)), onnx.integer(bin_size));
}

std::string half_within(OnnxWriter& onnx, const std::string& bins, std::int64_t most) {
  const std::string half = onnx.divide(bins, onnx.integer(2));
  return onnx.node("Min", {onnx.node("Max", {half, onnx.integer(1)}), onnx.integer(most)});
}

/// Rows of x [B,N,D] at index [B,M] of their event: [B*M,D].
std::string gather_rows(OnnxWriter& onnx, const std::string& x, const std::string& index) {
  const std::string event = onnx.node("Unsqueeze", {onnx.arange(onnx.length(x, 0)), onnx.integers({1})});
  const std::string start = onnx.multiply(event, onnx.length(x, 1));
  const std::string flat = onnx.reshape(onnx.add(index, start), {-1});
  const std::string rows = onnx.reshape_to(x, {onnx.integers({-1}), onnx.length(x, 2)});
  return onnx.node("Gather", {rows, flat}, {{"axis", 0}});
}

/// Zeros at the end of x [B,N], up to whole bins.
std::string pad_to_bins(OnnxWriter& onnx, const std::string& x, std::int64_t bin_size, bool real) {
  const std::string length = onnx.length(x, 1);
  const std::string whole = onnx.multiply(bins_of(onnx, length, bin_size), onnx.integer(bin_size));
  const std::string more = onnx.subtract(whole, length);
  const std::string pads = onnx.node("Concat", {onnx.integers({0, 0, 0}), more}, {{"axis", 0}});
  return onnx.node("Pad", {x, pads, real ? onnx.real(0) : onnx.integer(0)});
}

std::string flat_order(OnnxWriter& onnx, const std::string& order) {
  return onnx.node("Squeeze", {order, onnx.integers({2})});
}

}  // namespace

std::string emit_lsh_order(OnnxWriter& onnx, const std::vector<std::string>& in, std::int64_t bin_size,
                           std::int64_t hashes, std::int64_t most) {
  const std::string length = onnx.length(in[0], 1);
  const std::string used = half_within(onnx, bins_of(onnx, length, bin_size), most);
  const std::string count = onnx.node("ReduceSum", {in[2], onnx.integers({1})}, {{"keepdims", 1}});
  const std::string elements = onnx.cast(count, onnx::TensorProto_DataType_INT64);
  const std::string own = half_within(onnx, bins_of(onnx, elements, bin_size), most);  // [B,1,1]
  const std::string column = onnx.arange(onnx.multiply(used, onnx.integer(2)));
  const std::string unused = onnx.node("GreaterOrEqual", {onnx.node("Mod", {column, used}), own});
  std::string key;
  std::int64_t place = 1;
  for (std::int64_t hash = 0; hash < hashes; ++hash) {
    const std::string all = onnx.node("Gather", {in[1], onnx.integer(hash)}, {{"axis", 0}});
    const std::string directions = onnx.slice(all, 1, onnx.integers({0}), used);
    const std::string projections = onnx.matmul(in[0], directions);
    const std::string both =
        onnx.node("Concat", {projections, onnx.node("Neg", {projections})}, {{"axis", -1}});
    const std::string kept = onnx.node("Where", {unused, onnx.real(-3e38F), both});
    const std::string first = onnx.node("ArgMax", {kept}, {{"axis", -1}, {"keepdims", 1}});
    const std::string negative = onnx.add(onnx.subtract(first, used), own);
    const std::string value = onnx.node("Where", {onnx.node("Less", {first, used}), first, negative});
    const std::string placed = onnx.multiply(value, onnx.integer(place));
    key = hash == 0 ? placed : onnx.add(key, placed);
    place *= 2 * most;
  }
  const std::string element = onnx.node("Greater", {in[2], onnx.real(0.5F)});
  key = onnx.node("Where", {element, key, onnx.integer(place)});
  const std::string places = onnx.node("Unsqueeze", {onnx.arange(length), onnx.integers({1})});
  key = onnx.add(onnx.multiply(key, length), places);
  (void)onnx.node("TopK", {key, length}, {{"axis", 1}, {"largest", 0}, {"sorted", 1}});
  onnx::NodeProto& top = onnx.last();
  const std::string indices = top.output(0) + "_index";
  top.add_output(indices);
  return indices;
}

std::string emit_to_bins(OnnxWriter& onnx, const std::string& x, const std::string& order,
                         std::int64_t bin_size) {
  const std::string index = pad_to_bins(onnx, flat_order(onnx, order), bin_size, false);
  return onnx.reshape_to(gather_rows(onnx, x, index),
                         {onnx.integers({-1}), onnx.integers({bin_size}), onnx.length(x, 2)});
}

std::string emit_bins_mask(OnnxWriter& onnx, const std::string& mask, const std::string& order,
                           std::int64_t bin_size) {
  const std::string index = flat_order(onnx, order);
  const std::string sorted = onnx.node("GatherElements", {flat_order(onnx, mask), index}, {{"axis", 1}});
  return onnx.reshape(pad_to_bins(onnx, sorted, bin_size, true), {-1, bin_size, 1});
}

std::string emit_from_bins(OnnxWriter& onnx, const std::string& binned, const std::string& order,
                           std::int64_t bin_size) {
  const std::string index = flat_order(onnx, order);
  const std::string shape = onnx.node("Shape", {index});
  const std::string places = onnx.node("Expand", {onnx.arange(onnx.length(order, 1)), shape});
  const std::string rank = onnx.node("ScatterElements", {index, index, places}, {{"axis", 1}});
  const std::string events = onnx.length(order, 0);
  const std::string padded =
      onnx.multiply(bins_of(onnx, onnx.length(order, 1), bin_size), onnx.integer(bin_size));
  const std::string width = onnx.length(binned, 2);
  const std::string rows = onnx.reshape_to(binned, {events, padded, width});
  return onnx.reshape_to(gather_rows(onnx, rows, rank), {events, onnx.length(order, 1), width});
}

std::string emit_gaussian_kernel(OnnxWriter& onnx, const std::string& points, const std::string& mask) {
  const std::string square =
      onnx.node("ReduceSum", {onnx.multiply(points, points), onnx.integers({-1})}, {{"keepdims", 1}});
  const auto turned = [&](const std::string& x) { return onnx.transpose(x, {0, 2, 1}); };
  const std::string product = onnx.multiply(onnx.matmul(points, turned(points)), onnx.real(2));
  const std::string distance2 = onnx.subtract(onnx.add(square, turned(square)), product);
  const std::string distance =
      onnx.node("Sqrt", {onnx.node("Clip", {distance2, onnx.real(1e-6F), onnx.real(1e6F)})});
  const std::string kernel = onnx.node("Exp", {onnx.multiply(distance, onnx.real(-0.1F))});
  return onnx.multiply(onnx.multiply(kernel, mask), turned(mask));
}

}  // namespace sluice::model

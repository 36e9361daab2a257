// A network as data: operations on symbolic tensors, in the order in which they can be computed, and the
// weights they use, by name. It is written once (network.h) and read twice: by LibTorch for training
// (stages/model/torch) and by the ONNX emitter for export (stages/model/onnx). The vocabulary is kept small,
// and each word of it is tested for the same meaning in both.
//
// Shapes: B events, padded to N elements, D numbers each: [B,N,D]. The mask is [B,N,1], 1 for an element and
// 0 for padding. No operation may let padding or another event of the batch change an element's result.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sluice::model {

enum class Op : std::uint8_t {
  features,  ///< the input [B,N,F], as in the dataset: GeV, mm, rad
  mask,      ///< the input [B,N,1]
  weight,    ///< `name`d
  constant,  ///< `reals`, of shape [1,1,n]
  // element by element; shapes broadcast from the right
  add,
  subtract,
  multiply,
  divide,
  relu,
  relu6,
  elu,
  leaky_relu,
  gelu,
  silu,
  sigmoid,
  exponential,
  logarithm,
  square_root,
  hyperbolic_cosine,
  sine,
  arcsine,
  clamp,    ///< to [reals[0], reals[1]]
  equals,   ///< 1.0 where it is reals[0]
  detach,   ///< the same numbers, no gradient through them
  dropout,  ///< of the share reals[0], while training
  // along the last axis
  linear,      ///< x, weight [out,in], and maybe a bias [out]
  layer_norm,  ///< x, gain, bias
  rms_norm,    ///< x, gain
  columns,     ///< integers[0] up to, not with, integers[1]
  concat,
  softmax,
  argmax,  ///< [B,N,1], integers; the first of equal ones
  // over the elements of an event
  attention,         ///< q, k, v, key mask; integers[0] heads
  kernel_attention,  ///< q, k, v, key mask, random features [m, D/heads]; integers[0] heads (FAVOR+)
  near_sums,  ///< places [B,N,3], x, mask; for each distance in `reals`, the sum of x over all elements, with
              ///< weights that fall off like a Gaussian of that width: [B,N,reals * D]
  pool,    ///< attention of one query for all events: q [1,1,D], x, weights of keys and values and a bias of
           ///< values, mask; integers[0] heads: [B,1,D], what it finds in each event
  spread,  ///< [B,1,D]: an event's numbers for each of its elements
  // element types, the first column of the features
  of_type,     ///< x, features; integers[0] type: of x what later steps need, its elements of that type
  join_types,  ///< features, then of each type 1, 2, … what was made of its elements: [B,N,D]; 0 for other
               ///< elements
  // locality-sensitive hashing (network.h says which)
  lsh_order,        ///< points, directions [hashes, D, C], mask; integers[0] bin size: [B,N,1] integers
  to_bins,          ///< x, order; integers[0] bin size: [B*bins, bin size, D]
  bins_mask,        ///< mask, order: as to_bins, and 0 where a bin has no element
  from_bins,        ///< binned x, order; integers[0] bin size: [B,N,D]
  gaussian_kernel,  ///< binned points, binned mask: [B*bins, bin size, bin size]
  batch_matmul,     ///< of two binned tensors
};

/// A tensor of the graph: the node that makes it.
struct Value {
  int node = -1;
};

struct Node {
  Op op = Op::features;
  std::vector<int> inputs;
  std::vector<std::int64_t> integers;
  std::vector<double> reals;
  std::string name;  ///< of the weight
};

/// How a weight begins. What it begins with depends on the seed and its name alone.
struct Start {
  enum class Kind : std::uint8_t {
    constant,    ///< `scale` everywhere
    uniform,     ///< in [-scale, scale]
    normal,      ///< of standard deviation `scale`, cut off at two of them
    gaussian,    ///< of standard deviation 1, nothing cut off
    orthogonal,  ///< rows orthogonal in blocks, lengths as of Gaussian vectors
    near,  ///< `scale` on the diagonal of the first group of rows, half in the next, …: of half the groups
  };
  Kind kind = Kind::constant;
  double scale = 0;
  std::int64_t groups = 1;  ///< of rows: the heads of attention
};

struct WeightSpec {
  std::string name;
  std::vector<std::int64_t> shape;
  Start start;
  bool trained = true;

  std::int64_t numbers() const;
};

struct Graph {
  std::vector<Node> nodes;
  std::vector<WeightSpec> weights;
  std::vector<std::pair<std::string, Value>> outputs;

  Value add(Op op, std::vector<Value> inputs, std::vector<std::int64_t> integers = {},
            std::vector<double> reals = {});
  Value weight(std::string name, std::vector<std::int64_t> shape, Start start, bool trained = true);
  void output(std::string name, Value value) { outputs.emplace_back(std::move(name), value); }
  /// Null when there is no such output, or weight.
  const Value* find_output(const std::string& name) const;
  const WeightSpec* find_weight(const std::string& name) const;
};

/// Which nodes have to be computed for these values.
std::vector<bool> needed_for(const Graph& graph, const std::vector<Value>& wanted);

}  // namespace sluice::model

#include "stages/model/definition/graph.h"

#include <algorithm>

namespace sluice::model {

std::int64_t WeightSpec::numbers() const {
  std::int64_t count = 1;
  for (const std::int64_t length : shape) count *= length;
  return count;
}

Value Graph::add(Op op, std::vector<Value> inputs, std::vector<std::int64_t> integers,
                 std::vector<double> reals) {
  Node node{op, {}, std::move(integers), std::move(reals), {}};
  for (const Value input : inputs)
    if (input.node >= 0) node.inputs.push_back(input.node);
  nodes.push_back(std::move(node));
  return {static_cast<int>(nodes.size()) - 1};
}

Value Graph::weight(std::string name, std::vector<std::int64_t> shape, Start start, bool trained) {
  const Value value = add(Op::weight, {});
  nodes.back().name = name;
  weights.push_back({std::move(name), std::move(shape), start, trained});
  return value;
}

const Value* Graph::find_output(const std::string& name) const {
  const auto found =
      std::find_if(outputs.begin(), outputs.end(), [&](const auto& o) { return o.first == name; });
  return found == outputs.end() ? nullptr : &found->second;
}

const WeightSpec* Graph::find_weight(const std::string& name) const {
  const auto found =
      std::find_if(weights.begin(), weights.end(), [&](const auto& w) { return w.name == name; });
  return found == weights.end() ? nullptr : &*found;
}

std::vector<bool> needed_for(const Graph& graph, const std::vector<Value>& wanted) {
  std::vector<bool> needed(graph.nodes.size(), false);
  for (const Value value : wanted) needed[static_cast<std::size_t>(value.node)] = true;
  for (std::size_t i = graph.nodes.size(); i-- > 0;)
    if (needed[i])
      for (const int input : graph.nodes[i].inputs) needed[static_cast<std::size_t>(input)] = true;
  return needed;
}

}  // namespace sluice::model

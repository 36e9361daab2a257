#include "engine/workflow/order.h"

#include <algorithm>
#include <functional>
#include <queue>

namespace sluice::workflow {

namespace {

struct Edge {
  std::uint32_t consumer = 0;
  std::uint32_t producer = 0;
  const InputItem* item = nullptr;
};

std::vector<std::vector<Edge>> edges_of(const std::vector<StageDraft>& stages) {
  std::vector<std::vector<Edge>> edges(stages.size());
  for (std::uint32_t i = 0; i < stages.size(); ++i)
    for (const InputDraft& input : stages[i].inputs)
      for (const InputItem& item : input.items)
        if (item.resolved) edges[i].push_back({i, item.producer, &item});
  return edges;
}

/// Depth first, along the inputs, without recursion: a chain of stages may be as long as the file.
class CircleFinder {
 public:
  CircleFinder(const std::vector<StageDraft>& stages, const std::vector<std::vector<Edge>>& edges,
               Diagnostics& diagnostics)
      : stages_(stages), edges_(edges), diagnostics_(diagnostics), states_(stages.size(), State::untouched) {}

  bool run() {
    for (std::uint32_t i = 0; i < stages_.size(); ++i)
      if (states_[i] == State::untouched) walk(i);
    return found_;
  }

 private:
  enum class State { untouched, open, done };
  struct Step {
    std::uint32_t stage;
    std::size_t next;  ///< edge to look at
  };

  void walk(std::uint32_t start) {
    std::vector<Step> path = {{start, 0}};
    states_[start] = State::open;
    while (!path.empty()) {
      Step& step = path.back();
      if (step.next == edges_[step.stage].size()) {
        states_[step.stage] = State::done;
        path.pop_back();
        continue;
      }
      const Edge& edge = edges_[step.stage][step.next++];
      if (states_[edge.producer] == State::open) report(path, edge);
      if (states_[edge.producer] != State::untouched) continue;
      states_[edge.producer] = State::open;
      path.push_back({edge.producer, 0});
    }
  }

  static std::string name(const InputItem& item) { return item.stage + "." + item.output; }

  /// The path from the circle's first stage to the one whose input closes it; data flows the other way.
  void report(const std::vector<Step>& path, const Edge& closing) {
    found_ = true;
    auto first = path.size() - 1;
    while (path[first].stage != closing.producer) --first;
    std::string text = name(*closing.item);
    for (std::size_t i = path.size() - 1; i > first; --i) {
      const Step& consumer = path[i - 1];
      text.append(" -> ").append(name(*edges_[consumer.stage][consumer.next - 1].item));
    }
    text.append(" -> ").append(stages_[closing.producer].name);
    diagnostics_.error(closing.item->range, "stages wait for each other in a circle: " + text);
  }

  const std::vector<StageDraft>& stages_;
  const std::vector<std::vector<Edge>>& edges_;
  Diagnostics& diagnostics_;
  std::vector<State> states_;
  bool found_ = false;
};

}  // namespace

std::optional<std::vector<std::uint32_t>> order_stages(const std::vector<StageDraft>& stages,
                                                       Diagnostics& diagnostics) {
  const std::vector<std::vector<Edge>> edges = edges_of(stages);
  if (CircleFinder(stages, edges, diagnostics).run()) return std::nullopt;

  std::vector<std::uint32_t> waiting_for(stages.size(), 0);
  std::vector<std::vector<std::uint32_t>> consumers(stages.size());
  for (const std::vector<Edge>& inputs : edges) {
    for (const Edge& edge : inputs) {
      ++waiting_for[edge.consumer];
      consumers[edge.producer].push_back(edge.consumer);
    }
  }
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready;
  for (std::uint32_t i = 0; i < stages.size(); ++i)
    if (waiting_for[i] == 0) ready.push(i);
  std::vector<std::uint32_t> order;
  while (!ready.empty()) {
    const std::uint32_t stage = ready.top();
    ready.pop();
    order.push_back(stage);
    for (const std::uint32_t consumer : consumers[stage])
      if (--waiting_for[consumer] == 0) ready.push(consumer);
  }
  return order;
}

}  // namespace sluice::workflow

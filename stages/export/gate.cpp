#include "stages/export/gate.h"

#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <span>

#include "stages/model/definition/config.h"
#include "stages/model/definition/exported.h"

namespace sluice::exporting {

namespace {

constexpr std::size_t together = 4;  ///< events in a padded batch

using Events = std::span<const model::ReferenceEvent>;

struct Answer {
  std::vector<Ort::Value> values;
  std::int64_t length = 0;
};

class Runner {
 public:
  Runner(Ort::Env& environment, const std::string& onnx, int threads) : session_(nullptr) {
    Ort::SessionOptions options;
    options.SetIntraOpNumThreads(threads);
    session_ = Ort::Session(environment, onnx.data(), onnx.size(), options);
    Ort::AllocatorWithDefaultOptions allocator;
    for (std::size_t i = 0; i < session_.GetOutputCount(); ++i)
      outputs_.emplace_back(session_.GetOutputNameAllocated(i, allocator).get());
  }

  Answer run(Events events, std::int64_t features) {
    Answer answer;
    for (const auto& event : events) answer.length = std::max(answer.length, event.elements);
    const auto slots = events.size() * static_cast<std::size_t>(answer.length);
    std::vector<float> numbers(slots * static_cast<std::size_t>(features), 0);
    const auto mask = std::make_unique<bool[]>(slots);
    for (std::size_t i = 0; i < events.size(); ++i) {
      const std::size_t row = i * static_cast<std::size_t>(answer.length);
      std::copy(events[i].features.begin(), events[i].features.end(),
                numbers.begin() + static_cast<std::ptrdiff_t>(row * static_cast<std::size_t>(features)));
      std::fill_n(mask.get() + row, events[i].elements, true);
    }
    const std::array<std::int64_t, 3> shape = {static_cast<std::int64_t>(events.size()), answer.length,
                                               features};
    const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
    std::array<Ort::Value, 2> in = {
        Ort::Value::CreateTensor<float>(memory, numbers.data(), numbers.size(), shape.data(), 3),
        Ort::Value::CreateTensor<bool>(memory, mask.get(), slots, shape.data(), 2)};
    const std::array<const char*, 2> names = {"features", "mask"};
    std::vector<const char*> wanted;
    for (const std::string& name : outputs_) wanted.push_back(name.c_str());
    answer.values = session_.Run({}, names.data(), in.data(), in.size(), wanted.data(), wanted.size());
    return answer;
  }

  std::size_t index_of(const std::string& output) const {
    return static_cast<std::size_t>(std::find(outputs_.begin(), outputs_.end(), output) - outputs_.begin());
  }
  const std::vector<std::string>& outputs() const { return outputs_; }

 private:
  Ort::Session session_;
  std::vector<std::string> outputs_;
};

/// The largest difference of two momenta, relative as Limits says.
double difference(const float* a, const float* b) {
  double largest = 0;
  for (int i = 0; i < model::quantities; ++i) {
    const auto x = static_cast<double>(a[i]);
    const auto y = static_cast<double>(b[i]);
    const bool direction = i != 0 && i != model::quantities - 1;
    const double scale = std::max({std::abs(x), std::abs(y), direction ? 1.0 : 1e-3});
    const double relative = std::abs(x - y) / scale;
    if (!(relative <= largest)) largest = std::isfinite(relative) ? relative : 1e30;
  }
  return largest;
}

/// Whether each hash sorted the event's elements as it did in training.
bool same_orders(const Answer& answer, std::size_t row, const model::ReferenceEvent& event) {
  for (std::size_t k = 0; k < event.orders.size(); ++k) {
    const auto* order =
        answer.values[k].GetTensorData<std::int64_t>() + row * static_cast<std::size_t>(answer.length);
    if (!std::equal(event.orders[k].begin(), event.orders[k].end(), order)) return false;
  }
  return true;
}

void add_event(const Answer& answer, std::size_t classes, std::size_t momenta, std::size_t row,
               const model::ReferenceEvent& event, bool same_hashes, const Limits& limits, Comparison& sum) {
  const std::size_t start = row * static_cast<std::size_t>(answer.length);
  const auto* found = answer.values[classes].GetTensorData<std::int64_t>() + start;
  const auto* momentum = answer.values[momenta].GetTensorData<float>() + start * model::quantities;
  ++sum.events;
  sum.elements += event.elements;
  sum.flipped_events += same_hashes ? 0 : 1;
  for (std::int64_t i = 0; i < event.elements; ++i) {
    const auto at = static_cast<std::size_t>(i);
    sum.other_class += found[at] != event.classes[at] ? 1 : 0;
    const double off =
        difference(momentum + at * model::quantities, event.momentum.data() + at * model::quantities);
    if (same_hashes) sum.largest_difference = std::max(sum.largest_difference, off);
    if (off <= limits.momentum) continue;
    ++sum.other_momentum;
    sum.unexplained += same_hashes && !event.orders.empty() ? 1 : 0;
  }
}

Status check(const std::vector<model::ReferenceEvent>& reference, std::int64_t features) {
  for (const auto& event : reference)
    if (event.elements < 1 || static_cast<std::int64_t>(event.features.size()) != event.elements * features ||
        static_cast<std::int64_t>(event.classes.size()) != event.elements ||
        static_cast<std::int64_t>(event.momentum.size()) != event.elements * model::quantities)
      return Error{"a reference event does not have " + std::to_string(features) +
                       " features and one result for each element",
                   model::reference_name, "it belongs to another model: train the model again",
                   ErrorKind::data};
  return Ok{};
}

}  // namespace

bool Comparison::passes(const Limits& limits) const {
  constexpr double rounding = 1e-6;  // of an element
  const auto most = [&](double share) { return (1 - share) * static_cast<double>(elements) + rounding; };
  return elements > 0 && static_cast<double>(other_class) <= most(limits.same_class) &&
         static_cast<double>(other_momentum) <= most(limits.same_momentum) && unexplained == 0;
}

std::string Comparison::summary() const {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(),
                "%lld events, %lld elements: %lld of another class, %lld of another momentum (largest "
                "relative difference %.1e)",
                static_cast<long long>(events), static_cast<long long>(elements),
                static_cast<long long>(other_class), static_cast<long long>(other_momentum),
                largest_difference);
  std::string all = text.data();
  if (flipped_events > 0) all += ", " + std::to_string(flipped_events) + " events sorted otherwise by a hash";
  return all;
}

Result<Comparison> compare(const std::string& onnx, const std::string& orders,
                           const std::vector<model::ReferenceEvent>& reference, const Limits& limits,
                           int threads) {
  if (reference.empty())
    return Error{"no reference events", model::reference_name, "train the model again", ErrorKind::data};
  const auto features = static_cast<std::int64_t>(reference[0].features.size()) /
                        std::max<std::int64_t>(reference[0].elements, 1);
  if (auto good = check(reference, features); !good) return std::move(good).error();
  try {
    Ort::Env environment(ORT_LOGGING_LEVEL_ERROR);
    Runner runner(environment, onnx, threads);
    std::unique_ptr<Runner> hashes;
    if (!orders.empty()) hashes = std::make_unique<Runner>(environment, orders, threads);
    Comparison sum;
    for (std::size_t from = 0; from < reference.size(); from += together) {
      const Events some = Events(reference).subspan(from, std::min(together, reference.size() - from));
      const Answer answer = runner.run(some, features);
      const Answer sorted = hashes ? hashes->run(some, features) : Answer();
      for (std::size_t row = 0; row < some.size(); ++row)
        add_event(answer, runner.index_of(model::exported::particle_class),
                  runner.index_of(model::exported::momentum), row, some[row],
                  !hashes || same_orders(sorted, row, some[row]), limits, sum);
    }
    return sum;
  } catch (const Ort::Exception& error) {
    return Error{std::string("ONNX Runtime can't run this file: ") + error.what(), "", "is it of this model?",
                 ErrorKind::data};
  }
}

}  // namespace sluice::exporting

#include "stages/evaluate/evaluation.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>
#include <optional>

#include "stages/evaluate/event_source.h"
#include "stages/evaluate/inference/buckets.h"
#include "stages/jets/jets.h"
#include "stages/model/definition/exported.h"
#include "stages/stage/parallel.h"

namespace sluice::evaluate {

namespace {

using events::Dataset;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Measured {
  EventPhysics physics;
  Weights weights;
};

class Evaluator {
 public:
  Evaluator(const Dataset& dataset, const EventSource& source, const Network& network,
            const EvaluationOptions& options, stage::Context& context)
      : dataset_(dataset),
        source_(source),
        network_(network),
        options_(options),
        context_(context),
        bootstrap_(options.seed, options.replicas),
        result_{Tally(options.bins, options.replicas), {}} {}

  Result<Evaluation> run();

 private:
  Status evaluate_bucket(Bucket bucket);
  Result<bool> is_usable(std::uint64_t event);
  Batch make_batch(const std::vector<std::uint64_t>& events) const;
  Result<Predictions> predict(const std::vector<std::uint64_t>& events);
  /// Adds what the network says of the event in that row of the batch.
  Result<bool> add_ours(EventInput& input, std::uint64_t event, const Predictions& predictions,
                        std::size_t first_element);
  std::string place_of(std::uint64_t event) const { return options_.place + ":" + std::to_string(event); }

  const Dataset& dataset_;
  const EventSource& source_;
  const Network& network_;
  const EvaluationOptions& options_;
  stage::Context& context_;
  Bootstrap bootstrap_;
  std::mutex mutex_;
  Evaluation result_;
};

/// False: it was skipped.
Result<bool> Evaluator::is_usable(std::uint64_t event) {
  const auto features = dataset_.event(event).features;
  if (std::all_of(features.begin(), features.end(), [](float x) { return std::isfinite(x); })) return true;
  if (auto skipped = context_.skip("a feature is no number", place_of(event)); !skipped)
    return std::move(skipped).error();
  return false;
}

Batch Evaluator::make_batch(const std::vector<std::uint64_t>& events) const {
  Batch batch;
  const std::size_t width = dataset_.features();
  batch.events = events.size();
  for (const std::uint64_t event : events)
    batch.length = std::max(batch.length, static_cast<std::size_t>(dataset_.length(event)));
  batch.features.assign(batch.events * batch.length * width, 0);
  batch.mask.assign(batch.events * batch.length, 0);
  for (std::size_t row = 0; row < events.size(); ++row) {
    const events::EventView view = dataset_.event(events[row]);
    const auto start = static_cast<std::ptrdiff_t>(row * batch.length);
    std::copy(view.features.begin(), view.features.end(),
              batch.features.begin() + start * static_cast<std::ptrdiff_t>(width));
    std::fill_n(batch.mask.begin() + start, view.elements, std::uint8_t{1});
  }
  return batch;
}

Result<Predictions> Evaluator::predict(const std::vector<std::uint64_t>& events) {
  Batch batch = make_batch(events);
  if (batch.length == 0) return Predictions{};
  const auto start = Clock::now();
  auto predictions = network_.run(batch);
  const double seconds = seconds_since(start);
  std::uint64_t elements = 0;
  for (const std::uint64_t event : events) elements += dataset_.length(event);
  const std::lock_guard lock(mutex_);
  result_.timings.add(batch.length, events.size(), elements, seconds);
  return predictions;
}

Result<bool> Evaluator::add_ours(EventInput& input, std::uint64_t event, const Predictions& predictions,
                                 std::size_t first_element) {
  const auto length = static_cast<std::size_t>(dataset_.length(event));
  auto& classes = input.element_classes[index(Source::ours)];
  for (std::size_t i = first_element; i < first_element + length; ++i) {
    const std::int64_t code = predictions.classes[i];
    const bool known = code >= 0 && code < static_cast<std::int64_t>(class_count);
    classes.push_back(known ? static_cast<Class>(code) : Class::none);
    if (known && code == 0) continue;
    const float* row = predictions.momentum.data() + i * model::exported::momentum_columns;
    const Particle particle{classes.back(), row[0], row[1], row[2], row[3], row[4]};
    if (!known || !is_finite(particle)) {
      auto skipped =
          context_.skip(known ? "the network gives what is no number" : "the network names an unknown class",
                        place_of(event));
      if (!skipped) return std::move(skipped).error();
      return false;
    }
    input.particles[index(Source::ours)].push_back(particle);
  }
  return true;
}

Status Evaluator::evaluate_bucket(Bucket bucket) {
  std::vector<std::uint64_t> events;
  for (std::size_t i = bucket.first; i < bucket.last; ++i) {
    auto usable = is_usable(dataset_.by_length()[i]);
    if (!usable) return std::move(usable).error();
    if (*usable) events.push_back(dataset_.by_length()[i]);
  }
  auto predictions = predict(events);
  if (!predictions) return std::move(predictions).error();
  const std::size_t length = events.empty() ? 0 : predictions->classes.size() / events.size();
  std::vector<Measured> measured;
  for (std::size_t row = 0; row < events.size(); ++row) {
    EventInput input = source_.event(events[row]);
    auto added = add_ours(input, events[row], *predictions, row * length);
    if (!added) return std::move(added).error();
    if (*added) measured.push_back({analyse(input), bootstrap_.weights(input.key)});
  }
  const std::lock_guard lock(mutex_);
  for (const Measured& event : measured) result_.tally.add(event.physics, event.weights);
  context_.progress().add(static_cast<std::int64_t>(bucket.last - bucket.first));
  return Ok{};
}

Result<Evaluation> Evaluator::run() {
  std::vector<std::uint64_t> lengths;
  for (const std::uint64_t event : dataset_.by_length()) lengths.push_back(dataset_.length(event));
  auto buckets = buckets_of(lengths, options_.batch_elements);
  std::reverse(buckets.begin(),
               buckets.end());  // the longest first, so that no thread is left with them at the end
  context_.progress().start("events", static_cast<std::int64_t>(dataset_.events()));
  const auto start = Clock::now();
  std::vector<std::optional<Error>> failures(buckets.size());
  std::atomic<bool> failed = false;
  stage::for_each_piece(context_.cpus(), buckets.size(), [&](std::size_t i) {
    if (failed) return;
    auto done = evaluate_bucket(buckets[i]);
    if (!done) failures[i] = std::move(done).error(), failed = true;
  });
  for (auto& failure : failures)
    if (failure) return *std::move(failure);
  result_.timings.wall_s = seconds_since(start);
  result_.timings.threads = context_.cpus();
  result_.timings.events = dataset_.events();
  return std::move(result_);
}

/// The order comes from a file, which may be wrong.
bool is_order(const Dataset& dataset) {
  std::vector<bool> seen(dataset.events());
  for (const std::uint64_t event : dataset.by_length()) {
    if (event >= seen.size() || seen[event]) return false;
    seen[event] = true;
  }
  return std::is_sorted(
      dataset.by_length().begin(), dataset.by_length().end(),
      [&](std::uint64_t a, std::uint64_t b) { return dataset.length(a) < dataset.length(b); });
}

}  // namespace

Result<Evaluation> evaluate(const Dataset& dataset, const Network& network, const EvaluationOptions& options,
                            stage::Context& context) {
  if (dataset.events() == 0)
    return Error{"this split has no events", options.place,
                 "give it a larger share when the dataset is made: sluice-preprocess --test 0.2",
                 ErrorKind::data};
  if (!is_order(dataset))
    return Error{"the order of events by length is broken", options.place,
                 "make the dataset again with sluice-preprocess", ErrorKind::data};
  auto source = EventSource::open(dataset);
  if (!source) {
    Error error = std::move(source).error();
    error.where = options.place;
    return error;
  }
  jets::prepare_jets();
  return Evaluator(dataset, *source, network, options, context).run();
}

}  // namespace sluice::evaluate

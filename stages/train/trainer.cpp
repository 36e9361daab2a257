#include "stages/train/trainer.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <new>

#include "engine/base/json.h"
#include "stages/train/device.h"
#include "stages/train/optimizer.h"
#include "stages/train/pass.h"
#include "stages/train/validation.h"

namespace sluice::train {

namespace {

constexpr std::int64_t bucket_numbers = 1 << 20;

Error failure(std::string what, const char* hint) { return {std::move(what), "", hint, ErrorKind::data}; }

std::string history_line(std::int64_t epoch, const Metrics& metrics) {
  json::object object{{"epoch", epoch}};
  for (const auto& [name, value] : metrics) object[name] = value;
  return json::serialize(object);
}

class Training {
 public:
  Training(const Job& job, Exchange& exchange, Checkpoints* checkpoints, const Hooks& hooks,
           const at::Device& device)
      : job_(job),
        exchange_(exchange),
        checkpoints_(checkpoints),
        hooks_(hooks),
        layout_(device.is_cpu() ? Layout::packed : Layout::padded),
        graph_(model::build_network(job.config, job.normalisation)),
        network_(graph_, model::starting_weights(graph_, static_cast<std::uint64_t>(job.config.model_seed)),
                 device),
        pass_(network_, job.settings, job.config.features(), device),
        optimizer_(job.settings, network_),
        buckets_(network_, exchange, bucket_numbers),
        plan_(plan_settings(), *job.train),
        until_(job.until) {}

  Result<Trained> run();

 private:
  PlanSettings plan_settings() const;
  ReportDefect report_for(const EventSource& source) const {
    return [this, &source](std::int64_t event, const std::string& reason) {
      return hooks_.defect(source, event, reason);
    };
  }
  Status resume();
  Status step(Loader& loader);
  Status end_epoch();
  Metrics metrics_of(const LossSums& learned, const LossSums& validated) const;
  Orders agreed(Orders orders);
  bool agreed(bool rank_0_says);
  Status save();
  Status save_if_due(bool now);
  Trained finished(Trained::End end);

  std::int64_t epoch() const { return position_.step / plan_.steps_per_epoch(); }
  std::int64_t total_steps() const {
    return (job_.settings.horizon > 0 ? job_.settings.horizon : job_.epochs) * plan_.steps_per_epoch();
  }

  const Job& job_;
  Exchange& exchange_;
  Checkpoints* checkpoints_;
  const Hooks& hooks_;
  Layout layout_;
  model::Graph graph_;
  model::TorchNetwork network_;
  Pass pass_;
  Optimizer optimizer_;
  Buckets buckets_;
  Plan plan_;
  Position position_;
  model::Weights best_;
  Metrics metrics_;
  Profile profile_;
  std::int64_t until_;
  std::int64_t resumed_at_ = 0;
  std::int64_t saved_at_ = -1;
  bool stop_ordered_ = false;
  std::chrono::steady_clock::time_point last_save_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point epoch_began_ = std::chrono::steady_clock::now();
};

PlanSettings Training::plan_settings() const {
  PlanSettings plan;
  plan.seed = static_cast<std::uint64_t>(job_.settings.seed);
  plan.events = job_.train->events();
  plan.batch = job_.settings.batch;
  plan.tokens = job_.tokens;
  plan.width = job_.config.width;
  plan.layout = layout_;
  plan.ranks = exchange_.ranks();
  plan.rank = exchange_.rank();
  return plan;
}

Status Training::resume() {
  if (checkpoints_ == nullptr) return Ok{};
  auto loaded = checkpoints_->load();
  if (!loaded) return std::move(loaded).error();
  if (!*loaded) return Ok{};
  Checkpoint& checkpoint = **loaded;
  network_.set_weights(checkpoint.model.weights);
  optimizer_.set_state(checkpoint.optimiser, checkpoint.position.step);
  best_ = std::move(checkpoint.best);
  position_ = std::move(checkpoint.position);
  resumed_at_ = saved_at_ = position_.step;
  return Ok{};
}

Status Training::step(Loader& loader) {
  profile_.enter(Part::wait);
  auto data = loader.next();
  if (!data) return std::move(data).error();
  const LossSums sums = pass_.learn(*data, exchange_, buckets_, position_.step, profile_);
  profile_.enter(Part::bookkeeping);
  const double loss = sums.total(job_.settings);
  if (!std::isfinite(loss))
    return failure("the loss is not finite in step " + std::to_string(position_.step + 1) + " (epoch " +
                       std::to_string(epoch() + 1) + ")",
                   not_finite_hint);
  for (std::size_t i = 0; i < loss_parts; ++i) position_.sums[i] += sums.parts[i];
  position_.sums[loss_parts] += sums.elements;
  position_.sums[loss_parts + 1] += sums.particles;
  profile_.enter(Part::optimiser);
  const double rate =
      rate_at(job_.settings, position_.step, total_steps(), position_.progressing.plateau_factor);
  const double length = optimizer_.step(rate);
  profile_.enter(Part::bookkeeping);
  if (!std::isfinite(length))
    return failure("the gradient is not finite in step " + std::to_string(position_.step + 1) + " (epoch " +
                       std::to_string(epoch() + 1) + ")",
                   not_finite_hint);
  ++position_.step;
  hooks_.stepped(1);
  return Ok{};
}

Metrics Training::metrics_of(const LossSums& learned, const LossSums& validated) const {
  Metrics metrics = {{"loss", learned.total(job_.settings)}, {"val_loss", validated.total(job_.settings)}};
  for (std::size_t i = 0; i < loss_parts; ++i) {
    metrics.emplace_back("loss_" + std::string(loss_names[i]), learned.mean(i));
    metrics.emplace_back("val_loss_" + std::string(loss_names[i]), validated.mean(i));
  }
  metrics.emplace_back("val_accuracy", validated.elements > 0 ? validated.right / validated.elements : 0);
  metrics.emplace_back(
      "lr", rate_at(job_.settings, position_.step - 1, total_steps(), position_.progressing.plateau_factor));
  return metrics;
}

bool Training::agreed(bool rank_0_says) {
  std::array<double, 1> flag = {exchange_.rank() == 0 && rank_0_says ? 1.0 : 0.0};
  exchange_.sum(flag);
  return flag[0] > 0;
}

Orders Training::agreed(Orders orders) {
  std::array<double, 3> numbers = {static_cast<double>(orders.until), orders.stop ? 1.0 : 0.0,
                                   orders.checkpoint ? 1.0 : 0.0};
  if (exchange_.rank() != 0) numbers = {};
  exchange_.sum(numbers);
  return {static_cast<std::int64_t>(numbers[0]), numbers[1] > 0, numbers[2] > 0};
}

Status Training::end_epoch() {
  const std::int64_t done = epoch();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - epoch_began_;
  profile_.enter(Part::validation);
  auto validated = validate(*job_.validation, {layout_, job_.tokens, job_.config.width}, pass_, exchange_,
                            report_for(*job_.validation));
  if (!validated) return std::move(validated).error();
  profile_.enter(Part::bookkeeping);
  LossSums learned;
  std::copy_n(position_.sums.begin(), loss_parts, learned.parts.begin());
  learned.elements = position_.sums[loss_parts], learned.particles = position_.sums[loss_parts + 1];
  position_.sums = {};
  metrics_ = metrics_of(learned, *validated);
  const double loss = validated->total(job_.settings);
  if (!std::isfinite(loss))
    return failure("the validation loss is not finite after step " + std::to_string(position_.step) +
                       " (epoch " + std::to_string(done) + ")",
                   not_finite_hint);
  if (position_.progressing.observe(loss, done, job_.settings)) best_ = network_.weights();
  position_.history.push_back(history_line(done, metrics_));
  const std::int64_t events = plan_settings().events;
  const Orders orders = agreed(hooks_.epoch_done(done, metrics_, static_cast<double>(events) / took.count()));
  if (orders.until > until_) until_ = orders.until;
  stop_ordered_ = orders.stop;
  epoch_began_ = std::chrono::steady_clock::now();
  return save_if_due(orders.checkpoint);
}

Status Training::save() {
  if (checkpoints_ == nullptr || saved_at_ == position_.step) return Ok{};
  profile_.enter(Part::checkpoint);
  Status saved = Ok{};
  if (exchange_.rank() == 0)
    saved = checkpoints_->save(
        {{job_.config, job_.normalisation, network_.weights()}, best_, optimizer_.state(), position_});
  saved_at_ = position_.step;
  last_save_ = std::chrono::steady_clock::now();
  profile_.enter(Part::bookkeeping);
  return saved;
}

Status Training::save_if_due(bool now) {
  if (checkpoints_ == nullptr) return Ok{};
  const std::chrono::duration<double> since = std::chrono::steady_clock::now() - last_save_;
  return agreed(now || since.count() >= job_.checkpoint_every_s) ? save() : Status(Ok{});
}

Trained Training::finished(Trained::End end) {
  Trained trained;
  trained.end = end;
  trained.history = position_.history;
  trained.epochs = epoch();
  trained.resumed_at_step = resumed_at_;
  trained.metrics = metrics_;
  if (end != Trained::End::interrupted) {
    if (!best_.empty()) network_.set_weights(best_);
    trained.model = {job_.config, job_.normalisation, network_.weights()};
    if (exchange_.rank() == 0)
      trained.reference = reference_events(*job_.validation, pass_, job_.reference_events);
  }
  profile_.enter(Part::bookkeeping);
  trained.profile = profile_;
  return trained;
}

Result<Trained> Training::run() {
  if (auto resumed = resume(); !resumed) return std::move(resumed).error();
  hooks_.resumed(resumed_at_);
  if (resumed_at_ > 0)
    hooks_.say("going on from step " + std::to_string(resumed_at_) + " (epoch " +
               std::to_string(epoch() + 1) + ")");
  if (!position_.history.empty()) {
    // The last epoch's numbers, for a run that has nothing left to do.
    const auto last = parse_json(position_.history.back(), "");
    if (last && last->is_object())
      for (const auto& [name, value] : last->get_object())
        if (name != "epoch" && value.is_number()) metrics_.emplace_back(name, value.to_number<double>());
  }
  Loader loader(*job_.train, plan_, position_.step, job_.readers, report_for(*job_.train));
  while (epoch() < until_ && !position_.progressing.give_up(job_.settings)) {
    std::array<double, 1> stop = {hooks_.should_stop() ? 1.0 : 0.0};
    exchange_.sum(stop);
    if (stop[0] > 0) {
      if (auto saved = save(); !saved) return std::move(saved).error();
      return finished(Trained::End::interrupted);
    }
    if (auto stepped = step(loader); !stepped) return std::move(stepped).error();
    const bool epoch_ends = position_.step % plan_.steps_per_epoch() == 0;
    if (auto ended = epoch_ends ? end_epoch() : save_if_due(false); !ended) return std::move(ended).error();
    if (stop_ordered_) break;
  }
  if (auto saved = save(); !saved) return std::move(saved).error();
  if (position_.progressing.give_up(job_.settings)) return finished(Trained::End::gave_up);
  return finished(stop_ordered_ ? Trained::End::stopped : Trained::End::reached);
}

}  // namespace

Result<Trained> train(const Job& job, Exchange& exchange, Checkpoints* checkpoints, const Hooks& hooks) {
  auto device = choose_device(job.device, exchange.rank());
  if (!device) return std::move(device).error();
  at::set_num_threads(std::max(job.threads, 1));
  try {
    return Training(job, exchange, checkpoints, hooks, *device).run();
  } catch (const std::bad_alloc&) {
    return failure("out of memory", out_of_memory_hint);
  } catch (const c10::Error& error) {
    if (is_out_of_memory(error.what())) return failure("out of memory", out_of_memory_hint);
    throw;
  } catch (const std::runtime_error& error) {
    if (is_out_of_memory(error.what())) return failure("out of memory", out_of_memory_hint);
    throw;
  }
}

}  // namespace sluice::train

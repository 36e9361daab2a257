#include "stages/train/session.h"

#include <chrono>
#include <cstdio>
#include <iostream>
#include <mutex>
#include <optional>
#include <set>

#include "engine/base/hash.h"
#include "engine/base/json.h"
#include "stages/train/curves.h"
#include "stages/train/dataset_source.h"
#include "stages/train/overrides.h"
#include "stages/train/sample.h"
#include "stages/train/trainer.h"
#include "stages/train/trial.h"

namespace sluice::train {

namespace {

using stage::Context;
using stage::Outcome;

/// What a run is made of, once files and folders have been read.
struct Session {
  const Options& options;
  Context& context;
  RealDisk disk;
  model::ModelConfig config;
  Settings settings;
  std::optional<DatasetSource> train;
  std::optional<DatasetSource> validation;
  std::optional<Sample> train_sample;
  std::optional<Sample> validation_sample;
  model::Normalisation normalisation;
  std::optional<Trial> trial;
  std::optional<stage::State> own_state;  ///< of a trial that was started by hand

  std::mutex told_mutex;
  std::set<std::pair<bool, std::int64_t>> told;  ///< defective events that were counted

  stage::State* state() { return own_state ? &*own_state : context.state(); }
};

Status collect_settings(Session& s) {
  s.config = s.options;
  s.settings = s.options;
  if (!s.options.config.empty())
    if (auto applied = apply_toml(s.disk, s.options.config, s.context.given(), s.config, s.settings);
        !applied)
      return applied;
  if (s.trial) {
    s.settings.seed = s.trial->spec().seed;
    const std::string where = s.options.trial + "/spec.json";
    if (auto applied = apply_parameters(s.trial->spec().parameters, where, s.config, s.settings); !applied)
      return applied;
  }
  if (s.settings.horizon == 0) s.settings.horizon = s.options.epochs;
  return model::check(s.config);
}

Status open_data(Session& s) {
  for (auto [split, source] :
       {std::pair{events::Split::train, &s.train}, {events::Split::validation, &s.validation}}) {
    auto opened = DatasetSource::open(s.options.dataset, split);
    if (!opened) return std::move(opened).error();
    source->emplace(*std::move(opened));
  }
  s.train_sample.emplace(*s.train, s.settings.train_events);
  s.validation_sample.emplace(*s.validation, s.settings.validation_events);
  const bool hits = s.train->info().elements == events::Elements::hits;
  const std::int64_t features = s.train->features();
  if (hits != (s.config.elements == "hit") || features != s.config.features())
    return Error{"this dataset has " + std::string(hits ? "hits" : "tracks and clusters") + " of " +
                     std::to_string(features) + " features, but the network is for " +
                     (s.config.elements == "hit" ? "hits" : "tracks and clusters") + " of " +
                     std::to_string(s.config.features()),
                 s.options.dataset, hits ? "train with --elements hit" : "train with --elements cluster",
                 ErrorKind::data};
  auto normalisation = normalisation_of(s.train->info(), s.options.dataset);
  if (!normalisation) return std::move(normalisation).error();
  s.normalisation = *std::move(normalisation);
  return Ok{};
}

/// Of settings and data; the schedule's horizon is among the settings.
std::string identity_of(const Session& s) {
  return to_hex(hash_bytes(identity_text(s.config, s.settings) + model::normalisation_json(s.normalisation) +
                           std::to_string(s.train->events()) + "/" + std::to_string(s.validation->events())));
}

std::string metrics_line(std::int64_t epoch, const Metrics& metrics, double events_per_s) {
  json::object object{{"epoch", epoch}};
  for (const auto& [name, value] : metrics) object[name] = value;
  object["events_per_s"] = events_per_s;
  return json::serialize(object) + "\n";
}

std::string note_of(std::int64_t epoch, const Metrics& metrics) {
  for (const auto& [name, value] : metrics)
    if (name == "val_loss") return "epoch " + std::to_string(epoch) + ", val_loss " + std::to_string(value);
  return "epoch " + std::to_string(epoch);
}

void print_profile(const Profile& profile) {
  double total = 0;
  for (const double seconds : profile.seconds()) total += seconds;
  for (std::size_t i = 0; i < part_names.size(); ++i)
    std::fprintf(stderr, "  %-14s %9.2f s  %5.1f %%\n", std::string(part_names[i]).c_str(),
                 profile.seconds()[i], total > 0 ? 100 * profile.seconds()[i] / total : 0.0);
}

/// Epochs to train now.
std::int64_t until(const Session& s) { return s.trial ? s.trial->until() : s.options.epochs; }

Hooks hooks_of(Session& s, Exchange& exchange, Status& trouble) {
  Hooks hooks;
  hooks.should_stop = [&s] { return s.context.should_stop(); };
  hooks.defect = [&s](const EventSource& source, std::int64_t event, const std::string& reason) -> Status {
    const bool validation = &source == &*s.validation_sample;
    const std::int64_t number = (validation ? s.validation_sample : s.train_sample)->number(event);
    {
      const std::lock_guard lock(s.told_mutex);
      if (!s.told.emplace(validation, number).second) return Ok{};  // it comes up again every epoch
    }
    return s.context.skip(
        reason,
        s.options.dataset + (validation ? ": validation event " : ": train event ") + std::to_string(number));
  };
  hooks.resumed = [&s](std::int64_t step) {
    const std::int64_t batches = (s.train_sample->events() + s.settings.batch - 1) / s.settings.batch;
    s.context.progress().start("steps", until(s) * batches, step);
  };
  hooks.stepped = [&s, &exchange](std::int64_t steps) {
    s.context.progress().add(steps);
    // A beat that can't be written is no reason to stop; if the disk is gone, the epoch's metrics will say
    // so.
    if (s.trial && exchange.rank() == 0) (void)s.trial->beat(std::chrono::steady_clock::now());
  };
  hooks.say = [](const std::string& text) { std::cerr << "sluice-train: " << text << "\n"; };
  hooks.epoch_done = [&s, &exchange, &trouble](std::int64_t epoch, const Metrics& metrics,
                                               double events_per_s) {
    if (exchange.rank() != 0) return Orders();
    std::cout << metrics_line(epoch, metrics, events_per_s) << std::flush;
    s.context.progress().note(note_of(epoch, metrics));
    if (!s.trial) return Orders();
    auto orders = s.trial->report(epoch, metrics);
    if (orders) return *orders;
    trouble = std::move(orders).error();
    Orders stop;
    stop.stop = true;
    return stop;
  };
  return hooks;
}

Status write_model(const Session& s, const Trained& trained) {
  auto files = model::model_files(trained.model);
  if (!files) return std::move(files).error();
  auto reference = model::reference_file(trained.reference);
  if (!reference) return std::move(reference).error();
  (*files)[model::reference_name] = *std::move(reference);
  (*files)["training.toml"] = "# What this model was trained with (docs/models.md).\n\n[train]\nepochs = " +
                              std::to_string(trained.epochs) + "\n" + model::to_toml(s.settings);
  for (const std::string& line : trained.history) (*files)["history.jsonl"] += line + "\n";
  RealDisk disk;
  for (const auto& [name, bytes] : *files)
    if (auto written = disk.write(join_path(s.options.model.path, name), bytes, Sync::yes); !written)
      return written;
  return Ok{};
}

Result<Outcome> conclude(Session& s, Exchange& exchange, const Trained& trained) {
  if (s.options.profile && exchange.rank() == 0) print_profile(trained.profile);
  if (trained.end == Trained::End::interrupted) return Outcome::again;
  if (exchange.rank() != 0) return Outcome::done;
  if (s.options.model.wanted())
    if (auto written = write_model(s, trained); !written) return std::move(written).error();
  if (s.options.report.wanted())
    if (auto written = s.options.report.write(curves_page(trained.history)); !written)
      return std::move(written).error();
  if (s.trial)
    if (auto finished = s.trial->finish(trained, s.options.epochs); !finished)
      return std::move(finished).error();
  return Outcome::done;
}

Result<Outcome> train_and_write(Session& s, Exchange& exchange) {
  if (auto collected = collect_settings(s); !collected) return std::move(collected).error();
  if (auto opened = open_data(s); !opened) return std::move(opened).error();
  Status trouble = Ok{};
  const Hooks hooks = hooks_of(s, exchange, trouble);
  std::optional<Checkpoints> checkpoints;
  if (s.state() != nullptr)
    checkpoints.emplace(s.disk, *s.state(), identity_of(s), static_cast<std::size_t>(s.options.keep),
                        hooks.say);
  Job job;
  job.train = &*s.train_sample;
  job.validation = &*s.validation_sample;
  job.config = s.config;
  job.normalisation = s.normalisation;
  job.settings = s.settings;
  job.epochs = s.options.epochs;
  job.until = until(s);
  job.tokens = s.options.tokens;
  job.device = s.options.device;
  job.readers = static_cast<int>(s.options.readers);
  job.threads = s.context.cpus();
  job.checkpoint_every_s = s.options.checkpoint_every.count;
  auto trained = train(job, exchange, checkpoints ? &*checkpoints : nullptr, hooks);
  if (!trained) return std::move(trained).error();
  if (!trouble) return std::move(trouble).error();
  return conclude(s, exchange, *trained);
}

/// The trial's folder, and a state folder in it for one that was started by hand.
Status open_trial(Session& s) {
  if (s.options.trial.empty()) {
    if (!s.options.model.wanted())
      return Error{"where shall the model go?", "--output.model", "name a folder", ErrorKind::usage};
    return Ok{};
  }
  auto trial = Trial::open(s.disk, s.options.trial);
  if (!trial) return std::move(trial).error();
  s.trial.emplace(*std::move(trial));
  if (s.context.state() != nullptr) return Ok{};
  auto state = stage::open_state(s.disk, s.trial->checkpoint_folder(), {});
  if (!state) return std::move(state).error();
  s.own_state.emplace(*std::move(state));
  return Ok{};
}

}  // namespace

Result<Outcome> run_session(const Options& options, Context& context) {
  const auto exchange = open_exchange();
  Session session{options, context, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
  if (auto opened = open_trial(session); !opened) return std::move(opened).error();
  auto outcome = train_and_write(session, *exchange);
  if (!outcome && session.trial && outcome.error().kind != ErrorKind::io) {
    // It knows that it failed: that is a result for the sweep, and no crash.
    std::cerr << "sluice-train: " << to_string(outcome.error()) << "\n";
    if (exchange->rank() != 0) return Outcome::done;
    if (auto told = session.trial->fail(outcome.error()); !told) return std::move(told).error();
    return Outcome::done;
  }
  if (!outcome && exchange->ranks() > 1) {
    std::cerr << "sluice-train: rank " << exchange->rank() << ": " << to_string(outcome.error()) << "\n";
    exchange->abort(exit_code(outcome.error().kind));
  }
  return outcome;
}

}  // namespace sluice::train

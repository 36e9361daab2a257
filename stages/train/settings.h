// How a network is trained: everything that changes the weights that come out, apart from data and shape.
// (How fast it goes, and where, is Options of main.cpp.)
#pragma once

#include <cstdint>
#include <string>

#include "stages/model/definition/settings.h"

namespace sluice::train {

struct Settings {
  std::int64_t seed = 1;
  std::int64_t batch = 8;
  std::int64_t train_events = 0;
  std::int64_t validation_events = 0;
  std::int64_t horizon = 0;
  std::string optimizer = "adamw";
  double lr = 1e-3;
  double weight_decay = 0.01;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double momentum = 0.9;
  std::string schedule = "onecycle";
  std::int64_t warmup_steps = 0;
  std::string scaling = "none";
  std::int64_t base_batch = 8;
  std::int64_t plateau_patience = 10;
  double clip = 0;
  std::string precision = "float32";
  std::string loss = "focal";
  double focal_gamma = 2;
  double binary_weight = 10;
  double class_weight = 1;
  double pt_weight = 1;
  double eta_weight = 0.01;
  double phi_weight = 0.01;
  double energy_weight = 1;
  std::int64_t patience = 0;

  bool operator==(const Settings&) const = default;

  template <typename Visitor>
  static void describe(Visitor v);
};

// ---- details ----

template <typename Visitor>
void Settings::describe(Visitor v) {
  using S = Settings;
  v("seed", &S::seed, "of the order of events, and of dropout", {0, 9e15, {}});
  v("batch", &S::batch, "events in a step, over all ranks", {1, 1 << 20, {}});
  v("train_events", &S::train_events, "train on so many, spread over all; 0: on all", {0, 9e15, {}});
  v("validation_events", &S::validation_events, "validate on so many, spread over all; 0: on all",
    {0, 9e15, {}});
  v("horizon", &S::horizon, "epochs that the schedule is made for; 0: as many as are trained", {0, 1e9, {}});
  v("optimizer", &S::optimizer, "how gradients become steps", {0, 0, {"adamw", "sgd", "lamb"}});
  v("lr", &S::lr, "learning rate", {0, 1e6, {}});
  v("weight_decay", &S::weight_decay, "pull of the weights towards 0", {0, 1e6, {}});
  v("beta1", &S::beta1, "adamw, lamb: memory of the gradient", {0, 0.9999, {}});
  v("beta2", &S::beta2, "adamw, lamb: memory of its square", {0, 0.999999, {}});
  v("momentum", &S::momentum, "sgd: memory of the gradient", {0, 0.9999, {}});
  v("schedule", &S::schedule, "of the learning rate", {0, 0, {"constant", "cosine", "onecycle", "plateau"}});
  v("warmup_steps", &S::warmup_steps, "steps in which the learning rate rises from 0", {0, 1e9, {}});
  v("scaling", &S::scaling, "of the learning rate with batch / base-batch",
    {0, 0, {"none", "linear", "sqrt"}});
  v("base_batch", &S::base_batch, "batch for which the learning rate was found", {1, 1 << 20, {}});
  v("plateau_patience", &S::plateau_patience, "plateau: validations without gain before the rate drops",
    {0, 1e6, {}});
  v("clip", &S::clip, "longest gradient; 0: any (lamb: 1)", {0, 1e9, {}});
  v("precision", &S::precision, "of matrix products", {0, 0, {"float32", "bfloat16"}});
  v("loss", &S::loss, "of the classes", {0, 0, {"focal", "cross_entropy"}});
  v("focal_gamma", &S::focal_gamma, "focal: how much easy elements count less", {0, 10, {}});
  v("binary_weight", &S::binary_weight, "of: is it a particle?", {0, 1e6, {}});
  v("class_weight", &S::class_weight, "of: which particle is it?", {0, 1e6, {}});
  v("pt_weight", &S::pt_weight, "of the transverse momentum", {0, 1e6, {}});
  v("eta_weight", &S::eta_weight, "of the pseudorapidity", {0, 1e6, {}});
  v("phi_weight", &S::phi_weight, "of sine and cosine of the azimuth", {0, 1e6, {}});
  v("energy_weight", &S::energy_weight, "of the energy", {0, 1e6, {}});
  v("patience", &S::patience, "validations without gain before training ends; 0: never", {0, 1e6, {}});
}

}  // namespace sluice::train

// sluice-export: a model folder becomes one ONNX file, held against the trained network before anyone gets
// it.
#include <cstdio>
#include <iostream>

#include "stages/export/gate.h"
#include "stages/model/definition/exported.h"
#include "stages/model/onnx/emit.h"
#include "stages/stage/run.h"

namespace sluice::exporting {

namespace {

using stage::Context;
using stage::Outcome;

struct Options {
  std::string model;
  stage::OutputPath onnx;
};

stage::Table<Options> make_table() {
  stage::Table<Options> table("sluice-export",
                              "writes a trained network as ONNX, and checks that it gives the same");
  table.results_version("3");
  table.input("model", &Options::model, stage::Kind::folder).help("from sluice-train");
  table.output("onnx", &Options::onnx, stage::Kind::file)
      .help("raw features and mask in, class, momentum and probabilities of each element out");
  return table;
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

model::OnnxText text_of(const model::Model& model) {
  namespace exported = model::exported;
  return {
      "Particle flow: of each element (track or cluster, or hit) of an event the particle it carries. "
      "features: "
      "events x elements x columns, raw (GeV, mm, rad); mask: true for elements, false for padding. "
      "class: 0 for "
      "none; momentum: pt, eta, sin phi, cos phi, energy.",
      {{exported::format_key, exported::format},
       {"sluice.elements", model.config.elements},
       {exported::feature_names_key, join(model.normalisation.feature_names)},
       {"sluice.classes", "none,charged_hadron,neutral_hadron,photon,electron,muon"},
       {"sluice.momentum", "pt,eta,sin_phi,cos_phi,energy"},
       {"sluice.model", model::to_toml(model.config)}}};
}

Result<Outcome> run(const Options& options, Context& context) {
  RealDisk disk;
  auto model = model::read_model(disk, options.model);
  if (!model) return std::move(model).error();
  auto reference = model::read_reference(disk, options.model);
  if (!reference) return std::move(reference).error();
  const model::Graph graph = model::build_network(model->config, model->normalisation);
  const std::int64_t features = model->config.features();
  auto onnx = model::emit_onnx(
      graph, model->weights, features,
      {model::output::particle_class, model::output::momentum, model::output::probability}, text_of(*model));
  if (!onnx) return std::move(onnx).error();
  std::vector<std::string> orders;
  for (const auto& [name, value] : graph.outputs)
    if (name.starts_with(model::order_prefix)) orders.push_back(name);
  Result<std::string> sorted = std::string();
  if (!orders.empty()) sorted = model::emit_onnx(graph, model->weights, features, orders, {});
  if (!sorted) return std::move(sorted).error();
  const Limits limits;
  auto compared = compare(*onnx, *sorted, *reference, limits, context.cpus());
  if (!compared) return std::move(compared).error();
  std::cout << compared->summary() << "\n";
  if (!compared->passes(limits))
    return Error{"the exported network does not give what the trained one does: " + compared->summary(),
                 options.model,
                 "the files of a model folder belong together; if they do, this is a bug: please report it",
                 ErrorKind::data};
  if (auto written = options.onnx.write(*onnx); !written) return std::move(written).error();
  return Outcome::done;
}

}  // namespace

}  // namespace sluice::exporting

int main(int argc, char** argv) {
  return sluice::stage::run(argc, argv, sluice::exporting::make_table, sluice::exporting::run);
}

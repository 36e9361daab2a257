// What an exported network is to whoever runs it with ONNX Runtime: names of its inputs and outputs, and of
// the metadata that say for which elements it was trained. The exporter writes them, evaluation reads them.
//
//   features [events, elements, F] float: as they are in the event file, in GeV, mm and rad
//   mask     [events, elements]    bool:  false where an event has ended
//   class    [events, elements, 1] int64: 0 no particle, 1 charged hadron, 2 neutral hadron, 3 photon, …
//   momentum [events, elements, 5] float: pt, eta, sin phi, cos phi, energy; of a particle
#pragma once

namespace sluice::model::exported {

constexpr const char* features = "features";
constexpr const char* mask = "mask";
constexpr const char* particle_class = "class";
constexpr const char* momentum = "momentum";
constexpr int momentum_columns = 5;

/// Keys of the file's metadata.
constexpr const char* format_key = "sluice.format";
constexpr const char* format = "1";
/// Names of the features in their order, with commas between them.
constexpr const char* feature_names_key = "sluice.features";

}  // namespace sluice::model::exported

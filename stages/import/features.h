// What networks see of an element: one row of numbers. Pure functions.
#pragma once

#include <array>
#include <span>

#include "stages/events/schema.h"
#include "stages/import/raw_event.h"

namespace sluice::import {

using TrackFeatures = std::array<float, events::track::columns>;
using ClusterFeatures = std::array<float, events::cluster::columns>;
using HitFeatures = std::array<float, events::hit::columns>;

TrackFeatures track_features(const RawTrack& track, double field_t);

/// `hits` are the cluster's own. Its direction is that of its position as seen from the interaction point;
/// what files call its theta and phi is the axis of its shape, which for real photons misses their direction
/// by far.
ClusterFeatures cluster_features(const RawCluster& cluster, std::span<const RawHit* const> hits);

HitFeatures hit_features(const RawHit& hit);

/// pt, eta, sin_phi, cos_phi, energy, charge: events::momentum.
std::array<float, events::momentum::columns> momentum_row(const FourMomentum& momentum, float charge);

/// 0 for what is no number; how many there were is added to `replaced`.
void replace_what_is_no_number(std::span<float> row, std::int32_t& replaced);

}  // namespace sluice::import

// The parts of a study's page. Each is a piece of HTML; empty when there is nothing to show.
#pragma once

#include <string>

#include "stages/sweep/report/view.h"

namespace sluice::sweep {

/// Above this, pictures show the best only, and say so.
constexpr std::size_t most_drawn = 2000;

std::string header_part(const View& view, const std::string& title);
std::string best_part(const View& view);        ///< the best loss against the training spent on it
std::string curves_part(const View& view);      ///< learning curves and the rungs they came to
std::string parallel_part(const View& view);    ///< all parameters of all trials at once
std::string importance_part(const View& view);  ///< how much each parameter decides
std::string slices_part(const View& view);      ///< each parameter against the loss
std::string timeline_part(const View& view);    ///< which trial ran when, on how much
std::string table_part(const View& view);       ///< the best, and all
std::string settings_part(const View& view);    ///< how the study was set up

/// "trial 7: lr 0.001, loss focal"
std::string trial_tip(const View& view, const hpo::Observation& trial);
/// <p class="quiet">…</p> that says how many of `all` are drawn; empty if all are.
std::string drawn_note(std::size_t drawn, std::size_t all, const std::string& what);

}  // namespace sluice::sweep

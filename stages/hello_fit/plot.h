// The histogram and the fit as a picture: SVG, readable on light and dark pages, no library needed to look at
// it.
#pragma once

#include <string>

#include "stages/hello_decay/histogram.h"
#include "stages/hello_fit/fit.h"

namespace sluice::hello {

/// `first_bin` is where the fit begins.
std::string plot(const Histogram& histogram, const LifetimeFit& fit, std::size_t first_bin);

}  // namespace sluice::hello

// How a training went, as a page that needs nothing but itself: losses and learning rate against epochs, in
// pictures drawn here. No times in it: the same training gives the same bytes.
#pragma once

#include <string>
#include <vector>

namespace sluice::train {

/// `history`: lines of JSON, one an epoch, as in a model folder's history.jsonl.
std::string curves_page(const std::vector<std::string>& history);

}  // namespace sluice::train

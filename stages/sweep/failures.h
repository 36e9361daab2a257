// When trials fail one after the other in the same way, it is not their configurations.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "stages/hpo/study/study.h"

namespace sluice::sweep {

class Failures {
 public:
  /// An error when it is time to give up.
  Status heard(const hpo::WorkResult& result);

 private:
  bool any_good_ = false;
  int lost_ = 0;
  int equal_ = 0;    ///< in a row
  std::string why_;  ///< of these
};

}  // namespace sluice::sweep

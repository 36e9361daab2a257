#include "stages/sweep/failures.h"

namespace sluice::sweep {

namespace {

constexpr int enough = 5;

Error give_up(const std::string& what) {
  return {what, "", "`sluice status` quotes what they said; mend it and run again: what is done stays done",
          ErrorKind::data, 0};
}

}  // namespace

Status Failures::heard(const hpo::WorkResult& result) {
  if (result.ending != hpo::Ending::lost) {
    any_good_ = true;
    equal_ = 0;
    return Ok{};
  }
  ++lost_;
  equal_ = result.why == why_ ? equal_ + 1 : 1;
  why_ = result.why;
  const std::string reason = why_.empty() ? "" : ": " + why_;
  if (equal_ >= enough)
    return give_up(std::to_string(enough) + " trials in a row failed in the same way" + reason);
  if (!any_good_ && lost_ >= enough)
    return give_up("the first " + std::to_string(enough) + " trials all failed, the last one" + reason);
  return Ok{};
}

}  // namespace sluice::sweep

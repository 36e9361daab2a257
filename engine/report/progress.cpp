#include "engine/report/progress.h"

namespace sluice::report {

Tally& Tally::operator+=(const Tally& other) {
  waiting += other.waiting;
  running += other.running;
  cached += other.cached;
  succeeded += other.succeeded;
  failed += other.failed;
  skipped += other.skipped;
  cancelled += other.cancelled;
  excluded += other.excluded;
  return *this;
}

Tally Progress::total() const {
  Tally sum;
  for (const StageProgress& stage : stages) sum += stage.tally;
  return sum;
}

}  // namespace sluice::report

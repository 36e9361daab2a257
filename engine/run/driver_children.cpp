// Attempts that running tasks ask for by files in their study folder: found, scheduled and answered here.
#include "engine/run/driver.h"

namespace sluice::run {

void Driver::serve_children() {}
void Driver::perform_child_submit(const schedule::Submit&) {}
void Driver::settle_child(const schedule::Settled&) {}

}  // namespace sluice::run

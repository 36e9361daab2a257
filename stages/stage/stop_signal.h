// "Please stop at your next checkpoint": TERM and USR2 (and Ctrl-C by hand) only set a flag that the stage
// looks at.
#pragma once

namespace sluice::stage {

enum class Interrupt { ignore, stop };

/// From now on TERM and USR2 ask for a checkpoint instead of ending the process, however often they come.
/// With Interrupt::stop so does the first Ctrl-C; the second ends the process.
void watch_stop_signals(Interrupt interrupt);
bool stop_requested();
void request_stop();  ///< as if a signal had come
void forget_stop();

}  // namespace sluice::stage

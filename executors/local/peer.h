// One runner as the driver knows it: a folder with a card and a journal, perhaps a process behind it, perhaps
// a connection to it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "executors/local/runner_link.h"
#include "executors/runner/hello_file.h"
#include "executors/runner/journal_lines.h"

namespace sluice::executors {

enum class PeerState : std::uint8_t {
  starting,   ///< its program has been started, its card is not there yet
  talking,    ///< connected
  missing,    ///< the connection is lost: is it dead?
  following,  ///< it lives, but not where we could talk to it: its journal is read as it grows
  settling,   ///< dead, and what it left is being ended
  settled,    ///< dead, and its journal says all that will ever be known
};

struct Peer {
  std::string folder;
  PeerState state = PeerState::starting;
  RunnerHello hello;
  std::shared_ptr<RunnerLink> link;
  JournalState journal;  ///< read only when nobody can be asked
  std::uint64_t journal_read = 0;
  bool readable = true;  ///< false: there is a journal we can't read, so nobody knows what is in it
  bool vanished =
      false;  ///< it went with its folder, as a runner does that has nothing to do and nothing to tell
  std::string last_beat;
  std::int64_t last_sign_ns = 0;  ///< when we last saw it live, on our own clock
  int reconnects = 0;

  bool is_read() const {
    return state == PeerState::following || state == PeerState::settling || state == PeerState::settled;
  }
};

/// The runners whose cards lie in a folder; one without a card never accepted anything.
std::vector<std::unique_ptr<Peer>> find_peers(Disk& disk, const std::string& runners_folder);

/// Reads what the journal has got since the last time. False: it can't be read.
bool read_new_lines(Peer& peer);
/// Adds what was found out about a dead runner's attempts (FOLDER/settled), if that has been done.
bool read_settlement(Peer& peer);
/// Looks whether the beat has changed; then the peer has given a sign.
void look_at_beat(Peer& peer, std::int64_t now_ns);

}  // namespace sluice::executors

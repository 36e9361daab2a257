#include "executors/local/peer.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "executors/runner/journal.h"
#include "executors/runner/settle.h"

namespace sluice::executors {

std::vector<std::unique_ptr<Peer>> find_peers(Disk& disk, const std::string& runners_folder) {
  std::vector<std::unique_ptr<Peer>> peers;
  const auto entries = disk.list(runners_folder);
  if (!entries) return peers;  // not there yet
  for (const auto& entry : *entries) {
    const std::string folder = join_path(runners_folder, entry.name);
    auto hello = read_hello(disk, folder);
    if (!hello) continue;
    auto peer = std::make_unique<Peer>();
    peer->folder = folder;
    peer->hello = std::move(*hello);
    peer->state = PeerState::missing;
    peers.push_back(std::move(peer));
  }
  return peers;
}

bool read_new_lines(Peer& peer) {
  const int fd = ::open(journal_path(peer.folder).c_str(), O_RDONLY | O_CLOEXEC);
  peer.vanished = fd < 0 && errno == ENOENT;
  if (fd < 0) return false;
  std::array<char, 262144> buffer;  // NOLINT: filled by pread
  ssize_t count = 0;
  while (true) {
    count = ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(peer.journal_read));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    peer.journal.feed({buffer.data(), static_cast<std::size_t>(count)});
    peer.journal_read += static_cast<std::uint64_t>(count);
  }
  ::close(fd);
  return count == 0;
}

bool read_settlement(Peer& peer) {
  RealDisk disk;
  const auto bytes = disk.read(settled_path(peer.folder));
  if (!bytes) return false;
  peer.journal.feed("\n" + *bytes);  // behind a torn last line of the journal
  return true;
}

void look_at_beat(Peer& peer, std::int64_t now_ns) {
  RealDisk disk;
  const auto beat = disk.read(beat_path(peer.folder));
  if (!beat || *beat == peer.last_beat) return;
  peer.last_beat = *beat;
  peer.last_sign_ns = now_ns;
}

}  // namespace sluice::executors

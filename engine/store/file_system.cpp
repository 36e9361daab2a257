#include "engine/store/file_system.h"

#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "engine/base/disk.h"

namespace sluice::store {

namespace {

// f_type as statfs(2) reports it; those that linux/magic.h does not name come from the file systems' own
// sources.
constexpr std::array<std::uint32_t, 16> shared_magics = {
    0x00006969,  // NFS
    0x0bd00bd0,  // Lustre
    0x47504653,  // GPFS (Spectrum Scale)
    0x19830326,  // BeeGFS
    0x00c36400,  // Ceph
    0xff534d42,  // CIFS
    0xfe534d42,  // SMB2
    0x0000517b,  // SMB
    0x5346414f,  // OpenAFS
    0x6b414653,  // kAFS
    0x20030528,  // OrangeFS (PVFS2)
    0x65735546,  // FUSE
    0x01021997,  // 9P
    0xaad7aaea,  // PanFS
    0x01161970,  // GFS2
    0x7461636f,  // OCFS2
};

}  // namespace

bool on_network_file_system(const std::string& path) {
  struct statfs raw {};
  std::string here = absolute_path(path);
  while (::statfs(here.c_str(), &raw) != 0) {
    if (here == "/") return false;
    here = parent_path(here);
  }
  return is_network_magic(static_cast<std::uint32_t>(raw.f_type));
}

bool is_network_magic(std::uint32_t type) {
  return std::find(shared_magics.begin(), shared_magics.end(), type) != shared_magics.end();
}

}  // namespace sluice::store

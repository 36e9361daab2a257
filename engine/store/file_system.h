// Is a folder on a file system that other machines share? There SQLite's shared memory and its locks mean
// less than on a local disk, and the store takes more care.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::store {

/// Also true for a file system in user space (FUSE), which may hide a network. A path that does not exist
/// counts as its nearest parent that does.
bool on_network_file_system(const std::string& path);
bool is_network_magic(std::uint32_t type);  ///< f_type of statfs(2)

}  // namespace sluice::store

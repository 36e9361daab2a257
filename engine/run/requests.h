// How another process speaks to the driver of a run folder, also from another host: a small file in
// .sluice/requests/ for each wish. The driver looks there twice a second and takes what it finds.
#pragma once

#include <string>
#include <vector>

#include "engine/base/disk.h"
#include "engine/run/attempt_folder.h"

namespace sluice::run {

Status leave_request(Disk& disk, const Layout& layout, const std::string& request);
/// Oldest first; each is handed out once.
std::vector<std::string> take_requests(Disk& disk, const Layout& layout);

}  // namespace sluice::run

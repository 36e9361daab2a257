#include "engine/run/requests.h"

#include "engine/base/clock.h"
#include "engine/base/process.h"

namespace sluice::run {

namespace {

std::string folder(const Layout& layout) { return layout.home() + "/requests"; }
constexpr std::string_view suffix = ".request";  // a file still being written has another one

}  // namespace

Status leave_request(Disk& disk, const Layout& layout, const std::string& request) {
  if (auto made = disk.make_folders(folder(layout)); !made) return made;
  RealProcesses processes;
  const ProcessId self = processes.self();
  std::string moment = std::to_string(RealClock().wall_ns());
  return disk.write(folder(layout) + "/" + moment + "-" + safe_name(self.host) + "-" +
                        std::to_string(self.pid) + std::string(suffix),
                    request, Sync::no);
}

std::vector<std::string> take_requests(Disk& disk, const Layout& layout) {
  std::vector<std::string> requests;
  auto entries = disk.list(folder(layout));
  if (!entries) return requests;  // nobody ever asked for anything
  for (const auto& entry : *entries) {
    if (entry.name.size() <= suffix.size() || !entry.name.ends_with(suffix)) continue;
    const std::string path = folder(layout) + "/" + entry.name;
    if (auto text = disk.read(path)) requests.push_back(std::move(*text));
    (void)disk.remove_tree(path);
  }
  return requests;
}

}  // namespace sluice::run

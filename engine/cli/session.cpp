#include "engine/cli/session.h"

#include <chrono>
#include <thread>

#include "engine/base/units.h"
#include "engine/cli/world.h"

namespace sluice::cli {

namespace {

constexpr std::size_t ballast_bytes = 1U << 20U;

/// A megabyte to give up when the disk is full, so that what has ended can still be written down.
Status keep_ballast(Disk& disk, const run::Layout& layout) {
  auto stat = disk.stat(layout.ballast());
  if (stat && stat->size == ballast_bytes) return Ok{};
  return disk.write(layout.ballast(), std::string(ballast_bytes, '\x5a'), Sync::no);
}

}  // namespace

Result<std::unique_ptr<Session>> open_session(const run::Layout& layout, Console& console) {
  auto session = std::make_unique<Session>();
  session->disk = make_disk();
  if (auto made = session->disk->make_folders(layout.home()); !made) return std::move(made).error();
  if (auto kept = keep_ballast(*session->disk, layout); !kept) return std::move(kept).error();
  session->lock = std::make_unique<store::Lock>(layout.lock(), session->processes, session->clock);
  store::StoreOptions options;
  options.ballast = layout.ballast();
  options.at_commit = make_commit_hook();
  bool told = false;
  while (true) {
    auto taken = session->lock->take(layout.store(), options);
    if (!taken) return std::move(taken).error();
    if (auto* got = std::get_if<store::Taken>(&*taken)) {
      for (const auto& note : got->notes) console.err << "sluice: " << note << "\n";
      session->store = std::move(got->store);
      return session;
    }
    const auto& busy = std::get<store::Busy>(*taken);
    if (busy.alive) return to_error(busy, layout.root());
    if (!told && busy.owner)
      console.err << "sluice: " << busy.owner->process.host << " pid " << busy.owner->process.pid
                  << " may still own this run folder; waiting " << format_seconds(busy.left_s)
                  << " for a sign of life, then taking over\n"
                  << std::flush;
    told = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
}

Result<std::unique_ptr<Session>> look_only(const run::Layout& layout) {
  auto session = std::make_unique<Session>();
  session->disk = make_disk();
  store::StoreOptions options;
  options.access = store::Access::read;
  auto store = store::Store::open(layout.store(), options);
  if (!store) return std::move(store).error();
  session->store = std::move(*store);
  return session;
}

}  // namespace sluice::cli

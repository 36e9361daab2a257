#include "engine/store/recover.h"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "engine/base/disk.h"
#include "engine/store/connection.h"
#include "engine/store/salvage.h"

namespace sluice::store {

namespace {

constexpr std::array<const char*, 2> companions = {"-wal", "-journal"};  // -shm is made anew from -wal

Result<std::string> free_name(Disk& disk, const std::string& path) {
  for (int number = 1;; ++number) {
    std::string name = path + ".damaged-" + std::to_string(number);
    auto stat = disk.stat_link(name);
    if (!stat) return std::move(stat).error();
    if (!stat->exists()) return name;
  }
}

Status remove_with_companions(Disk& disk, const std::string& path) {
  for (const char* suffix : {"", "-wal", "-journal", "-shm"})
    if (auto removed = disk.remove_tree(path + suffix); !removed) return removed;
  return Ok{};
}

Status copy_with_companions(Disk& disk, const std::string& from, const std::string& to) {
  if (auto removed = remove_with_companions(disk, to); !removed) return removed;
  if (auto copied = disk.copy_file(from, to, false); !copied) return copied;
  for (const char* suffix : companions) {
    auto stat = disk.stat(from + suffix);
    if (!stat) return std::move(stat).error();
    if (!stat->exists()) continue;
    if (auto copied = disk.copy_file(from + suffix, to + suffix, false); !copied) return copied;
  }
  return Ok{};
}

/// The new store takes the place of the damaged one in a single step: at no moment is there none.
Status exchange(Disk& disk, const std::string& path, const std::string& fresh, const std::string& aside) {
  if (::link(path.c_str(), aside.c_str()) != 0)  // some file systems have no links
    if (auto copied = disk.copy_file(path, aside, false); !copied) return copied;
  for (const char* suffix : companions) {
    auto stat = disk.stat(path + suffix);
    if (!stat) return std::move(stat).error();
    if (!stat->exists()) continue;
    if (auto moved = disk.rename(path + suffix, aside + suffix); !moved) return moved;
  }
  if (auto removed = disk.remove_tree(path + "-shm"); !removed) return removed;
  return disk.rename(fresh, path);
}

std::size_t count(Connection& connection, const char* sql) {
  return static_cast<std::size_t>(connection.database().execAndGet(sql).getInt64());
}

}  // namespace

std::string Recovered::note() const {
  return "the store was damaged: it lies in " + set_aside +
         " now, and what could be read of it was saved (results of " + std::to_string(results) + " tasks, " +
         std::to_string(attempts) + " attempts, " + std::to_string(live) +
         " that may still run); what is missing is run again";
}

Result<Recovered> recover(const std::string& path) {
  RealDisk disk;
  Recovered recovered;
  const std::string work = path + ".salvage";
  const std::string fresh = path + ".new";
  auto aside = free_name(disk, path);
  if (!aside) return std::move(aside).error();
  recovered.set_aside = *aside;
  if (auto copied = copy_with_companions(disk, path, work); !copied) return std::move(copied).error();
  if (auto removed = remove_with_companions(disk, fresh); !removed) return std::move(removed).error();
  {
    StoreOptions options;
    options.journal = Journal::truncate;
    auto sound = Connection::open(fresh, options);
    if (!sound) return std::move(sound).error();
    if (auto saved = salvage(work, **sound); !saved) return std::move(saved).error();
    recovered.results = count(**sound, "SELECT count(*) FROM tasks WHERE fingerprint IS NOT NULL");
    recovered.attempts = count(**sound, "SELECT count(*) FROM attempts");
    recovered.live = count(**sound, "SELECT count(*) FROM live");
  }
  if (auto removed = disk.remove_tree(fresh + "-journal"); !removed) return std::move(removed).error();
  if (auto exchanged = exchange(disk, path, fresh, *aside); !exchanged) return std::move(exchanged).error();
  if (auto removed = remove_with_companions(disk, work); !removed) return std::move(removed).error();
  return recovered;
}

}  // namespace sluice::store

#include "engine/run/publish.h"

#include <cerrno>

namespace sluice::run {

Status Publisher::make_parent(const std::string& path) {
  const std::string parent = parent_path(path);
  if (known_folders_.contains(parent)) return Ok{};
  if (auto made = disk_.make_folders(parent); !made) return made;
  known_folders_.insert(parent);
  return Ok{};
}

namespace {

std::string name_beside(const std::string& to) { return to + ".sluice-part"; }

}  // namespace

Status copy_beside(Disk& disk, const std::string& from, const std::string& to) {
  if (auto removed = disk.remove_tree(name_beside(to)); !removed) return removed;
  return copy_tree(disk, from, name_beside(to));
}

/// The attempt folder no longer holds the output: a rename (or a copy) before a crash put it in place, or it
/// is lost.
Result<Content> Publisher::already_there(const Publication& publication) {
  auto there = survey(disk_, publication.to);
  if (!there) return there;
  if (there->kind == publication.evidence.kind && there->signature == publication.evidence.signature)
    return publication.evidence;
  if (there->kind == publication.evidence.kind)  // a copy has other times and inodes
    if (auto content = digest(disk_, publication.to); content && content->hash == publication.evidence.hash)
      return content;
  return Error{"the output vanished after the program had ended", publication.from,
               "look for a process that still works in the attempt folder, then run again", ErrorKind::io};
}

/// A rename replaces our own file by its successor. Anything else that stands in the way is set aside first.
Status Publisher::clear_the_way(const Publication& publication) {
  auto old = disk_.stat_link(publication.to);
  if (!old) return std::move(old).error();
  if (!old->exists()) return Ok{};
  const bool is_ours = old->kind == FileKind::file && publication.replaces == file_signature(*old);
  if (is_ours && publication.evidence.kind == FileKind::file) return Ok{};
  met_a_stranger_ = !is_ours && old->kind != FileKind::folder;
  if (auto removed = disk_.remove_tree(publication.set_aside); !removed) return removed;
  if (auto made = make_parent(publication.set_aside); !made) return made;
  auto moved = disk_.rename(publication.to, publication.set_aside);
  if (moved || moved.error().number != EXDEV) return moved;
  // On another file system it stays there.
  const std::string beside = publication.to + ".sluice-old";
  if (auto removed = disk_.remove_tree(beside); !removed) return removed;
  return disk_.rename(publication.to, beside);
}

/// On another file system, and copied beside its place.
Result<Content> Publisher::finish_copy(const Publication& publication) {
  copied_.erase(publication.to);
  if (auto moved = disk_.rename(name_beside(publication.to), publication.to); !moved)
    return std::move(moved).error();
  if (auto removed = disk_.remove_tree(publication.from); !removed) return std::move(removed).error();
  auto content = survey(disk_, publication.to);
  if (content) content->hash = publication.evidence.hash;
  return content;
}

/// One look for a file; a folder is walked. A link could point anywhere, also to something that is not ours
/// to keep.
Result<Content> Publisher::look(const std::string& path) {
  auto stat = disk_.stat_link(path);
  if (!stat) return std::move(stat).error();
  if (stat->kind == FileKind::folder) return survey(disk_, path);
  if (stat->kind == FileKind::link)
    return Error{"the output is a link", path,
                 "let the task write the file itself: a link has no content to keep"};
  return Content{stat->kind, {}, stat->size, stat->kind == FileKind::file ? file_signature(*stat) : 0};
}

Result<Content> Publisher::publish(const Publication& publication) {
  met_a_stranger_ = false;
  auto here = look(publication.from);
  if (!here) return here;
  if (here->kind == FileKind::missing) return already_there(publication);
  if (here->kind != publication.evidence.kind || here->signature != publication.evidence.signature)
    return Error{"the output changed after the program had ended", publication.from,
                 "look for a background process of the task that goes on writing", ErrorKind::io};
  if (auto made = make_parent(publication.to); !made) return std::move(made).error();
  if (auto cleared = clear_the_way(publication); !cleared) return std::move(cleared).error();
  if (copied_.contains(publication.to)) return finish_copy(publication);
  auto moved = disk_.rename(publication.from, publication.to);
  if (!moved && moved.error().number == ENOENT) {  // somebody removed a folder we had made
    known_folders_.clear();
    if (auto made = make_parent(publication.to); !made) return std::move(made).error();
    moved = disk_.rename(publication.from, publication.to);
  }
  if (!moved) return std::move(moved).error();
  return publication.evidence;
}

}  // namespace sluice::run

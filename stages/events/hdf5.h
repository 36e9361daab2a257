// HDF5 handles that close themselves, and its error stack as one of our errors. The only header that shows
// HDF5's own; nothing outside this folder includes it.
#pragma once

#include <hdf5.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "stages/events/format.h"

namespace sluice::events {

class Handle {
 public:
  using Closer = herr_t (*)(hid_t);

  Handle() = default;
  Handle(hid_t id, Closer closer) : id_(id), closer_(closer) {}
  ~Handle() { (void)close(); }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), closer_(other.closer_) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      (void)close();
      id_ = std::exchange(other.id_, -1);
      closer_ = other.closer_;
    }
    return *this;
  }

  explicit operator bool() const { return id_ >= 0; }
  hid_t get() const { return id_; }
  /// What is written for good only now may fail only now.
  herr_t close() { return id_ < 0 ? 0 : closer_(std::exchange(id_, -1)); }
  /// Leaves it open for the rest of the process.
  void abandon() { id_ = -1; }

 private:
  hid_t id_ = -1;
  Closer closer_ = nullptr;
};

/// To be called before HDF5 is used. It then keeps its error stack to itself instead of printing it, and does
/// not try at the end of the process to write what could not be written before, on which it crashes.
void quiet_hdf5();

/// What HDF5's error stack says of the last failure; an I/O error where the system said no.
Error hdf5_error(std::string what, const std::string& where, std::string hint = {});

hid_t memory_type(Number number);
hid_t file_type(Number number);
/// Nothing for a type that event files do not have.
std::optional<Number> number_of(hid_t type);

Status write_attribute(hid_t object, const Attribute& attribute, const std::string& path);
Result<Attributes> read_attributes(hid_t object, const std::string& path);

}  // namespace sluice::events

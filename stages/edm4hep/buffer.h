// Memory for bytes that are about to be overwritten: a vector that does not begin by filling itself with
// zeros.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace sluice::edm4hep {

template <typename T>
struct Uninitialised : std::allocator<T> {
  template <typename Item>
  void construct(Item* at) noexcept {
    ::new (static_cast<void*>(at)) Item;
  }
  template <typename Item, typename... Arguments>
  void construct(Item* at, Arguments&&... arguments) {
    ::new (static_cast<void*>(at)) Item(std::forward<Arguments>(arguments)...);
  }
};

using Buffer = std::vector<std::byte, Uninitialised<std::byte>>;

}  // namespace sluice::edm4hep

// Baskets: the values of consecutive entries of one branch, unpacked. A cache keeps those that a range of
// entries used only in part, because the next range needs them again.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "stages/edm4hep/buffer.h"
#include "stages/edm4hep/root_file.h"
#include "stages/edm4hep/root_tree.h"

namespace sluice::edm4hep {

struct Basket {
  Buffer bytes;
  std::uint32_t entries = 0;
  std::vector<std::uint32_t> ends;  ///< entries + 1 positions in bytes; empty: all entries have fixed_bytes
  std::uint32_t fixed_bytes = 0;

  std::uint32_t begin_of(std::uint32_t entry) const {
    return ends.empty() ? entry * fixed_bytes : ends[entry];
  }
};

/// Reads and unpacks one basket, which may not unpack to more than `most_bytes`. Errors name the branch and
/// the basket.
Result<Basket> read_basket(const RootFile& file, const Branch& branch, std::size_t index,
                           std::uint64_t tree_entries, std::uint64_t most_bytes);

/// The baskets of a branch cover each of the tree's entries once, in order.
Status check_baskets(const RootFile& file, const Branch& branch, std::uint64_t tree_entries);

/// Safe to use from several threads.
class BasketCache {
 public:
  using Id = std::pair<const Branch*, std::size_t>;

  explicit BasketCache(std::uint64_t most_bytes) : most_bytes_(most_bytes) {}
  std::shared_ptr<const Basket> find(const Id& id);
  void keep(const Id& id, std::shared_ptr<const Basket> basket);
  void forget(const Id& id);

 private:
  struct Kept {
    Id id;
    std::shared_ptr<const Basket> basket;
  };
  void drop(std::list<Kept>::iterator kept);

  std::mutex mutex_;
  std::uint64_t most_bytes_;
  std::uint64_t bytes_ = 0;
  std::list<Kept> kept_;  ///< the one used last is in front
  std::map<Id, std::list<Kept>::iterator> index_;
};

}  // namespace sluice::edm4hep

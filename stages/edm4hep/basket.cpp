#include "stages/edm4hep/basket.h"

#include "stages/edm4hep/codec.h"

namespace sluice::edm4hep {

namespace {

Error basket_error(const RootFile& file, const Branch& branch, std::size_t index, const std::string& what) {
  return file.error("basket " + std::to_string(index + 1) + " of the " +
                    std::to_string(branch.baskets.size()) + " of branch '" + branch.name + "': " + what);
}

struct BasketHeader {
  Key key;
  std::uint32_t entries = 0;
  std::uint32_t content = 0;  ///< bytes of values; positions of the entries may follow
};

bool parse_header(ByteReader& reader, BasketHeader& header) {
  if (!parse_key(reader, header.key)) return false;
  reader.skip(2 + 4 + 4);  // version, buffer size, bytes for positions
  header.entries = reader.number<std::uint32_t>();
  const auto last = reader.number<std::uint32_t>();
  header.content = last - header.key.key_bytes;
  return !reader.failed() && last >= header.key.key_bytes && header.content <= header.key.object_bytes;
}

/// Where the entries begin, from the table behind the values. False when it makes no sense.
bool read_ends(const BasketHeader& header, Basket& basket) {
  ByteReader table(basket.bytes, header.content);
  const auto count = table.number<std::uint32_t>();
  if (count < header.entries || table.left() / sizeof(std::uint32_t) < header.entries) return false;
  basket.ends.resize(header.entries + std::size_t{1});
  basket.ends.back() = header.content;
  for (std::uint32_t i = 0; i < header.entries; ++i)
    basket.ends[i] = table.number<std::uint32_t>() - header.key.key_bytes;
  for (std::uint32_t i = 0; i < header.entries; ++i)
    if (basket.ends[i] > basket.ends[i + 1]) return false;
  return header.entries == 0 || basket.ends.front() == 0;
}

/// Turns the unpacked bytes into entries. False when they don't fit together.
bool cut_into_entries(const BasketHeader& header, Basket& basket) {
  basket.entries = header.entries;
  if (basket.bytes.size() > header.content) {
    if (!read_ends(header, basket)) return false;
    basket.bytes.resize(header.content);
    return true;
  }
  if (header.entries == 0) return header.content == 0;
  basket.fixed_bytes = header.content / header.entries;
  return header.content % header.entries == 0;
}

}  // namespace

Result<Basket> read_basket(const RootFile& file, const Branch& branch, std::size_t index,
                           std::uint64_t tree_entries, std::uint64_t most_bytes) {
  const auto fail = [&](const std::string& what) { return basket_error(file, branch, index, what); };
  const BasketPlace& place = branch.baskets[index];
  auto packed = file.bytes_at(place.seek, place.bytes);
  if (!packed) return fail(packed.error().what);
  ByteReader reader(*packed);
  BasketHeader header;
  if (!parse_header(reader, header)) return fail("there is no basket at byte " + std::to_string(place.seek));
  if (header.key.bytes != place.bytes) return fail("its length is not the one that the tree has for it");
  const std::uint64_t next =
      index + 1 < branch.baskets.size() ? branch.baskets[index + 1].first_entry : tree_entries;
  if (header.entries != next - place.first_entry)
    return fail("it holds " + std::to_string(header.entries) + " entries instead of " +
                std::to_string(next - place.first_entry));
  if (header.key.object_bytes > most_bytes)
    return fail("it says that it unpacks to " + std::to_string(header.key.object_bytes) + " bytes");

  const auto blocks = std::span(*packed).subspan(header.key.key_bytes);
  Basket basket;
  if (blocks.size() == header.key.object_bytes) {
    basket.bytes.assign(blocks.begin(), blocks.end());
  } else {
    auto unpacked = unpack(blocks, header.key.object_bytes);
    if (!unpacked) return fail(unpacked.error().what);
    basket.bytes = std::move(*unpacked);
  }
  if (!cut_into_entries(header, basket)) return fail("its table of entries is damaged");
  return basket;
}

Status check_baskets(const RootFile& file, const Branch& branch, std::uint64_t tree_entries) {
  const auto fail = [&](const std::string& what) {
    return file.error("branch '" + branch.name + "' " + what);
  };
  if (branch.entries != tree_entries)
    return fail("has " + std::to_string(branch.entries) + " entries, its tree " +
                std::to_string(tree_entries));
  if (branch.baskets.empty() && tree_entries > 0) return fail("has no baskets in the file");
  std::uint64_t reached = 0;
  for (std::size_t i = 0; i < branch.baskets.size(); ++i) {
    const std::uint64_t first = branch.baskets[i].first_entry;
    if ((i == 0 && first != 0) || first < reached || first > tree_entries)
      return fail("has baskets that don't follow each other");
    reached = first;
  }
  return Ok{};
}

std::shared_ptr<const Basket> BasketCache::find(const Id& id) {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(id);
  if (found == index_.end()) return nullptr;
  kept_.splice(kept_.begin(), kept_, found->second);
  return found->second->basket;
}

void BasketCache::keep(const Id& id, std::shared_ptr<const Basket> basket) {
  const std::lock_guard lock(mutex_);
  if (index_.contains(id)) return;
  bytes_ += basket->bytes.size();
  kept_.push_front({id, std::move(basket)});
  index_[id] = kept_.begin();
  while (bytes_ > most_bytes_ && !kept_.empty()) drop(std::prev(kept_.end()));
}

void BasketCache::forget(const Id& id) {
  const std::lock_guard lock(mutex_);
  if (const auto found = index_.find(id); found != index_.end()) drop(found->second);
}

void BasketCache::drop(std::list<Kept>::iterator kept) {
  bytes_ -= kept->basket->bytes.size();
  index_.erase(kept->id);
  kept_.erase(kept);
}

}  // namespace sluice::edm4hep

#include "stages/edm4hep/tree_columns.h"

#include <algorithm>
#include <functional>

#include "stages/edm4hep/threads.h"

namespace sluice::edm4hep {

namespace {

constexpr std::int32_t member_of_collection = 41;
constexpr std::int32_t array_streamer_offset = 20;  // 25: an array of fixed length of 5
constexpr std::uint32_t vector_prefix = 10;         // length and version of the object, length of the vector

std::optional<Number> number_of_streamer(std::int32_t type) {
  switch (type) {
    case 1: return Number::i8;
    case 2: return Number::i16;
    case 3:
    case 6: return Number::i32;
    case 4:
    case 16: return Number::i64;
    case 5: return Number::f32;
    case 8: return Number::f64;
    case 11:
    case 18: return Number::u8;
    case 12: return Number::u16;
    case 13: return Number::u32;
    case 14:
    case 17: return Number::u64;
    default: return std::nullopt;
  }
}

std::optional<Number> number_of_vector(std::string_view class_name) {
  static const std::map<std::string_view, Number> known = {
      {"vector<float>", Number::f32},         {"vector<double>", Number::f64},
      {"vector<int>", Number::i32},           {"vector<unsigned int>", Number::u32},
      {"vector<short>", Number::i16},         {"vector<unsigned short>", Number::u16},
      {"vector<char>", Number::i8},           {"vector<signed char>", Number::i8},
      {"vector<unsigned char>", Number::u8},  {"vector<bool>", Number::u8},
      {"vector<long>", Number::i64},          {"vector<Long64_t>", Number::i64},
      {"vector<unsigned long>", Number::u64}, {"vector<ULong64_t>", Number::u64}};
  const auto found = known.find(class_name);
  return found == known.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Number> number_of_leaf(const Leaf& leaf) {
  static const std::map<std::string_view, std::pair<Number, Number>> known = {
      {"TLeafB", {Number::i8, Number::u8}},   {"TLeafO", {Number::u8, Number::u8}},
      {"TLeafS", {Number::i16, Number::u16}}, {"TLeafI", {Number::i32, Number::u32}},
      {"TLeafL", {Number::i64, Number::u64}}, {"TLeafG", {Number::i64, Number::u64}},
      {"TLeafF", {Number::f32, Number::f32}}, {"TLeafD", {Number::f64, Number::f64}}};
  const auto found = known.find(leaf.class_name);
  if (found == known.end()) return std::nullopt;
  return leaf.is_unsigned ? found->second.second : found->second.first;
}

void collect(const Branch& branch, std::vector<TreeColumn>& columns) {
  if (auto column = column_of(branch)) columns.push_back(std::move(*column));
  for (const Branch& below : branch.branches) collect(below, columns);
}

/// What a range of entries takes from one basket.
struct Piece {
  std::size_t basket_index = 0;
  std::uint32_t first = 0;  ///< entries of the basket
  std::uint32_t last = 0;
  std::uint64_t at = 0;  ///< entry of the range where it begins
};

/// Consecutive pieces of one column, which one thread reads one after the other: so a basket is unpacked,
/// converted and forgotten while the processor still has it at hand.
struct Share {
  std::size_t plan = 0;
  std::vector<Piece> pieces;
  Buffer numbers;
};

std::vector<Piece> plan_pieces(const Branch& branch, std::uint64_t entries, EntryRange range) {
  std::vector<Piece> pieces;
  const auto& baskets = branch.baskets;
  auto at = std::upper_bound(
      baskets.begin(), baskets.end(), range.first,
      [](std::uint64_t entry, const BasketPlace& place) { return entry < place.first_entry; });
  if (at != baskets.begin()) --at;
  for (; at != baskets.end() && at->first_entry < range.last; ++at) {
    const std::uint64_t end = at + 1 == baskets.end() ? entries : (at + 1)->first_entry;
    const std::uint64_t first = std::max(range.first, at->first_entry);
    const std::uint64_t last = std::min(range.last, end);
    if (first >= last) continue;
    pieces.push_back({static_cast<std::size_t>(at - baskets.begin()),
                      static_cast<std::uint32_t>(first - at->first_entry),
                      static_cast<std::uint32_t>(last - at->first_entry), first - range.first});
  }
  return pieces;
}

/// Cuts the pieces of all columns into shares: more than one a column only where that gives threads work.
std::vector<Share> plan_shares(const TreeFile& tree, std::span<const ReadPlan> plans, EntryRange range,
                               int threads) {
  std::vector<Share> shares;
  const std::size_t wanted = threads > 1 ? 4 * static_cast<std::size_t>(threads) / plans.size() + 1 : 1;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (plans[i].column == nullptr) continue;
    const auto pieces = plan_pieces(*plans[i].column->branch, tree.entries, range);
    const std::size_t length = std::max<std::size_t>((pieces.size() + wanted - 1) / wanted, 1);
    for (std::size_t at = 0; at < pieces.size(); at += length) {
      const auto begin = pieces.begin() + static_cast<std::ptrdiff_t>(at);
      const auto end = begin + static_cast<std::ptrdiff_t>(std::min(length, pieces.size() - at));
      shares.push_back({i, {begin, end}, {}});
    }
  }
  return shares;
}

Result<std::shared_ptr<const Basket>> load(const TreeFile& tree, const Branch& branch, const Piece& piece) {
  const BasketCache::Id id{&branch, piece.basket_index};
  auto basket = tree.cache.find(id);
  if (!basket) {
    auto read = read_basket(tree.file, branch, piece.basket_index, tree.entries, tree.basket_limit);
    if (!read) return std::move(read).error();
    basket = std::make_shared<const Basket>(std::move(*read));
    if (piece.last < basket->entries) tree.cache.keep(id, basket);
  } else if (piece.last == basket->entries) {
    tree.cache.forget(id);
  }
  return basket;
}

/// Counts the objects of each entry of a piece, into offsets[at + 1]….
Status count_objects(const TreeFile& tree, const TreeColumn& column, const Piece& piece, const Basket& basket,
                     std::span<std::uint64_t> offsets) {
  const std::uint32_t object = column.object_bytes();
  for (std::uint32_t entry = piece.first; entry < piece.last; ++entry) {
    const std::uint32_t bytes = basket.begin_of(entry + 1) - basket.begin_of(entry);
    if (bytes < column.prefix || (bytes - column.prefix) % object != 0)
      return tree.file.error("basket " + std::to_string(piece.basket_index + 1) + " of the " +
                             std::to_string(column.branch->baskets.size()) + " of branch '" +
                             column.branch->name + "': an entry has " + std::to_string(bytes) +
                             " bytes, which are not whole numbers");
    offsets[piece.at + (entry - piece.first) + 1] = (bytes - column.prefix) / object;
  }
  return Ok{};
}

template <typename From, typename To>
void convert(const std::byte* from, std::size_t count, To* to) {
  for (std::size_t i = 0; i < count; ++i) {
    const From value = load_big_endian<From>(from + i * sizeof(From));
    to[i] = static_cast<To>(value);  // NOLINT(bugprone-signed-char-misuse): numbers, not characters
  }
}

/// A number that does not fit is cut as C++ cuts it; out-of-range reals would be undefined, so they become 0.
template <typename From, typename To>
void convert_real_to_integer(const std::byte* from, std::size_t count, To* to) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = static_cast<double>(load_big_endian<From>(from + i * sizeof(From)));
    const bool fits = value > -9.2e18 && value < 9.2e18;
    to[i] = fits ? static_cast<To>(static_cast<std::int64_t>(value)) : To{0};
  }
}

void convert_numbers(Number from_type, Number to_type, const std::byte* from, std::size_t count,
                     std::byte* to) {
  with_type(from_type, [&](auto from_zero) {
    with_type(to_type, [&](auto to_zero) {
      using From = decltype(from_zero);
      using To = decltype(to_zero);
      if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
        convert_real_to_integer<From>(from, count, reinterpret_cast<To*>(to));
      } else {
        convert<From>(from, count, reinterpret_cast<To*>(to));
      }
    });
  });
}

void append_numbers(const ReadPlan& plan, const Piece& piece, const Basket& basket, Buffer& numbers) {
  const TreeColumn& column = *plan.column;
  const auto append = [&](std::uint32_t begin, std::uint32_t end) {
    const std::size_t count = (end - begin) / size_of(column.type);
    const std::size_t before = numbers.size();
    numbers.resize(before + count * size_of(plan.as));
    convert_numbers(column.type, plan.as, basket.bytes.data() + begin, count, numbers.data() + before);
  };
  if (column.prefix == 0) return append(basket.begin_of(piece.first), basket.begin_of(piece.last));
  for (std::uint32_t entry = piece.first; entry < piece.last; ++entry)
    append(basket.begin_of(entry) + column.prefix, basket.begin_of(entry + 1));
}

/// What the share will take, as far as one can tell before it is unpacked.
std::size_t expected_bytes(const ReadPlan& plan, const Share& share) {
  const Branch& branch = *plan.column->branch;
  double entries = 0;
  for (const Piece& piece : share.pieces) entries += piece.last - piece.first;
  const double part = entries / static_cast<double>(std::max<std::uint64_t>(branch.entries, 1));
  const double growth =
      static_cast<double>(size_of(plan.as)) / static_cast<double>(size_of(plan.column->type));
  constexpr double most = 64e6;  // the file may lie
  return static_cast<std::size_t>(
      std::min(1.05 * part * growth * static_cast<double>(branch.unpacked_bytes), most));
}

Status read_share(const TreeFile& tree, const ReadPlan& plan, Share& share,
                  std::span<std::uint64_t> offsets) {
  share.numbers.reserve(expected_bytes(plan, share));
  for (const Piece& piece : share.pieces) {
    auto basket = load(tree, *plan.column->branch, piece);
    if (!basket) return std::move(basket).error();
    if (auto counted = count_objects(tree, *plan.column, piece, **basket, offsets); !counted) return counted;
    append_numbers(plan, piece, **basket, share.numbers);
  }
  return Ok{};
}

/// Puts the shares of a column together, and makes offsets of the counts.
Column finish(const ReadPlan& plan, std::vector<std::uint64_t> offsets, std::span<Share> shares) {
  for (std::size_t entry = 1; entry < offsets.size(); ++entry) offsets[entry] += offsets[entry - 1];
  Buffer numbers;
  if (shares.size() == 1) numbers = std::move(shares[0].numbers);
  if (shares.size() > 1) {
    numbers.reserve(offsets.back() * plan.column->width * size_of(plan.as));
    for (Share& share : shares) {
      numbers.insert(numbers.end(), share.numbers.begin(), share.numbers.end());
      share.numbers = Buffer();
    }
  }
  return {plan.name, plan.as, plan.column->width, std::move(offsets), std::move(numbers)};
}

}  // namespace

std::optional<TreeColumn> column_of(const Branch& branch) {
  TreeColumn column{branch.name.substr(0, branch.name.find('[')), Number::u8, 1, 0, &branch};
  std::optional<Number> number;
  if (!branch.element) {
    if (branch.leaves.size() != 1) return std::nullopt;
    number = number_of_leaf(branch.leaves[0]);
    column.width = branch.leaves[0].length;
  } else if (branch.type == 0 && branch.streamer_type == -1) {
    number = number_of_vector(branch.class_name);
    column.prefix = vector_prefix;
  } else if (branch.type == 0 || branch.type == member_of_collection) {
    number = number_of_streamer(branch.streamer_type);
    if (!number) {
      number = number_of_streamer(branch.streamer_type - array_streamer_offset);
      if (number && branch.leaves.size() == 1) column.width = branch.leaves[0].length;
    }
  }
  constexpr std::uint32_t widest = 1U << 20U;
  if (!number || column.width == 0 || column.width > widest) return std::nullopt;
  column.type = *number;
  return column;
}

std::vector<TreeColumn> columns_of(const Tree& tree) {
  std::vector<TreeColumn> columns;
  for (const Branch& branch : tree.branches) collect(branch, columns);
  return columns;
}

Result<std::vector<Column>> read_columns(const TreeFile& tree, std::span<const ReadPlan> plans,
                                         EntryRange range, int threads) {
  std::vector<std::vector<std::uint64_t>> offsets(plans.size());
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (plans[i].column == nullptr) continue;
    const Branch& branch = *plans[i].column->branch;
    if (auto sound = check_baskets(tree.file, branch, tree.entries); !sound) return std::move(sound).error();
    offsets[i].resize(range.size() + 1);
  }
  std::vector<Share> shares = plan_shares(tree, plans, range, threads);
  auto read = for_each(threads, shares.size(), [&](std::size_t i) {
    return read_share(tree, plans[shares[i].plan], shares[i], offsets[shares[i].plan]);
  });
  if (!read) return std::move(read).error();

  std::vector<Column> columns;
  auto begin = shares.begin();
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (plans[i].column == nullptr) {
      columns.emplace_back(plans[i].name, range.size());
      continue;
    }
    const auto end = std::find_if(begin, shares.end(), [&](const Share& share) { return share.plan != i; });
    columns.push_back(finish(plans[i], std::move(offsets[i]), {begin, end}));
    begin = end;
  }
  return columns;
}

Result<Buffer> entry_bytes(const TreeFile& tree, const Branch& branch, std::uint64_t entry) {
  if (auto sound = check_baskets(tree.file, branch, tree.entries); !sound) return std::move(sound).error();
  const std::vector<Piece> pieces = plan_pieces(branch, tree.entries, {entry, entry + 1});
  if (pieces.empty()) return tree.file.error("branch '" + branch.name + "' lacks entries");
  auto basket = load(tree, branch, pieces[0]);
  if (!basket) return std::move(basket).error();
  const auto begin = (*basket)->bytes.begin();
  return Buffer(begin + (*basket)->begin_of(pieces[0].first), begin + (*basket)->begin_of(pieces[0].last));
}

}  // namespace sluice::edm4hep

#include "engine/workflow/join.h"

#include <algorithm>
#include <unordered_map>

namespace sluice::workflow {

namespace {

constexpr std::size_t largest_table = 1U << 22U;

std::uint64_t packed(std::uint32_t first, std::uint32_t second) {
  return (static_cast<std::uint64_t>(first) << 32U) | second;
}

/// For each value of the consumer's domain the producer's choice with the same text.
std::vector<std::uint32_t> translate(const Domain& consumer, const Domain& producer) {
  std::unordered_map<std::string_view, std::uint32_t> choices;
  for (std::uint32_t i = 0; i < producer.texts.size(); ++i) choices.emplace(producer.texts[i], i);
  std::vector<std::uint32_t> translation(consumer.texts.size(), Join::none);
  for (std::size_t i = 0; i < consumer.texts.size(); ++i)
    if (const auto found = choices.find(consumer.texts[i]); found != choices.end())
      translation[i] = found->second;
  return translation;
}

/// Narrows the sets by one key: rows stay together only if they agree in it, too.
class Narrowing {
 public:
  Narrowing(const Fanout& producer, const Fanout& consumer, Join& result)
      : producer_(producer), consumer_(consumer), result_(result), producer_sets_(producer.rows, 0) {
    result_.set_of.assign(consumer.rows, 0);
  }

  void by_key(std::size_t producer_key, std::size_t consumer_key) {
    const Domain& theirs = *producer_.domains[producer_key];
    const Domain& ours = *consumer_.domains[consumer_key];
    PairNumbers numbers(count_, theirs.texts.size());
    for (std::size_t row = 0; row < producer_.rows; ++row)
      producer_sets_[row] = numbers.number(producer_sets_[row], producer_.row(row)[producer_key]);
    const bool same = &theirs == &ours;
    const std::vector<std::uint32_t> translation =
        same ? std::vector<std::uint32_t>() : translate(ours, theirs);
    for (std::size_t row = 0; row < consumer_.rows; ++row) {
      std::uint32_t& set = result_.set_of[row];
      const std::uint32_t choice = consumer_.row(row)[consumer_key];
      const std::uint32_t theirs_choice = same ? choice : translation[choice];
      if (set != Join::none)
        set = theirs_choice == Join::none ? Join::none : numbers.find(set, theirs_choice);
    }
    count_ = numbers.count();
  }

  /// Sorts the producer's rows into their sets, by counting.
  void finish() {
    result_.begin.assign(count_ + 1, 0);
    for (const std::uint32_t set : producer_sets_) ++result_.begin[set + 1];
    for (std::size_t i = 0; i < count_; ++i) result_.begin[i + 1] += result_.begin[i];
    std::vector<std::uint32_t> next(result_.begin.begin(), result_.begin.end() - 1);
    result_.rows.resize(producer_.rows);
    for (std::uint32_t row = 0; row < producer_.rows; ++row) result_.rows[next[producer_sets_[row]]++] = row;
  }

 private:
  const Fanout& producer_;
  const Fanout& consumer_;
  Join& result_;
  std::vector<std::uint32_t> producer_sets_;
  std::uint32_t count_ = 1;
};

}  // namespace

struct PairNumbers::Sparse {
  std::unordered_map<std::uint64_t, std::uint32_t> numbers;
};

PairNumbers::PairNumbers(std::size_t firsts, std::size_t seconds) : seconds_(seconds) {
  if (firsts <= largest_table / std::max<std::size_t>(seconds, 1))
    dense_.assign(firsts * seconds, Join::none);
  else
    sparse_ = std::make_unique<Sparse>();
}

PairNumbers::~PairNumbers() = default;

std::uint32_t PairNumbers::number(std::uint32_t first, std::uint32_t second) {
  std::uint32_t& slot = sparse_ ? sparse_->numbers.emplace(packed(first, second), Join::none).first->second
                                : dense_[first * seconds_ + second];
  if (slot == Join::none) slot = count_++;
  return slot;
}

std::uint32_t PairNumbers::find(std::uint32_t first, std::uint32_t second) const {
  if (!sparse_) return dense_[first * seconds_ + second];
  const auto found = sparse_->numbers.find(packed(first, second));
  return found == sparse_->numbers.end() ? Join::none : found->second;
}

Join join(const Fanout& producer, const Fanout& consumer) {
  Join result;
  Narrowing narrowing(producer, consumer, result);
  for (std::size_t p = 0; p < producer.domains.size(); ++p)
    for (std::size_t c = 0; c < consumer.domains.size(); ++c)
      if (producer.domains[p]->key == consumer.domains[c]->key) narrowing.by_key(p, c);
  narrowing.finish();
  return result;
}

}  // namespace sluice::workflow

// Which events a trial looks at when it doesn't look at all of them.
#include "stages/train/sample.h"

#include <gtest/gtest.h>

#include "tests/stages/train/memory_source.h"

namespace sluice::train::testing {

namespace {

/// As many events as wanted; none can be looked into.
class Numbered final : public EventSource {
 public:
  explicit Numbered(std::int64_t events) : events_(events) {}
  std::int64_t events() const override { return events_; }
  std::int64_t features() const override { return 17; }
  std::int64_t elements(std::int64_t event) const override { return event; }
  EventView event(std::int64_t event) const override { return {event}; }

 private:
  std::int64_t events_;
};

std::vector<std::int64_t> numbers(std::int64_t events, std::int64_t wanted) {
  const Numbered all(events);
  const Sample sample(all, wanted);
  std::vector<std::int64_t> taken;
  for (std::int64_t i = 0; i < sample.events(); ++i) {
    EXPECT_EQ(sample.elements(i), sample.number(i));
    EXPECT_EQ(sample.event(i).elements, sample.number(i));
    taken.push_back(sample.number(i));
  }
  return taken;
}

TEST(Sample, IsSpreadEvenlyOverAllEvents) {
  EXPECT_EQ(numbers(10, 5), (std::vector<std::int64_t>{0, 2, 4, 6, 8}));
  EXPECT_EQ(numbers(10, 4), (std::vector<std::int64_t>{0, 2, 5, 7}));
  EXPECT_EQ(numbers(10, 1), (std::vector<std::int64_t>{0}));
}

TEST(Sample, OfNothingOrOfMoreThanThereAreIsEverything) {
  const std::vector<std::int64_t> all = {0, 1, 2};
  EXPECT_EQ(numbers(3, 0), all);
  EXPECT_EQ(numbers(3, 3), all);
  EXPECT_EQ(numbers(3, 7), all);
}

TEST(Sample, OfManyEventsDoesNotOverflow) {
  const Numbered all(4'000'000'000'000'000'000);
  EXPECT_EQ(Sample(all, 3).number(2), 2'666'666'666'666'666'666);
  EXPECT_EQ(Sample(all, 1'999'999'999).number(1'999'999'998), 3'999'999'997'999'999'998);
}

}  // namespace

}  // namespace sluice::train::testing

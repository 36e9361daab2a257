#include "stages/train/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "stages/train/loader.h"
#include "tests/stages/train/memory_source.h"

namespace sluice::train::testing {

namespace {

std::vector<std::int64_t> flat(const std::vector<std::vector<std::int64_t>>& batches) {
  std::vector<std::int64_t> all;
  for (const auto& batch : batches) all.insert(all.end(), batch.begin(), batch.end());
  std::sort(all.begin(), all.end());
  return all;
}

TEST(Plan, AnEpochHasEachEventOnce) {
  const MemorySource source(1, 50, {1, 30, false});
  Plan plan({7, 50, 8, 200, 64, 1, 0}, source);
  ASSERT_EQ(plan.steps_per_epoch(), 7);
  for (std::int64_t epoch = 0; epoch < 2; ++epoch) {
    std::set<std::int64_t> seen;
    for (std::int64_t step = 0; step < 7; ++step)
      for (const std::int64_t event : flat(plan.batches(epoch * 7 + step)))
        EXPECT_TRUE(seen.insert(event).second);
    EXPECT_EQ(seen.size(), 50U);
  }
}

TEST(Plan, EpochsDifferAndSeedsDo) {
  const MemorySource source(1, 50, {1, 30, false});
  Plan plan({7, 50, 8, 200, 64, 1, 0}, source);
  Plan other({8, 50, 8, 200, 64, 1, 0}, source);
  EXPECT_NE(plan.batches(0), plan.batches(7));
  EXPECT_NE(plan.batches(0), other.batches(0));
}

TEST(Plan, RanksAndTokensDoNotChangeWhatAStepLearnsFrom) {
  const MemorySource source(1, 50, {1, 30, false});
  Plan alone({7, 50, 16, 100000, 64, 1, 0}, source);
  for (const std::int64_t step : {0, 3, 5}) {
    std::vector<std::int64_t> together;
    std::vector<std::int64_t> tokens;
    for (int rank = 0; rank < 3; ++rank) {
      Plan one({7, 50, 16, 60, 64, 3, rank}, source);
      const auto share = flat(one.batches(step));
      together.insert(together.end(), share.begin(), share.end());
      tokens.push_back(0);
      for (const std::int64_t event : share) tokens.back() += source.elements(event);
    }
    std::sort(together.begin(), together.end());
    EXPECT_EQ(together, flat(alone.batches(step)));
    const auto [least, most] = std::minmax_element(tokens.begin(), tokens.end());
    EXPECT_LE(*most - *least, 30);  // about the same work: within the longest event
  }
}

TEST(Plan, BatchesStayWithinTheBudget) {
  const MemorySource source(1, 64, {1, 30, false});
  Plan padded({7, 64, 64, 90, 64, 1, 0, Layout::padded}, source);
  for (const auto& batch : padded.batches(0)) {
    std::int64_t longest = 0;
    for (const std::int64_t event : batch) longest = std::max(longest, source.elements(event));
    EXPECT_LE(longest * static_cast<std::int64_t>(batch.size()), 90);
  }
  Plan packed({7, 64, 64, 90, 64, 1, 0, Layout::packed}, source);
  for (const auto& batch : packed.batches(0)) {
    std::int64_t elements = 0;
    for (const std::int64_t event : batch) elements += source.elements(event);
    EXPECT_LE(elements, 90);
  }
}

TEST(Loader, GivesStepsInOrderWhateverTheThreads) {
  const MemorySource source(1, 50, {1, 30, false});
  const Plan plan({7, 50, 8, 200, 64, 1, 0}, source);
  const ReportDefect none = [](std::int64_t, const std::string&) { return Status(Ok{}); };
  Loader one(source, plan, 3, 1, none);
  Loader four(source, plan, 3, 4, none);
  for (int i = 0; i < 12; ++i) {
    const auto a = one.next();
    const auto b = four.next();
    ASSERT_EQ(a->batches.size(), b->batches.size());
    for (std::size_t k = 0; k < a->batches.size(); ++k)
      EXPECT_EQ(a->batches[k].features, b->batches[k].features);
  }
}

TEST(Batch, LiesOneAfterAnotherWithoutTheDefective) {
  const MemorySource source(1, 3, {2, 9, false});
  const Batch batch = make_batch(source, {2, 0, 1}, {false, true, false}, Layout::packed);
  ASSERT_TRUE(batch.packing);
  const std::int64_t first = source.elements(2);
  const std::int64_t last = source.elements(1);
  EXPECT_EQ(batch.packing->starts, (std::vector<std::int64_t>{0, first, first, first + last}));
  EXPECT_EQ(batch.rows, 1);
  EXPECT_EQ(batch.length, first + last);
  EXPECT_TRUE(batch.no_padding);
  EXPECT_EQ(batch.element_weight, static_cast<double>(first + last));
  EXPECT_TRUE(std::equal(source.event(1).features, source.event(1).features + last * 17,
                         batch.features.begin() + first * 17));
}

TEST(Batch, EncodesTargetsAgainstTheElement) {
  toy::Event event = toy::make_event(1, 0, {1, 1, false});
  event.features[1] = 2;
  event.features[5] = 4;
  event.labels = {1, -1, -1};
  event.targets = {4, 0.5F, 0.6F, 0.8F, 2, 1, 0, 0};
  const Batch batch = make_batch(MemorySource({event}), {0}, {false}, Layout::padded);
  EXPECT_FLOAT_EQ(batch.targets[0], std::log(2.0F));
  EXPECT_FLOAT_EQ(batch.targets[1], 0.5F);
  EXPECT_FLOAT_EQ(batch.targets[4], std::log(0.5F));
  EXPECT_FLOAT_EQ(batch.importance[0], 2);
  EXPECT_DOUBLE_EQ(batch.particle_weight, 1);
}

TEST(Batch, ADefectiveEventCountsAsEmpty) {
  toy::Event event = toy::make_event(1, 0, {3, 3, false});
  event.features[20] = std::nanf("");
  const MemorySource source({event, toy::make_event(1, 1, {2, 2, false})});
  EXPECT_EQ(defect(source.event(0), 17), "a feature is no finite number");
  const Batch batch = make_batch(source, {0, 1}, {true, false}, Layout::padded);
  EXPECT_EQ(batch.mask, (std::vector<float>{0, 0, 0, 1, 1, 0}));
  EXPECT_EQ(batch.element_weight, 2);
  for (const float number : batch.features) EXPECT_TRUE(std::isfinite(number));
}

}  // namespace

}  // namespace sluice::train::testing

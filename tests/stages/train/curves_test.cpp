// The page of learning curves: what is drawn of a history, and that strange histories are no trouble.
#include "stages/train/curves.h"

#include <gtest/gtest.h>

namespace sluice::train {
namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Curves, AFigureForEachQuantityWithTrainingAndValidation) {
  const std::string page = curves_page({R"({"epoch":1,"loss":4.5,"val_loss":4.25,"lr":0.001})",
                                        R"({"epoch":2,"loss":4.0,"val_loss":3.5,"lr":0.0005})",
                                        R"({"epoch":3,"loss":3.5,"val_loss":3.75,"lr":0.0001})"});
  EXPECT_NE(page.find("<p>3 epochs; lowest validation loss 3.5 in epoch 2.</p>"), std::string::npos) << page;
  EXPECT_EQ(count(page, "<svg "), 2U) << "losses, and the learning rate; of the rest nothing is known";
  EXPECT_EQ(count(page, "<path class=\"train\""), 2U);
  EXPECT_EQ(count(page, "<path class=\"validation\""), 1U);
}

TEST(Curves, TheSameTrainingGivesTheSameBytes) {
  const std::vector<std::string> history = {R"({"epoch":1,"loss":0.1,"events_per_s":17})"};
  EXPECT_EQ(curves_page(history), curves_page({R"({"epoch":1,"loss":0.1,"events_per_s":93})"}));
  EXPECT_EQ(count(curves_page(history), "<circle class=\"train\""), 1U) << "one epoch is a point";
}

TEST(Curves, StrangeHistoriesAreNoTrouble) {
  EXPECT_EQ(count(curves_page({}), "<svg "), 0U);
  EXPECT_EQ(count(curves_page({"{", "[]", R"({"loss":1})", R"({"epoch":1,"loss":null})"}), "<svg "), 0U);
  const std::string flat = curves_page({R"({"epoch":1,"loss":0})", R"({"epoch":2,"loss":0})"});
  EXPECT_EQ(count(flat, "nan"), 0U);
  EXPECT_EQ(count(flat, "inf"), 0U);
  const std::string huge = curves_page({R"({"epoch":1,"loss":1e300})", R"({"epoch":2,"loss":-1e300})"});
  EXPECT_EQ(count(huge, "nan"), 0U);
  EXPECT_LT(huge.size(), 20'000U);
}

}  // namespace
}  // namespace sluice::train

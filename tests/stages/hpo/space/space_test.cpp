#include "stages/hpo/space/space.h"

#include <cmath>

#include "read.h"
#include "stages/hpo/space/cube.h"

namespace sluice::hpo {
namespace {

const char* const mixed = R"([space]
lr      = { float = [1e-5, 1e-2], log = true }
dropout = { float = [0, 0.5], step = 0.05 }
layers  = { int = [1, 6] }
loss    = { choice = ["focal", "bce"] }
gamma   = { float = [0.5, 5], when = { loss = "focal" } }
[[forbid]]
layers = { min = 5 }
loss = "bce"
)";

TEST(Draws, DependOnSeedTrialAndPurposeOnly) {
  Draws first(1, 2, Purpose::sample);
  first.uniform();
  const double second = first.uniform();
  Draws again(1, 2, Purpose::sample);
  again.normal();  // two draws of another kind
  Draws other(1, 2, Purpose::model);
  Draws same_place(1, 2, Purpose::sample);
  same_place.bits();
  EXPECT_EQ(same_place.uniform(), second);
  EXPECT_NE(other.uniform(), second);
  EXPECT_NE(Draws(1, 3, Purpose::sample).uniform(), Draws(1, 2, Purpose::sample).uniform());
  EXPECT_NE(Draws(1, 2, Purpose::sample, 1).uniform(), Draws(1, 2, Purpose::sample).uniform());
}

TEST(Space, DrawnPointsKeepConditionsAndAvoidWhatIsForbidden) {
  const Space space = good_space(mixed);
  int focal = 0;
  for (std::uint64_t trial = 0; trial < 500; ++trial) {
    Draws draws(7, trial, Purpose::sample);
    const auto point = draw_point(space, draws);
    ASSERT_TRUE(point);
    const bool is_focal = (*point)[3] == 0;
    focal += is_focal ? 1 : 0;
    EXPECT_EQ(std::isnan((*point)[4]), !is_focal);
    EXPECT_TRUE((*point)[2] < 5 || is_focal);
    EXPECT_NEAR(std::remainder((*point)[1], 0.05), 0, 1e-12);
  }
  EXPECT_GT(focal, 200);
  EXPECT_LT(focal, 400);
}

TEST(Space, NothingIsDrawnWhereEverythingIsForbidden) {
  Space space = good_space("[space]\nn = { int = [1, 2] }\n");
  space.forbidden = {{Clause{0, {1, 2}}}};
  Draws draws(1, 1, Purpose::sample);
  EXPECT_FALSE(draw_point(space, draws));
}

TEST(Space, PointsSurviveJson) {
  const Space space = good_space(mixed);
  Draws draws(1, 5, Purpose::sample);
  const Point point = *draw_point(space, draws);
  const auto back = point_from_json(space, to_json(space, point));
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_TRUE(same(*back, point));
  const auto wrong = point_from_json(space, {{"layers", 7}});
  EXPECT_EQ(to_string(wrong.error()), "parameter 'layers' can't be 7");
  const auto dead = point_from_json(space, {{"loss", "bce"}, {"gamma", 1.0}});
  EXPECT_EQ(to_string(dead.error()), "parameter 'gamma' is not active here");
}

TEST(Space, TheCubeIsWidenedByHalfAStep) {
  const Space space = good_space("[space]\nn = { int = [1, 4] }\nw = { int = [8, 128], log = true }\n");
  EXPECT_DOUBLE_EQ(coordinate(space.parameters[0], 1), 0.125);
  EXPECT_DOUBLE_EQ(interval(space.parameters[1]).low, std::log(7.5));
  EXPECT_DOUBLE_EQ(interval(space.parameters[1]).high, std::log(128.5));
  for (double n = 1; n <= 4; ++n) EXPECT_EQ(from_cube(space, to_cube(space, {n, 20}))[0], n);
  EXPECT_EQ(from_cube(space, {0.24, 0})[0], 1);
  EXPECT_EQ(from_cube(space, {0.26, 1})[0], 2);
  EXPECT_EQ(from_cube(space, {1, 1}), (Point{4, 128}));
}

TEST(Space, CountsAndNumbersItsConfigurations) {
  const Space space = good_space("[space]\nn = { int = [1, 3] }\nc = { choice = [\"a\", \"b\"] }\n");
  EXPECT_EQ(space.count(), 6U);
  EXPECT_EQ(numbered_point(space, 0), (Point{1, 0}));
  EXPECT_EQ(numbered_point(space, 1), (Point{1, 1}));
  EXPECT_EQ(numbered_point(space, 5), (Point{3, 1}));
  EXPECT_EQ(good_space("[space]\nx = { float = [0, 1] }\n").count(), std::nullopt);
}

TEST(Space, SaysItselfInOneLine) {
  const Space space = good_space(mixed);
  EXPECT_EQ(to_text(space, {0.001, 0.25, 3, 0, 2.5}),
            "lr 0.001, dropout 0.25, layers 3, loss focal, gamma 2.5");
}

}  // namespace
}  // namespace sluice::hpo

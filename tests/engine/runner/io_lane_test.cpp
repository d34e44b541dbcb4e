// Who finds room in a command ring that others have filled.
#include "engine/runner/io_lane.hpp"

#include <gtest/gtest.h>
#include <memory>

namespace sluice {
namespace {

class LaneRoom : public ::testing::TestWithParam<std::size_t> {
 protected:
  /// Pushes until it is refused; how many are in the ring then.
  std::size_t fill(CommandType type, bool beyond_share) {
    Command command{};
    command.type = type;
    while (lane_->try_push(command, beyond_share)) ++pushed_;
    return pushed_;
  }
  std::size_t limit() const { return GetParam(); }

  std::unique_ptr<IoLane> lane_ = std::make_unique<IoLane>(GetParam(), 8);
  std::size_t pushed_ = 0;
};

TEST_P(LaneRoom, IsGivenInSteps) {
  EXPECT_EQ(fill(CommandType::new_order, true), limit() - limit() / 2);
  EXPECT_EQ(fill(CommandType::replace, true), limit() - limit() / 2);
  EXPECT_EQ(fill(CommandType::cancel, true), limit() - limit() * 3 / 8);
  EXPECT_EQ(fill(CommandType::new_order, false), limit() - lane_->reserve());
  EXPECT_EQ(fill(CommandType::replace, false), limit() - lane_->reserve());
  EXPECT_EQ(fill(CommandType::set_kill, false), limit());
}

TEST_P(LaneRoom, IsThereForOrdersWithinTheirShareWhateverOthersDo) {
  for (const std::size_t sessions : {std::size_t{1}, std::size_t{2}, limit() / 4}) {
    lane_ = std::make_unique<IoLane>(limit(), 8);
    pushed_ = 0;
    const std::size_t flooded = fill(CommandType::new_order, true);
    EXPECT_GE(fill(CommandType::cancel, true), flooded);
    Command order{};
    order.type = CommandType::new_order;
    for (std::size_t i = 0; i < sessions * lane_->share_of(sessions); ++i) {
      EXPECT_TRUE(lane_->try_push(order)) << sessions << " sessions, order " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Limits, LaneRoom, ::testing::Values(8, 9, 64, 8'191, 8'192));

TEST(LaneShare, IsAQuarterForAllAndOneAtLeast) {
  const auto lane = std::make_unique<IoLane>(8'192, 8);
  EXPECT_EQ(lane->share_of(0), 2'048u);
  EXPECT_EQ(lane->share_of(1), 2'048u);
  EXPECT_EQ(lane->share_of(12), 170u);
  EXPECT_EQ(lane->share_of(2'048), 1u);
  EXPECT_EQ(lane->share_of(10'000), 1u);
}

}  // namespace
}  // namespace sluice

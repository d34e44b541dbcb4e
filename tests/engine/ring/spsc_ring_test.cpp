#include "engine/ring/spsc_ring.hpp"

#include <array>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

namespace sluice {
namespace {

using Ring = SpscRing<std::uint64_t, 64>;

std::vector<std::uint64_t> drain(Ring& ring, std::size_t max) {
  std::vector<std::uint64_t> out;
  ring.consume(max, [&](std::uint64_t value) { out.push_back(value); });
  return out;
}

TEST(SpscRing, HandsElementsOverInOrder) {
  auto ring = std::make_unique<Ring>();
  for (std::uint64_t i = 0; i < 5; ++i) ASSERT_TRUE(ring->try_push(i));
  EXPECT_EQ(drain(*ring, 3), (std::vector<std::uint64_t>{0, 1, 2}));
  EXPECT_EQ(drain(*ring, 9), (std::vector<std::uint64_t>{3, 4}));
  EXPECT_TRUE(drain(*ring, 9).empty());
}

TEST(SpscRing, TakesExactlyItsLimitAndRefusesTheNext) {
  auto ring = std::make_unique<Ring>(7);
  for (std::uint64_t i = 0; i < 7; ++i) ASSERT_TRUE(ring->try_push(i));
  EXPECT_FALSE(ring->try_push(7));
  EXPECT_EQ(ring->waiting(), 7U);
  EXPECT_EQ(drain(*ring, 1).size(), 1U);
  EXPECT_TRUE(ring->try_push(7));
  EXPECT_FALSE(ring->try_push(8));
}

TEST(SpscRing, TakesItsWholeCapacityWhenTheLimitIsBeyondIt) {
  auto ring = std::make_unique<Ring>(1'000);
  EXPECT_EQ(ring->limit(), Ring::kCapacity);
  std::size_t pushed = 0;
  while (ring->try_push(pushed)) ++pushed;
  EXPECT_EQ(pushed, Ring::kCapacity);
}

TEST(SpscRing, HoldsOneElementAtLeastWhateverItsLimit) {
  auto ring = std::make_unique<Ring>(0);
  EXPECT_EQ(ring->limit(), 1U);
  EXPECT_TRUE(ring->try_push(1));
  EXPECT_FALSE(ring->try_push(2));
  EXPECT_EQ(drain(*ring, 9), (std::vector<std::uint64_t>{1}));
}

TEST(SpscRing, TakesNothingForAReserveAsLargeAsItself) {
  auto ring = std::make_unique<Ring>(8);
  for (const std::size_t reserve : {std::size_t{8}, std::size_t{9}, ~std::size_t{0}}) {
    EXPECT_FALSE(ring->try_push(1, reserve));
  }
  EXPECT_EQ(ring->waiting(), 0U);
  EXPECT_TRUE(ring->try_push(1, 7));
  EXPECT_FALSE(ring->try_push(2, 7));
}

TEST(SpscRing, GivesNothingWhenNothingWaitsOrNothingIsAsked) {
  auto ring = std::make_unique<Ring>(8);
  std::array<std::uint64_t, 4> out{};
  EXPECT_EQ(ring->pop(out), 0U);
  ASSERT_TRUE(ring->try_push(1));
  EXPECT_TRUE(drain(*ring, 0).empty());
  EXPECT_EQ(ring->waiting(), 1U);
}

TEST(SpscRing, KeepsAReserveForThoseWhoAskForNone) {
  auto ring = std::make_unique<Ring>(8);
  std::uint64_t pushed = 0;
  while (ring->try_push(pushed, 2)) ++pushed;
  EXPECT_EQ(pushed, 6U);
  EXPECT_TRUE(ring->try_push(6));
  EXPECT_TRUE(ring->try_push(7));
  EXPECT_FALSE(ring->try_push(8));
}

TEST(SpscRing, PushesAsMuchOfABatchAsFits) {
  auto ring = std::make_unique<Ring>(10);
  std::array<std::uint64_t, 16> batch{};
  std::iota(batch.begin(), batch.end(), 0);
  EXPECT_EQ(ring->try_push(batch), 10U);
  EXPECT_EQ(ring->try_push(batch), 0U);
  std::array<std::uint64_t, 16> out{};
  EXPECT_EQ(ring->pop(out), 10U);
  EXPECT_EQ(out[9], 9U);
  EXPECT_EQ(ring->pop(out), 0U);
}

TEST(SpscRing, LosesNothingBetweenTwoThreads) {
  constexpr std::uint64_t kElements = 100'000;
  auto ring = std::make_unique<Ring>();
  std::thread producer([&] {
    for (std::uint64_t i = 0; i < kElements; ++i) {
      while (!ring->try_push(i)) std::this_thread::yield();
    }
  });
  std::uint64_t expected = 0;
  bool in_order = true;
  while (expected < kElements) {
    const std::size_t taken = ring->consume(16, [&](std::uint64_t value) {
      in_order = in_order && value == expected;
      ++expected;
    });
    if (taken == 0) std::this_thread::yield();
  }
  producer.join();
  EXPECT_TRUE(in_order);
}

}  // namespace
}  // namespace sluice

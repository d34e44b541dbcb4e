// From which event on a client may not have seen what it was told.
#include "gateway/session/told_marks.hpp"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <utility>
#include <vector>

namespace sluice::gateway {
namespace {

constexpr std::int64_t kSecond = kNsPerSecond;

TEST(ToldMarks, OfNothingThereIsNone) {
  ToldMarks told;
  EXPECT_EQ(told.first_since(0), 0U);
  told.note(5, 10 * kSecond);
  told.clear();
  EXPECT_EQ(told.first_since(0), 0U);
}

TEST(ToldMarks, WhatWasToldBeforeIsNotAmongThem) {
  ToldMarks told;
  for (std::uint64_t n = 1; n <= 10; ++n) told.note(n, static_cast<std::int64_t>(n) * kSecond);
  EXPECT_EQ(told.first_since(4 * kSecond), 4U);
  EXPECT_EQ(told.first_since(10 * kSecond), 10U);
  EXPECT_EQ(told.first_since(10 * kSecond + 1), 0U) << "all was told before";
}

TEST(ToldMarks, ALongSilenceDoesNotMakeThemMore) {
  ToldMarks told;
  told.note(1, kSecond);
  told.note(2, 500 * kSecond);
  EXPECT_EQ(told.first_since(490 * kSecond), 2U);
}

TEST(ToldMarks, AreNeverFewerThanThereAreNorASecondsWorthMore) {
  std::mt19937_64 random(3);
  for (int run = 0; run < 200; ++run) {
    ToldMarks told;
    std::vector<std::pair<std::uint64_t, std::int64_t>> all;  // number, time
    std::int64_t now = 1'000 * kSecond;
    for (std::uint64_t number = 1; number < 400; number += 1 + random() % 3) {
      now += static_cast<std::int64_t>(random() % (kSecond / 2));
      if (random() % 20 == 0) now += static_cast<std::int64_t>(random() % 5) * kSecond;
      told.note(number, now);
      all.emplace_back(number, now);
      // Never further back than the doubt goes.
      const std::int64_t since = now - static_cast<std::int64_t>(random() % kDoubtNs);
      const auto first =
          std::ranges::find_if(all, [&](const auto& e) { return e.second >= since; });
      const std::uint64_t found = told.first_since(since);
      ASSERT_LE(found, first->first);
      const auto from = std::ranges::find_if(all, [&](const auto& e) { return e.first == found; });
      ASSERT_NE(from, all.end());
      ASSERT_GT(from->second, since - kSecond);
    }
  }
}

}  // namespace
}  // namespace sluice::gateway

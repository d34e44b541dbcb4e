#include "gateway/auth/bounded_table.hpp"

#include <array>
#include <cstdint>
#include <gtest/gtest.h>

namespace sluice::gateway {
namespace {

struct Name {
  std::uint64_t value = 0;
  [[nodiscard]] std::array<std::uint64_t, 1> words() const { return {value}; }
  friend bool operator==(const Name&, const Name&) = default;
};
struct Mark {
  int value = 0;
  bool kept = false;
  [[nodiscard]] bool at_rest(std::int64_t /*now_ns*/) const { return !kept; }
};
using Table = BoundedTable<Name, Mark>;

TEST(BoundedTable, KeepsWhatItWasToldUpToItsCapacity) {
  Table table(3, HashKey{1, 2});
  for (std::uint64_t i = 0; i < 3; ++i) table.get(Name{i}, 0).value = static_cast<int>(i) + 10;
  for (std::uint64_t i = 0; i < 3; ++i) {
    ASSERT_NE(table.find(Name{i}), nullptr);
    EXPECT_EQ(table.find(Name{i})->value, static_cast<int>(i) + 10);
  }
  EXPECT_EQ(table.find(Name{3}), nullptr);
}

TEST(BoundedTable, ForgetsTheOneNotUsedForLongestWhenItIsFull) {
  Table table(3, HashKey{1, 2});
  for (std::uint64_t i = 0; i < 3; ++i) (void)table.get(Name{i}, 0);
  (void)table.get(Name{0}, 0);
  (void)table.get(Name{7}, 0);
  EXPECT_EQ(table.find(Name{1}), nullptr);
  EXPECT_NE(table.find(Name{0}), nullptr);
  EXPECT_NE(table.find(Name{2}), nullptr);
  EXPECT_NE(table.find(Name{7}), nullptr);
  EXPECT_EQ(table.size(), 3U);
}

TEST(BoundedTable, NewcomersShareOneEntryWhileAllOthersAreKept) {
  Table table(3, HashKey{1, 2});
  for (std::uint64_t i = 0; i < 3; ++i) table.get(Name{i}, 0).kept = true;
  for (std::uint64_t i = 10; i < 1'000; ++i) {
    EXPECT_TRUE(table.is_overflow(table.get(Name{i}, 0)));
  }
  EXPECT_EQ(table.size(), 3U);
  for (std::uint64_t i = 0; i < 3; ++i) EXPECT_TRUE(table.find(Name{i})->kept);
}

TEST(BoundedTable, RestingEntryBehindManyKeptOnesIsFoundBeforeLong) {
  constexpr std::uint64_t kKept = 4 * Table::kTried;
  Table table(kKept + 1, HashKey{1, 2});
  for (std::uint64_t i = 0; i < kKept; ++i) table.get(Name{i}, 0).kept = true;
  (void)table.get(Name{500}, 0);
  int shared = 0;
  while (table.is_overflow(table.get(Name{1'000}, 0))) ASSERT_LT(++shared, 5);
  EXPECT_EQ(table.find(Name{500}), nullptr);
  for (std::uint64_t i = 0; i < kKept; ++i) EXPECT_NE(table.find(Name{i}), nullptr);
}

}  // namespace
}  // namespace sluice::gateway

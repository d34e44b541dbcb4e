// Pages of the price index: exactly enough is enough, one fewer is refused, and an empty book owns
// none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/book/level_index.hpp"
#include "engine/book/level_pool.hpp"
#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;

// Prices of 42 bits: a page of prices and six above it.
constexpr std::uint32_t kHeight = 7;

EngineConfig with_pages(std::uint32_t pages) {
  EngineConfig config = small_config();
  config.max_level_pages = pages;
  return config;
}

/// A second price and how many pages it shares with price 0: the index divides by 64.
struct Neighbour {
  std::int64_t price;
  std::uint32_t more_pages;
};
const std::vector<Neighbour> kNeighbours{
    {63, 0},
    {64, 1},
    {64 * 64 - 1, 1},
    {64 * 64, 2},
    {std::int64_t{1} << 18, 3},
    {std::int64_t{1} << 24, 4},
    {std::int64_t{1} << 30, 5},
    {std::int64_t{1} << 36, 6},
    {kMaxPriceTicks, 6},
};

TEST(LevelPages, MissingOnTheWayToAPriceAreCountedExactly) {
  for (const auto& [price, more_pages] : kNeighbours) {
    LevelPool pool(4, 64);
    LevelIndex index(Side::buy, {kMaxPriceTicks}, pool);
    EXPECT_EQ(index.height(), kHeight);
    EXPECT_EQ(index.missing_pages({price}), kHeight);
    const std::uint32_t first = index.find_or_add({0});
    EXPECT_EQ(pool.free_pages(), 64 - kHeight);
    EXPECT_EQ(index.missing_pages({price}), more_pages) << price;
    const std::uint32_t second = index.find_or_add({price});
    EXPECT_EQ(pool.free_pages(), 64 - kHeight - more_pages) << price;
    EXPECT_EQ(index.missing_pages({price}), 0U);
    index.remove(first);
    index.remove(second);
    EXPECT_EQ(pool.free_pages(), 64U);
    EXPECT_EQ(pool.free_levels(), 4U);
  }
}

TEST(LevelPages, ExactlyEnoughForTheFirstPriceIsEnoughAndOneFewerIsNoEngine) {
  Venue enough(with_pages(kHeight));
  EXPECT_THAT(enough.tell(buy(1, "A").at(0)), ElementsAre("1:A accepted buy 1@0"));
  try {
    const Engine engine(with_pages(kHeight - 1));
    ADD_FAILURE() << "an engine that can take no order";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "engine configuration: instrument 1: max_level_pages must be from 7, the pages on "
                 "the way to one of its prices");
  }
}

TEST(LevelPages, ExactlyEnoughForTheSecondPriceIsEnoughAndOneFewerIsRefused) {
  for (const auto& [price, more_pages] : kNeighbours) {
    SCOPED_TRACE(price);
    const std::uint32_t pages = kHeight + more_pages;
    Venue enough(with_pages(pages));
    enough.submit(buy(1, "A").at(0));
    EXPECT_EQ(enough.submit(buy(1, "B").at(price)).front().reject, RejectCode::none);
    if (more_pages == 0) continue;
    Venue short_of_one(with_pages(pages - 1));
    short_of_one.submit(buy(1, "A").at(0));
    const Event refused = short_of_one.submit(buy(1, "B").at(price)).front();
    EXPECT_EQ(refused.reject, RejectCode::level_page_capacity);
    EXPECT_EQ(refused.reject_limit, pages - 1);
    EXPECT_THAT(short_of_one.book(Side::buy), ElementsAre("A 1@0"));
  }
}

TEST(LevelPages, OfAnInstrumentWithALowBandAreFewer) {
  // Prices up to 63 are one page, up to 4,095 two.
  for (const std::int64_t highest : {63, 64, 4'095, 4'096}) {
    const std::uint32_t height = highest < 64 ? 1 : highest < 4'096 ? 2 : 3;
    EngineConfig config = with_pages(height);
    for (InstrumentTerms& terms : config.instruments) terms.band_high = {highest};
    Venue enough(config);
    EXPECT_EQ(enough.submit(buy(1, "A").at(highest)).front().reject, RejectCode::none);
    --config.max_level_pages;
    EXPECT_THROW(const Engine engine(config), std::invalid_argument);
  }
}

TEST(LevelPages, OfAReplaceAreNeededBesideTheOnesOfItsOldPlace) {
  // The last page but one goes to the new price while the old price has its own still.
  for (const std::uint32_t pages : {kHeight + 1, kHeight}) {
    Venue v(with_pages(pages));
    v.submit(buy(1, "A").at(0));
    const Event answer = v.submit(replace(1, "B").orig("A").side(Side::buy).qty(1).at(64)).front();
    const bool enough = pages == kHeight + 1;
    EXPECT_EQ(answer.reject, enough ? RejectCode::none : RejectCode::level_page_capacity);
    EXPECT_THAT(v.book(Side::buy), ElementsAre(enough ? "B 1@64" : "A 1@0"));
  }
}

// Both sides of all three instruments at their first price, which takes every page there is.
void fill(Venue& v, const std::string& prefix) {
  for (std::uint32_t i = 1; i <= 3; ++i) {
    const std::string id = prefix + std::to_string(i);
    EXPECT_EQ(v.submit(buy(1, id + "b").at(0).on(i)).front().reject, RejectCode::none);
    EXPECT_EQ(v.submit(sell(1, id + "s").at(kMaxPriceTicks).on(i)).front().reject,
              RejectCode::none);
  }
  EXPECT_EQ(v.submit(buy(2, prefix + "more").at(64)).front().reject,
            RejectCode::level_page_capacity);
}

TEST(LevelPages, AreAllFreeAgainWhenTheBooksAreEmptyHoweverTheOrdersEnded) {
  Venue v(with_pages(6 * kHeight));
  for (int round = 0; round < 3; ++round) {
    const std::string prefix = std::to_string(round) + "-";
    fill(v, prefix);
    // By a cancel, by a trade, by a replace that trades, and by the end of a day.
    v.submit(cancel(1, "X").orig(prefix + "1b"));
    v.submit(buy(2, prefix + "t").at(kMaxPriceTicks));
    v.submit(sell(2, prefix + "u").at(0).on(2));
    const CommandBuilder meet = replace(1, prefix + "m").orig(prefix + "2s");
    v.submit(buy(2, prefix + "d").at(100).on(2).day());
    v.submit(Command(CommandBuilder(meet).on(2).side(Side::sell).qty(1).at(100)));
    v.submit(cancel(1, "Y").orig(prefix + "3s"));
    v.submit(cancel(1, "Z").orig(prefix + "3b"));
    v.submit(sell(2, prefix + "e").at(64).on(3).day());
    v.submit(tick({kMidnight.value + round * kNsPerDay}));
    ASSERT_EQ(v.engine().open_orders(), 0U);
  }
  fill(v, "last");
}

TEST(LevelPages, OfRefusedOrdersAreNotTaken) {
  Venue v(with_pages(kHeight + 1));
  v.submit(buy(1, "A").at(0));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(v.submit(buy(1, "R" + std::to_string(i)).at(64 * 64)).front().reject,
              RejectCode::level_page_capacity);
  }
  EXPECT_THAT(v.tell(buy(1, "B").at(64)), ElementsAre("1:B accepted buy 1@64"));
}

}  // namespace
}  // namespace sluice::test

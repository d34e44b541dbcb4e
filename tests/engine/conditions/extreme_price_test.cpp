// Prices from 0 to the end of the range in one book.
#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;

// Prices on both sides of every power of 64, where a radix index turns a page.
constexpr std::array<std::int64_t, 18> kTurns{0,
                                              1,
                                              63,
                                              64,
                                              65,
                                              4'095,
                                              4'096,
                                              262'143,
                                              262'144,
                                              16'777'215,
                                              16'777'216,
                                              78'350,
                                              999'999'999,
                                              1'073'741'823,
                                              1'073'741'824,
                                              68'719'476'735,
                                              68'719'476'736,
                                              kMaxPriceTicks};

TEST(ExtremePrices, ZeroAndNineNinesRestInOneBookBesideTheTouch) {
  Venue v;
  v.submit(buy(1, "zero").at(0));
  v.submit(sell(1, "nines").at(999'999'999));
  v.submit(buy(1, "bid").at(78'350));
  v.submit(sell(1, "offer").at(78'351));
  EXPECT_THAT(v.book(Side::buy), ElementsAre("bid 1@78350", "zero 1@0"));
  EXPECT_THAT(v.book(Side::sell), ElementsAre("offer 1@78351", "nines 1@999999999"));
}

TEST(ExtremePrices, BookShowsTheWholeRangeInOrderOnBothSides) {
  for (const Side side : {Side::buy, Side::sell}) {
    Venue v;
    for (const std::int64_t price : kTurns) {
      v.submit(new_order(side, 1, std::to_string(price)).at(price));
    }
    std::vector<OrderView> book = book_of(v.engine(), 1, side);
    ASSERT_EQ(book.size(), kTurns.size());
    for (std::size_t i = 1; i < book.size(); ++i) {
      EXPECT_TRUE(side == Side::buy ? book[i].price < book[i - 1].price
                                    : book[i].price > book[i - 1].price)
          << book[i];
    }
  }
}

TEST(ExtremePrices, NextBestIsFoundAcrossEmptySpaceAsEachLevelEmpties) {
  for (const Side side : {Side::buy, Side::sell}) {
    Venue v;
    for (const std::int64_t price : kTurns) {
      v.submit(new_order(side, 1, std::to_string(price)).at(price));
    }
    for (const OrderView& expected : book_of(v.engine(), 1, side)) {
      ASSERT_TRUE(v.engine().best({1}, side));
      EXPECT_EQ(v.engine().best({1}, side)->price, expected.price);
      v.submit(cancel(1, "X").order_id(expected.order_id));
    }
    EXPECT_FALSE(v.engine().best({1}, side));
  }
}

TEST(ExtremePrices, SweepRunsFromOneEndToTheOther) {
  Venue v;
  for (const std::int64_t price : kTurns) v.submit(sell(1, std::to_string(price)).at(price));
  const std::vector<Event> events =
      v.submit(buy(2, "B").qty(static_cast<std::int64_t>(kTurns.size())).at(kMaxPriceTicks));
  EXPECT_EQ(events.size(), 1 + 2 * kTurns.size());
  EXPECT_EQ(v.engine().open_orders(), 0U);
}

TEST(ExtremePrices, BookComesBackToTheTouchAfterAVisitToTheEnd) {
  Venue v;
  v.submit(sell(1, "offer").at(100));
  v.submit(sell(1, "far").at(kMaxPriceTicks));
  v.submit(buy(2, "B").at(100));
  EXPECT_EQ(v.engine().best({1}, Side::sell)->price, Price{kMaxPriceTicks});
  v.submit(sell(1, "again").at(101));
  EXPECT_EQ(v.engine().best({1}, Side::sell)->price, Price{101});
}

TEST(ExtremePrices, NarrowBandAtTheTopOfTheRangeTrades) {
  EngineConfig config = small_config();
  config.instruments[0].band_low = {kMaxPriceTicks - 1};
  Venue v(config);
  v.submit(sell(1, "S").at(kMaxPriceTicks));
  v.submit(sell(1, "T").at(kMaxPriceTicks - 1));
  v.submit(buy(2, "B").at(kMaxPriceTicks));
  EXPECT_THAT(v.book(Side::sell), ElementsAre("S 1@4398046511103"));
}

TEST(ExtremePrices, BandOfOnePriceTrades) {
  EngineConfig config = small_config();
  config.instruments[0].band_low = {0};
  config.instruments[0].band_high = {0};
  Venue v(config);
  v.submit(sell(1, "S").at(0));
  EXPECT_EQ(v.submit(buy(2, "B").at(0)).size(), 3U);
}

}  // namespace
}  // namespace sluice::test

#include "gateway/session/resend_pager.hpp"

#include <gtest/gtest.h>
#include <limits>
#include <utility>
#include <vector>

namespace sluice::gateway {
namespace {

using Range = std::pair<std::uint32_t, std::uint32_t>;

std::vector<Range> pages(ResendPager& pager) {
  std::vector<Range> ranges;
  while (pager.active()) {
    const ResendPager::Page page = pager.take();
    ranges.emplace_back(page.begin, page.end);
  }
  return ranges;
}

std::vector<Range> pages_of(std::uint32_t page, std::uint32_t begin, std::uint32_t end,
                            std::uint32_t last_sent) {
  ResendPager pager(page);
  pager.start(9, begin, end, last_sent);
  return pages(pager);
}

TEST(ResendPager, IsIdleBeforeARequest) { EXPECT_FALSE(ResendPager(10).active()); }

TEST(ResendPager, ARequestOfOnePageIsOnePage) {
  EXPECT_EQ(pages_of(10, 1, 10, 100), (std::vector<Range>{{1, 10}}));
  EXPECT_EQ(pages_of(10, 7, 7, 100), (std::vector<Range>{{7, 7}}));
}

TEST(ResendPager, OneMessageMoreIsAPageMore) {
  EXPECT_EQ(pages_of(10, 1, 11, 100), (std::vector<Range>{{1, 10}, {11, 11}}));
  EXPECT_EQ(pages_of(10, 5, 34, 100), (std::vector<Range>{{5, 14}, {15, 24}, {25, 34}}));
}

TEST(ResendPager, EndZeroMeansAllThatWasSent) {
  EXPECT_EQ(pages_of(10, 1, 0, 25), (std::vector<Range>{{1, 10}, {11, 20}, {21, 25}}));
}

TEST(ResendPager, AnEndBeyondWhatWasSentStopsThere) {
  EXPECT_EQ(pages_of(10, 1, 2'147'483'647, 12), (std::vector<Range>{{1, 10}, {11, 12}}));
  EXPECT_EQ(pages_of(10, 1, 12, 12), (std::vector<Range>{{1, 10}, {11, 12}}));
  EXPECT_EQ(pages_of(10, 1, 13, 12), (std::vector<Range>{{1, 10}, {11, 12}}));
}

TEST(ResendPager, PagesOfOneMessageWork) {
  EXPECT_EQ(pages_of(1, 3, 5, 100), (std::vector<Range>{{3, 3}, {4, 4}, {5, 5}}));
}

TEST(ResendPager, TheLastNumbersDoNotOverflow) {
  constexpr std::uint32_t kLast = std::numeric_limits<std::uint32_t>::max();
  EXPECT_EQ(pages_of(10, kLast - 10, 0, kLast),
            (std::vector<Range>{{kLast - 10, kLast - 1}, {kLast, kLast}}));
}

TEST(ResendPager, EachPageCarriesTheNumberOfTheRequest) {
  ResendPager pager(2);
  pager.start(77, 1, 4, 100);
  EXPECT_EQ(pager.take().msg_seq_num, 77u);
  EXPECT_EQ(pager.take().msg_seq_num, 77u);
  EXPECT_FALSE(pager.active());
}

TEST(ResendPager, ANewRequestReplacesTheOldOne) {
  ResendPager pager(2);
  pager.start(7, 1, 100, 100);
  (void)pager.take();
  pager.start(8, 50, 51, 100);
  const ResendPager::Page page = pager.take();
  EXPECT_EQ(page.msg_seq_num, 8u);
  EXPECT_EQ((Range{page.begin, page.end}), (Range{50, 51}));
  EXPECT_FALSE(pager.active());
}

TEST(ResendPager, WhatIsGoneFromTheStoreIsOnePage) {
  ResendPager pager(2);
  pager.start(7, 1, 100, 100);
  ResendPager::Page page = pager.take(51);
  EXPECT_EQ((Range{page.begin, page.end}), (Range{1, 50}));
  page = pager.take(51);
  EXPECT_EQ((Range{page.begin, page.end}), (Range{51, 52}));
  // It may move on meanwhile.
  page = pager.take(99);
  EXPECT_EQ((Range{page.begin, page.end}), (Range{53, 98}));
  page = pager.take(200);
  EXPECT_EQ((Range{page.begin, page.end}), (Range{99, 100}));
  EXPECT_FALSE(pager.active());
}

TEST(ResendPager, APageIsWholeWhereLessThanThatIsGone) {
  ResendPager pager(10);
  pager.start(7, 1, 100, 100);
  const ResendPager::Page page = pager.take(4);
  EXPECT_EQ((Range{page.begin, page.end}), (Range{1, 10}));
}

TEST(ResendPager, CancelEndsARequest) {
  ResendPager pager(2);
  pager.start(7, 1, 100, 100);
  (void)pager.take();
  pager.cancel();
  EXPECT_FALSE(pager.active());
}

}  // namespace
}  // namespace sluice::gateway

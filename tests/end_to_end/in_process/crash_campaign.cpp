#include "tests/end_to_end/in_process/crash_campaign.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

#include "tests/end_to_end/in_process/random_seed.hpp"
#include "tests/support/owed_reports.hpp"
#include "tests/support/surviving_trader.hpp"

namespace sluice::testing {
namespace {

void expect_all_heard(const SurvivingTrader& trader, const OwedReports& owed) {
  EXPECT_EQ(trader.heard(), owed.exec_ids);
  EXPECT_EQ(trader.cancel_rejects(), owed.cancel_rejects);
  EXPECT_THAT(trader.wrongs(), ::testing::IsEmpty());
  EXPECT_GT(owed.exec_ids.size(), 20U);
}

}  // namespace

void expect_nothing_lost(TurnedVenue& venue, int lives,
                         const std::function<void(std::mt19937_64&)>& die,
                         const std::function<void(std::mt19937_64&)>& meanwhile) {
  std::mt19937_64 random(random_seed());
  SurvivingTrader one("CLIENT1", kSymbol, "5.0");
  SurvivingTrader two("CLIENT2", kSymbol, "5.0");
  const auto log_on = [&] {
    one.log_on("127.0.0.1", venue.venue().port());
    two.log_on("127.0.0.1", venue.venue().port());
  };
  for (int life = 0; life < lives; ++life) {
    log_on();
    for (int step = 0; step < 200; ++step) {
      switch (random() % 10) {
        case 0:
        case 1:
          one.trade(random);
          break;
        case 2:
          two.trade(random);
          break;
        case 3:
        case 4:
          venue.turn_engine();
          break;
        case 5:
          (void)one.hear();
          (void)two.hear();
          break;
        case 6:
          if (meanwhile) meanwhile(random);
          break;
        default:
          (void)venue.turn_io();
      }
    }
    die(random);
  }
  log_on();
  for (int i = 0; i < 20; ++i) {
    venue.settle();
    (void)one.hear();
    (void)two.hear();
  }
  expect_all_heard(one, owed_to(1, venue.events()));
  expect_all_heard(two, owed_to(2, venue.events()));
}

}  // namespace sluice::testing

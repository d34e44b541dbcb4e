// A configuration out of range does not start; one at the edge does.
#include <functional>
#include <gtest/gtest.h>
#include <stdexcept>
#include <vector>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using Change = std::function<void(EngineConfig&)>;

void expect_refused(const Change& change) {
  EngineConfig config = small_config();
  change(config);
  EXPECT_THROW(Engine{config}, std::invalid_argument);
}

void expect_works(const Change& change) {
  EngineConfig config = small_config();
  change(config);
  Venue v(config);
  EXPECT_EQ(v.submit(buy(1, "A").at(0)).front().type, EventType::order_accepted);
}

TEST(EngineConfigRange, UnitIsZeroToSixtyThree) {
  expect_works([](EngineConfig& c) { c.unit = 0; });
  expect_works([](EngineConfig& c) { c.unit = 63; });
  expect_refused([](EngineConfig& c) { c.unit = 64; });
}

TEST(EngineConfigRange, EpochIsOneTo16383) {
  expect_works([](EngineConfig& c) { c.epoch = 1; });
  expect_works([](EngineConfig& c) { c.epoch = 16'383; });
  expect_refused([](EngineConfig& c) { c.epoch = 0; });
  expect_refused([](EngineConfig& c) { c.epoch = 16'384; });
}

TEST(EngineConfigRange, WorkPerCommandIsFromEight) {
  expect_works([](EngineConfig& c) { c.work_per_command = 8; });
  expect_refused([](EngineConfig& c) { c.work_per_command = 7; });
}

TEST(EngineConfigRange, CountsAreFromOne) {
  expect_works([](EngineConfig& c) { c.max_orders = 1; });
  expect_works([](EngineConfig& c) { c.max_levels = 1; });
  expect_works([](EngineConfig& c) { c.clordid_history = 1; });
  expect_works([](EngineConfig& c) { c.order_history = 1; });
  expect_works([](EngineConfig& c) { c.sessions = 1; });
  expect_refused([](EngineConfig& c) { c.max_orders = 0; });
  expect_refused([](EngineConfig& c) { c.max_levels = 0; });
  expect_refused([](EngineConfig& c) { c.max_level_pages = 0; });
  expect_refused([](EngineConfig& c) { c.clordid_history = 0; });
  expect_refused([](EngineConfig& c) { c.sessions = 0; });
}

TEST(EngineConfigRange, OrderHistoryIsAPowerOfTwo) {
  expect_works([](EngineConfig& c) { c.order_history = 1U << 16U; });
  for (const std::uint32_t bad : {0U, 3U, 6U, (1U << 16U) - 1, (1U << 16U) + 1, 1U << 31U}) {
    expect_refused([bad](EngineConfig& c) { c.order_history = bad; });
  }
}

TEST(EngineConfigRange, TermsOfAnInstrumentFitTogether) {
  const auto refuse = [](const std::function<void(InstrumentTerms&)>& change) {
    expect_refused([&](EngineConfig& c) { change(c.instruments[1]); });
  };
  refuse([](InstrumentTerms& t) { t.min_qty = {0}; });
  refuse([](InstrumentTerms& t) { t.max_qty = {kMaxQtyLots + 1}; });
  refuse([](InstrumentTerms& t) { t.min_qty = {5}, t.max_qty = {4}; });
  refuse([](InstrumentTerms& t) { t.band_low = {-1}; });
  refuse([](InstrumentTerms& t) { t.band_high = {kMaxPriceTicks + 1}; });
  refuse([](InstrumentTerms& t) { t.band_low = {5}, t.band_high = {4}; });
  refuse([](InstrumentTerms& t) { t.market_protection = {-1}; });
}

}  // namespace
}  // namespace sluice::test

// A configuration out of range does not start and says which field it is; one at the edge starts.
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <utility>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using Change = std::function<void(EngineConfig&)>;
using ChangeTerms = std::function<void(InstrumentTerms&)>;

constexpr std::uint32_t kMostElements = 1U << 30U;

EngineConfig changed(const Change& change) {
  EngineConfig config = small_config();
  config.session_firm.clear();
  change(config);
  return config;
}

void expect_works(const Change& change) {
  Venue v(changed(change));
  EXPECT_EQ(v.submit(buy(1, "A").at(0)).front().type, EventType::order_accepted);
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SLUICE_TEST_MEMORY_CANNOT_BE_LIMITED
#endif
#endif

// Large pools are not given to this process: a machine shall survive a check that is missing.
class [[maybe_unused]] LittleMemory {
 public:
#ifdef SLUICE_TEST_MEMORY_CANNOT_BE_LIMITED
  static constexpr bool kIsLimited = false;
#else
  static constexpr bool kIsLimited = true;
  LittleMemory() {
    EXPECT_EQ(::getrlimit(RLIMIT_AS, &before_), 0);
    rlimit little = before_;
    little.rlim_cur = 1U << 30U;
    EXPECT_EQ(::setrlimit(RLIMIT_AS, &little), 0);
  }
  ~LittleMemory() { EXPECT_EQ(::setrlimit(RLIMIT_AS, &before_), 0); }
  LittleMemory(const LittleMemory&) = delete;
  LittleMemory& operator=(const LittleMemory&) = delete;

 private:
  rlimit before_{};
#endif
};

void expect_refused(const Change& change, const std::string& why) {
  const LittleMemory little;
  try {
    const Engine engine(changed(change));
    ADD_FAILURE() << "started, although " << why;
  } catch (const std::invalid_argument& refusal) {
    EXPECT_EQ(refusal.what(), "engine configuration: " + why);
  } catch (const std::bad_alloc&) {
    ADD_FAILURE() << "wanted the memory, although " << why;
  }
}

// In range: only the memory for it is missing.
void expect_accepted_but_for_memory(const Change& change) {
  if (!LittleMemory::kIsLimited) return;
  const LittleMemory little;
  EXPECT_THROW(Engine{changed(change)}, std::bad_alloc);
}

TEST(EngineConfigRange, UnitIsZeroToSixtyThree) {
  const std::string why = "unit must be 0..63";
  expect_works([](EngineConfig& c) { c.unit = 0; });
  expect_works([](EngineConfig& c) { c.unit = 63; });
  expect_refused([](EngineConfig& c) { c.unit = 64; }, why);
  expect_refused([](EngineConfig& c) { c.unit = ~0ULL; }, why);
}

TEST(EngineConfigRange, EpochIsOneTo16383) {
  const std::string why = "epoch must be 1..16383";
  expect_works([](EngineConfig& c) { c.epoch = 1; });
  expect_works([](EngineConfig& c) { c.epoch = 16'383; });
  expect_refused([](EngineConfig& c) { c.epoch = 0; }, why);
  expect_refused([](EngineConfig& c) { c.epoch = 16'384; }, why);
}

TEST(EngineConfigRange, WorkPerCommandIsFromEight) {
  expect_works([](EngineConfig& c) { c.work_per_command = 8; });
  expect_works(
      [](EngineConfig& c) { c.work_per_command = std::numeric_limits<std::uint32_t>::max(); });
  expect_refused([](EngineConfig& c) { c.work_per_command = 7; },
                 "work_per_command must be from 8");
}

TEST(EngineConfigRange, CountsAreFromOne) {
  expect_works([](EngineConfig& c) { c.max_orders = 1; });
  expect_works([](EngineConfig& c) { c.max_levels = 1; });
  expect_works([](EngineConfig& c) { c.clordid_history = 1; });
  expect_works([](EngineConfig& c) { c.order_history = 1; });
  expect_works([](EngineConfig& c) { c.sessions = 1; });
  expect_works([](EngineConfig& c) { c.max_deferred = 1; });
  // One page is a whole index where all prices are on it.
  expect_works([](EngineConfig& c) {
    c.max_level_pages = 1;
    for (InstrumentTerms& terms : c.instruments) terms.band_high = {63};
  });
  expect_refused([](EngineConfig& c) { c.max_orders = 0; }, "max_orders must be from 1");
  expect_refused([](EngineConfig& c) { c.max_levels = 0; }, "max_levels must be 1..2^30");
  expect_refused([](EngineConfig& c) { c.max_level_pages = 0; }, "max_level_pages must be 1..2^30");
  expect_refused([](EngineConfig& c) { c.clordid_history = 0; }, "clordid_history must be from 1");
  expect_refused([](EngineConfig& c) { c.sessions = 0; }, "sessions must be from 1");
  expect_refused([](EngineConfig& c) { c.max_deferred = 0; }, "max_deferred must be 1..2^30");
}

TEST(EngineConfigRange, PoolsHoldUpToTwoToTheThirtieth) {
  expect_accepted_but_for_memory([](EngineConfig& c) { c.max_levels = kMostElements; });
  expect_accepted_but_for_memory([](EngineConfig& c) { c.max_level_pages = kMostElements; });
  expect_accepted_but_for_memory([](EngineConfig& c) { c.max_deferred = kMostElements; });
  expect_refused([](EngineConfig& c) { c.max_levels = kMostElements + 1; },
                 "max_levels must be 1..2^30");
  expect_refused([](EngineConfig& c) { c.max_level_pages = kMostElements + 1; },
                 "max_level_pages must be 1..2^30");
  expect_refused([](EngineConfig& c) { c.max_deferred = kMostElements + 1; },
                 "max_deferred must be 1..2^30");
}

TEST(EngineConfigRange, OrderHistoryIsAPowerOfTwo) {
  const std::string why = "order_history must be a power of two, 1..2^30";
  expect_works([](EngineConfig& c) { c.order_history = 1U << 16U; });
  expect_accepted_but_for_memory([](EngineConfig& c) { c.order_history = kMostElements; });
  for (const std::uint32_t bad : {0U, 3U, 6U, (1U << 16U) - 1, (1U << 16U) + 1, 1U << 31U}) {
    expect_refused([bad](EngineConfig& c) { c.order_history = bad; }, why);
  }
}

// Each session's names, and one for each order that may be open: the aggressors of three
// instruments among them.
TEST(EngineConfigRange, NamesAreUpToTwoToTheThirtieth) {
  const std::string why =
      "sessions x clordid_history + max_orders + instruments must be at most 2^30";
  const auto fill = [](EngineConfig& c) {
    c.sessions = 4;
    c.clordid_history = 1U << 27U;
    c.max_orders = (1U << 29U) - 3;
  };
  expect_accepted_but_for_memory(fill);
  expect_refused([&](EngineConfig& c) { fill(c), ++c.sessions; }, why);
  expect_refused([&](EngineConfig& c) { fill(c), ++c.clordid_history; }, why);
  expect_refused([&](EngineConfig& c) { fill(c), ++c.max_orders; }, why);
  expect_refused([&](EngineConfig& c) { fill(c), c.instruments.emplace_back(); }, why);
  // As 32 bits these products would be small.
  expect_refused([](EngineConfig& c) { c.sessions = c.clordid_history = 1U << 16U; }, why);
  expect_refused([](EngineConfig& c) { c.max_orders = ~0U; }, why);
}

void expect_terms_refused(const ChangeTerms& change, const std::string& why) {
  expect_refused([&](EngineConfig& c) { change(c.instruments[1]); }, "instrument 2: " + why);
}

void expect_terms_work(const ChangeTerms& change) {
  Venue v(changed([&](EngineConfig& c) { change(c.instruments[1]); }));
  const InstrumentTerms& terms = v.config().instruments[1];
  for (const auto& [qty, price] : {std::pair{terms.min_qty.value, terms.band_low.value},
                                   std::pair{terms.max_qty.value, terms.band_high.value}}) {
    const std::string id = "A" + std::to_string(price) + "/" + std::to_string(qty);
    const Command order = buy(1, id).on(2).qty(qty).at(price);
    EXPECT_EQ(v.submit(order).front().type, EventType::order_accepted);
  }
}

TEST(EngineConfigRange, QuantitiesAreFromOneUpToTheLargestAndInOrder) {
  const std::string why = "1 <= min_qty <= max_qty <= 2^60-1 must hold";
  expect_terms_work([](InstrumentTerms& t) { t.min_qty = {1}, t.max_qty = {1}; });
  expect_terms_work([](InstrumentTerms& t) { t.max_qty = {kMaxQtyLots}; });
  expect_terms_work([](InstrumentTerms& t) { t.min_qty = t.max_qty = {kMaxQtyLots}; });
  expect_terms_refused([](InstrumentTerms& t) { t.min_qty = {0}; }, why);
  expect_terms_refused([](InstrumentTerms& t) { t.max_qty = {kMaxQtyLots + 1}; }, why);
  expect_terms_refused([](InstrumentTerms& t) { t.min_qty = {5}, t.max_qty = {4}; }, why);
}

TEST(EngineConfigRange, PriceBandIsFromZeroUpToTheHighestAndInOrder) {
  const std::string why = "0 <= band_low <= band_high <= 2^42-1 must hold";
  expect_terms_work([](InstrumentTerms& t) { t.band_low = {0}, t.band_high = {0}; });
  expect_terms_work([](InstrumentTerms& t) { t.band_high = {kMaxPriceTicks}; });
  expect_terms_work([](InstrumentTerms& t) { t.band_low = t.band_high = {kMaxPriceTicks}; });
  expect_terms_refused([](InstrumentTerms& t) { t.band_low = {-1}; }, why);
  expect_terms_refused([](InstrumentTerms& t) { t.band_high = {kMaxPriceTicks + 1}; }, why);
  expect_terms_refused([](InstrumentTerms& t) { t.band_low = {5}, t.band_high = {4}; }, why);
}

TEST(EngineConfigRange, MarketProtectionIsFromZeroUpToTheHighestPrice) {
  const std::string why = "market_protection must be 0..2^42-1";
  expect_terms_work([](InstrumentTerms& t) { t.market_protection = {0}; });
  expect_terms_work([](InstrumentTerms& t) { t.market_protection = {kMaxPriceTicks}; });
  expect_terms_refused([](InstrumentTerms& t) { t.market_protection = {-1}; }, why);
  expect_terms_refused([](InstrumentTerms& t) { t.market_protection = {kMaxPriceTicks + 1}; }, why);
}

TEST(EngineConfigRange, InitialStateIsOneOfTheStates) {
  const std::string why = "initial_state must be one of the states";
  expect_terms_work([](InstrumentTerms& t) { t.initial_state = InstrumentState::pre_open; });
  expect_terms_refused([](InstrumentTerms& t) { t.initial_state = InstrumentState::none; }, why);
  expect_terms_refused(
      [](InstrumentTerms& t) { t.initial_state = static_cast<InstrumentState>(7); }, why);
}

TEST(EngineConfigRange, EachSessionHasAFirmThatThereIsOrNoneHasAny) {
  expect_works([](EngineConfig& c) { c.firms = 0, c.accounts = 0; });
  expect_works([](EngineConfig& c) { c.firms = 2, c.session_firm = {{0}, {1}, {2}}; });
  const std::string size = "session_firm must be empty or name the firm of each session";
  expect_refused([](EngineConfig& c) { c.session_firm = {{1}, {1}}; }, size);
  expect_refused([](EngineConfig& c) { c.session_firm = {{1}, {1}, {1}, {1}}; }, size);
  expect_refused(
      [](EngineConfig& c) {
        c.firms = 2, c.session_firm = {{0}, {1}, {3}};
      },
      "session_firm must be 0..2");
}

TEST(EngineConfigRange, FirmsAndAccountsAreUpToTwoToTheThirtieth) {
  const std::string why = "firms and accounts must be at most 2^30";
  expect_accepted_but_for_memory([](EngineConfig& c) { c.firms = 1U << 30U; });
  expect_accepted_but_for_memory([](EngineConfig& c) { c.accounts = 1U << 30U; });
  expect_refused([](EngineConfig& c) { c.firms = (1U << 30U) + 1; }, why);
  expect_refused([](EngineConfig& c) { c.accounts = (1U << 30U) + 1; }, why);
}

TEST(EngineConfigRange, AVenueMayHaveNoInstrument) {
  Venue v(changed([](EngineConfig& c) { c.instruments.clear(); }));
  EXPECT_EQ(v.submit(buy(1, "A").at(1)).front().reject, RejectCode::unknown_instrument);
}

}  // namespace
}  // namespace sluice::test

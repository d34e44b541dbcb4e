// The shortest way through the engine, one of each on one instrument; and its two indexes against
// the standard library's.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "engine/book/level_index.hpp"
#include "engine/book/level_pool.hpp"
#include "engine/core/engine.hpp"
#include "engine/core/memory/slot_map.hpp"

namespace sluice {
namespace {

class Recorder final : public EventSink {
 public:
  Event& claim() noexcept override { return events.emplace_back(); }
  void commit() noexcept override {}

  std::vector<Event> events;
};

class Smoke : public ::testing::Test {
 protected:
  static EngineConfig config() {
    EngineConfig result;
    result.max_orders = 64;
    result.max_levels = 64;
    result.max_level_pages = 64;
    result.clordid_history = 16;
    result.order_history = 16;
    result.work_per_command = 8;
    result.max_deferred = 4;
    result.instruments.resize(2);
    return result;
  }

  static Command order(Side side, std::string_view name, std::int64_t qty, std::int64_t price,
                       TimeInForce tif = TimeInForce::good_till_cancel) {
    Command command{};
    command.type = CommandType::new_order;
    command.side = side;
    command.ord_type = OrdType::limit;
    command.tif = tif;
    command.instrument = {1};
    command.session = {1};
    command.clordid = ClOrdId::from(name).value();
    command.qty = {qty};
    command.price = {price};
    return command;
  }

  static Command request(CommandType type, std::string_view name, std::string_view original) {
    Command command{};
    command.type = type;
    command.session = {1};
    command.clordid = ClOrdId::from(name).value();
    command.orig_clordid = ClOrdId::from(original).value();
    return command;
  }

  /// The events of this command alone.
  std::vector<Event> apply(const Command& given) {
    Command command = given;
    recorder_.events.clear();
    command.seq = {engine_.last_seq().value + 1};
    engine_.apply(command, recorder_);
    return recorder_.events;
  }

  Engine engine_{config()};

 private:
  Recorder recorder_;
};

TEST_F(Smoke, CrossingOrderTradesAtTheRestingPriceAndItsRestStaysInTheBook) {
  ASSERT_EQ(apply(order(Side::sell, "maker", 5, 100)).size(), 1U);
  const auto events = apply(order(Side::buy, "taker", 8, 101));
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].type, EventType::order_accepted);
  EXPECT_EQ(events[1].ord_status, OrdStatus::filled);
  EXPECT_EQ(events[1].liquidity, Liquidity::added);
  EXPECT_EQ(events[2].ord_status, OrdStatus::partially_filled);
  EXPECT_EQ(events[2].last_price, Price{100});
  EXPECT_EQ(events[2].leaves_qty, Qty{3});
  EXPECT_EQ(events[1].match_id, events[2].match_id);
  EXPECT_EQ(engine_.best({1}, Side::buy)->price, Price{101});
  EXPECT_EQ(engine_.open_orders(), 1U);
}

TEST_F(Smoke, ReplaceThenCancelAnswerUnderTheirOwnNames) {
  apply(order(Side::buy, "A", 5, 100));
  Command replace = request(CommandType::replace, "B", "A");
  replace.qty = {4};
  replace.price = {100};
  const auto replaced = apply(replace);
  ASSERT_EQ(replaced.size(), 1U);
  EXPECT_EQ(replaced[0].type, EventType::order_replaced);
  EXPECT_EQ(replaced[0].flags, kAnswer | kKeptPriority);

  EXPECT_EQ(apply(request(CommandType::cancel, "C", "A"))[0].reject, RejectCode::too_late_replaced);
  const auto canceled = apply(request(CommandType::cancel, "D", "B"));
  ASSERT_EQ(canceled.size(), 1U);
  EXPECT_EQ(canceled[0].type, EventType::order_canceled);
  EXPECT_EQ(canceled[0].orig_clordid.view(), "B");
  EXPECT_EQ(engine_.open_orders(), 0U);
}

TEST_F(Smoke, LongSweepLocksItsInstrumentAndRequestsWaitInOrder) {
  for (const char name : std::string_view("abcdefghijklmnopqrstuvwxyz")) {
    apply(order(Side::sell, std::string_view(&name, 1), 1, 100 + name));
  }
  EXPECT_EQ(apply(order(Side::buy, "sweep", 26, 1'000)).size(), 1U + 2U * 16U);
  EXPECT_TRUE(engine_.has_pending_work());
  Command other = order(Side::buy, "other", 1, 1);
  other.instrument = {2};
  Command idle{};
  idle.type = CommandType::continue_work;
  // The cancel waits although it names no instrument; it runs when the sweep is over.
  const auto events = apply(request(CommandType::cancel, "late", "sweep"));
  ASSERT_EQ(events.size(), 16U);
  EXPECT_EQ(events.back().type, EventType::trade);
  EXPECT_EQ(apply(other).front().type, EventType::order_accepted);
  apply(idle);
  EXPECT_FALSE(engine_.has_pending_work());
  EXPECT_FALSE(engine_.best({1}, Side::sell).has_value());
  EXPECT_EQ(engine_.open_orders(), 1U);
}

/// SLUICE_SEED=n runs a random test again.
std::mt19937_64 seeded_random() {
  const char* asked = std::getenv("SLUICE_SEED");
  const std::uint64_t seed = asked != nullptr ? std::stoull(asked) : std::random_device{}();
  std::cout << "seed " << seed << '\n';
  return std::mt19937_64(seed);
}

/// A level index beside a sorted map of the same levels.
class ComparedIndex {
 public:
  explicit ComparedIndex(Side side) : side_(side), index_(side, {kMaxPriceTicks}, pool_) {}

  void toggle(Price price) {
    const auto known = levels_.find(price);
    ASSERT_EQ(index_.find(price), known == levels_.end() ? kNoIndex : known->second);
    if (known != levels_.end()) {
      index_.remove(known->second);
      levels_.erase(known);
      return;
    }
    const std::uint32_t missing = index_.missing_pages(price);
    const std::uint32_t pages_before = pool_.free_pages();
    levels_[price] = index_.find_or_add(price);
    ASSERT_EQ(pool_.free_pages(), pages_before - missing);
    ASSERT_EQ(index_.missing_pages(price), 0U);
  }

  void clear() {
    while (!levels_.empty()) toggle(levels_.begin()->first);
    EXPECT_EQ(pool_.free_pages(), pool_.pages());
    EXPECT_EQ(pool_.free_levels(), pool_.levels());
  }

  void check_order() const {
    std::vector<std::uint32_t> expected;
    for (const auto& [price, level] : levels_) expected.push_back(level);
    if (side_ == Side::buy) std::reverse(expected.begin(), expected.end());
    std::vector<std::uint32_t> found;
    for (std::uint32_t level = index_.best(); level != kNoIndex; level = index_.next(level)) {
      found.push_back(level);
    }
    ASSERT_EQ(found, expected);
    if (expected.empty()) return;
    const auto best = side_ == Side::buy ? std::prev(levels_.end()) : levels_.begin();
    ASSERT_EQ(index_.best_price(), best->first);
  }

 private:
  Side side_;
  LevelPool pool_{1'024, 4'096};
  LevelIndex index_;
  std::map<Price, std::uint32_t> levels_;
};

TEST(LevelIndexAgainstMap, FindsWalksAndGivesBackItsPagesOverNearAndExtremePrices) {
  std::mt19937_64 random = seeded_random();
  constexpr std::array<std::int64_t, 6> kFar{0, 63, 64, 4'096, 999'999'999, kMaxPriceTicks};
  for (const Side side : {Side::buy, Side::sell}) {
    ComparedIndex compared(side);
    for (int i = 0; i < 4'000; ++i) {
      const std::uint64_t draw = random();
      std::int64_t price = 78'350 + static_cast<std::int64_t>(draw >> 32U) % 200;
      if (draw % 8 == 0) price = kFar.at(draw / 8 % kFar.size());
      if (draw % 8 == 1) price = static_cast<std::int64_t>(random() >> 22U);
      ASSERT_NO_FATAL_FAILURE(compared.toggle({price}));
      ASSERT_NO_FATAL_FAILURE(compared.check_order());
      if (i % 1'000 == 999) {
        ASSERT_NO_FATAL_FAILURE(compared.clear());
      }
    }
  }
}

struct SameHome {
  std::size_t operator()(std::uint32_t key) const noexcept { return key / 4; }
};

TEST(SlotMapAgainstMap, FindsEveryIndexAfterErasuresInCrowdedAndWrappingRuns) {
  std::mt19937_64 random = seeded_random();
  constexpr std::uint32_t kBound = 32;
  SlotMap<SameHome> map(kBound);
  std::map<std::uint32_t, std::uint32_t> key_of;  // By index.
  for (int i = 0; i < 20'000; ++i) {
    const auto index = static_cast<std::uint32_t>(random() % kBound);
    if (const auto known = key_of.find(index); known != key_of.end()) {
      map.erase(known->second, index);
      key_of.erase(known);
    } else {
      // Few homes, the table's last among them; some keys twice.
      const auto key = static_cast<std::uint32_t>(240 + random() % 32);
      map.insert(key, index);
      key_of[index] = key;
    }
    for (std::uint32_t wanted = 0; wanted < kBound; ++wanted) {
      const auto known = key_of.find(wanted);
      const auto is = [&](std::uint32_t candidate) { return candidate == wanted; };
      if (known != key_of.end()) {
        ASSERT_EQ(map.find(known->second, is), wanted);
      } else {
        for (std::uint32_t key = 240; key < 272; ++key) ASSERT_EQ(map.find(key, is), kNoIndex);
      }
    }
  }
}

}  // namespace
}  // namespace sluice

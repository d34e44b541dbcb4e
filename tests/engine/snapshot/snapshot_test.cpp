// What a snapshot needs of the configuration that it is read under, and what a new run changes.
#include "tests/engine/snapshot/snapshot.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

std::string refusal(const Engine& engine, const EngineConfig& config) {
  try {
    (void)restored(saved(engine), config);
  } catch (const SnapshotError& error) {
    return error.what();
  }
  return "";
}

TEST(SnapshotNeeds, RoomForWhatIsOpen) {
  Venue v;
  for (int i = 0; i < 5; ++i) v.submit(buy(1, "B" + std::to_string(i)).at(90 + i));
  EngineConfig config = small_config();
  config.max_orders = 5;
  EXPECT_EQ(refusal(v.engine(), config), "");
  config.max_orders = 4;
  EXPECT_EQ(refusal(v.engine(), config), "more orders are open than max_orders = 4");
  config = small_config();
  config.max_levels = 5;
  EXPECT_EQ(refusal(v.engine(), config), "");
  config.max_levels = 4;
  EXPECT_EQ(refusal(v.engine(), config), "its orders stand at more than max_levels = 4 prices");
}

TEST(SnapshotNeeds, PagesForThePricesOfItsOrders) {
  Venue v;
  v.submit(buy(1, "A").at(1));
  v.submit(buy(1, "B").at(kMaxPriceTicks / 2));
  EngineConfig config = small_config();
  config.max_level_pages = 7;
  EXPECT_EQ(refusal(v.engine(), config),
            "the prices of its orders need more than max_level_pages = 7");
  config.max_level_pages = 13;
  EXPECT_EQ(refusal(v.engine(), config), "");
}

TEST(SnapshotNeeds, AllItsInstrumentsAndSessions) {
  Venue v;
  v.submit(buy(3, "A").at(100).on(3));
  EngineConfig config = small_config();
  config.instruments.resize(2);
  EXPECT_EQ(refusal(v.engine(), config),
            "order " + std::to_string(v.id_of(3, "A").value) +
                " is open in instrument 3, and the configuration has 2");
  v.submit(cancel(3, "C").orig("A"));
  EXPECT_EQ(refusal(v.engine(), config),
            "the snapshot knows 3 instruments, the configuration 2: none may go");
  config = small_config();
  config.sessions = 2;
  config.session_firm.resize(2);
  EXPECT_EQ(refusal(v.engine(), config),
            "the snapshot knows 3 sessions, the configuration 2: none may go");
}

TEST(SnapshotNeeds, PriceLimitsThatItsOrdersKeep) {
  Venue v;
  v.submit(buy(1, "A").at(100));
  EngineConfig config = small_config();
  config.instruments[0].band_high = {100};
  EXPECT_EQ(refusal(v.engine(), config), "");
  config.instruments[0].band_high = {99};
  EXPECT_EQ(refusal(v.engine(), config),
            "order " + std::to_string(v.id_of(1, "A").value) +
                " is open at price 100 (ticks), above the instrument's price_max 99: raise that, "
                "or cancel it first");
}

TEST(SnapshotNeeds, RoomForWhatWaits) {
  EngineConfig config = small_config();
  config.work_per_command = 8;
  Venue v(config);
  for (int i = 0; i < 40; ++i) v.submit(sell(1, "S" + std::to_string(i)).at(100));
  v.submit(buy(2, "B").qty(40).at(100).ioc());
  v.submit(buy(3, "W").at(90));
  ASSERT_TRUE(v.engine().has_pending_work());
  v.submit(buy(3, "X").at(90));
  config.max_deferred = 1;
  EXPECT_EQ(refusal(v.engine(), config), "more commands wait than max_deferred = 1");
}

TEST(SnapshotNeeds, TheSameUnitAndFormat) {
  Venue v;
  EngineConfig config = small_config();
  ++config.unit;
  EXPECT_EQ(refusal(v.engine(), config),
            "the snapshot is of unit " + std::to_string(config.unit - 1) +
                ", the configuration says " + std::to_string(config.unit));
  std::vector<std::byte> bytes = saved(v.engine());
  bytes[sizeof(HashKey)] = std::byte{9};
  EXPECT_THROW((void)restored(bytes, small_config()), SnapshotError);
}

TEST(SnapshotNeeds, LessHistoryForgetsTheOldest) {
  Venue v;
  for (const char* name : {"A", "B", "C"}) {
    v.submit(buy(1, name).at(100));
    v.submit(cancel(1, std::string("x") + name).orig(name));
  }
  v.submit(buy(1, "D").at(100));
  v.submit(buy(1, "E").at(100));
  EngineConfig config = small_config();
  config.clordid_history = 1;
  const auto copy = restored(saved(v.engine()), config);
  RecordingSink sink;
  const auto tell = [&](Command command) {
    command.seq = {copy->last_seq().value + 1};
    command.time = kNoon;
    copy->apply(command, sink);
    return brief(sink.take());
  };
  // D is open, so its name stays although it is not among the last; that of C is free again.
  EXPECT_EQ(tell(buy(1, "D").at(100)), tell(buy(1, "D").at(100)));
  const std::vector<std::string> again = tell(buy(1, "C").at(100));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_NE(again[0].find("accepted"), std::string::npos) << again[0];
  EXPECT_EQ(copy->open_orders(), 3U);
}

TEST(ANewRun, GivesIdsOfItsEpochAndKnowsThoseOfTheLast) {
  Engine engine(small_config());
  RecordingSink sink;
  const auto tell = [&](Command command) {
    command.seq = {engine.last_seq().value + 1};
    command.time = kNoon;
    engine.apply(command, sink);
    return sink.take();
  };
  const OrderId open = tell(buy(1, "A").at(100)).at(0).order_id;
  const OrderId over = tell(buy(1, "B").at(100)).at(0).order_id;
  const std::vector<Event> last = tell(cancel(1, "C").orig("B"));
  const std::uint64_t epoch = engine.epoch() + 3;
  engine.begin_run({engine.last_seq().value + 1}, epoch);
  EXPECT_EQ(engine.epoch(), epoch);
  const std::vector<Event> first = tell(buy(1, "D").at(100));
  EXPECT_EQ(first.at(0).exec_id.epoch(), epoch);
  EXPECT_EQ(first.at(0).exec_id.count(), last.at(0).exec_id.count() + 1);
  EXPECT_EQ(first.at(0).order_id.epoch(), epoch);
  EXPECT_EQ(first.at(0).order_id.count(), over.count() + 1);
  // By OrderID(37): one that is over hears of its end, one that is open goes.
  Command late = cancel(1, "E").orig("B");
  late.order_id = over;
  EXPECT_EQ(tell(late).at(0).ord_status, OrdStatus::canceled);
  Command good = cancel(1, "F").orig("A");
  good.order_id = open;
  EXPECT_EQ(tell(good).at(0).type, EventType::order_canceled);
  // The same count of another epoch is no order.
  Command foreign = cancel(1, "G").orig("B");
  foreign.order_id = OrderId::make(over.unit(), epoch, over.count());
  EXPECT_EQ(tell(foreign).at(0).reject, RejectCode::unknown_order);
  // And all that over a snapshot.
  EXPECT_EQ(restored(saved(engine), small_config())->epoch(), epoch);
}

}  // namespace
}  // namespace sluice::test

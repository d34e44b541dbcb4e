// The same commands give the same events and the same state, and different states show.
#include <cstring>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <vector>

#include "engine/core/engine.hpp"
#include "tests/engine/properties/generators.hpp"
#include "tests/engine/support/print.hpp"
#include "tests/engine/support/recording_sink.hpp"
#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

RC_GTEST_PROP(Determinism, TwoEnginesGiveTheSameEventsAndTheSameHashAtEachStep, ()) {
  EngineConfig config = random_flow_config();
  config.work_per_command = *rc::gen::element(8U, 32U, 1U << 20U);
  const std::vector<Intent> flow = *any_flow();
  Engine first(config);
  // Something else between them, so that no address is alike.
  const std::vector<std::byte> elsewhere(12'345);
  const auto second = std::make_unique<Engine>(config);
  RecordingSink sink;
  FlowPlayer player;
  for (const Intent& intent : flow) {
    const Command command = player.next(intent);
    first.apply(command, sink);
    const std::vector<Event> expected = sink.take();
    second->apply(command, sink);
    const std::string found = difference(expected, sink.take());
    if (!found.empty()) RC_FAIL(found);
    RC_ASSERT(first.state_hash() == second->state_hash());
    player.hear(expected);
  }
}

// Hashes of two venues that were told different things.
void expect_different(const std::function<void(Venue&)>& tell_one,
                      const std::function<void(Venue&)>& tell_other,
                      const EngineConfig& config = small_config()) {
  Venue one(config);
  Venue other(config);
  EXPECT_EQ(one.engine().state_hash(), other.engine().state_hash());
  tell_one(one);
  tell_other(other);
  EXPECT_NE(one.engine().state_hash(), other.engine().state_hash());
}

TEST(StateHash, DiffersWithTheOrderOfAQueue) {
  // The same orders, names and counts; C keeps A's place in one queue and goes to the back in the
  // other.
  expect_different(
      [](Venue& v) {
        v.submit(buy(1, "A").qty(5).at(100));
        v.submit(buy(1, "B").qty(5).at(100));
        v.submit(replace(1, "C").orig("A").side(Side::buy).qty(4).at(100));
      },
      [](Venue& v) {
        v.submit(buy(1, "A").qty(4).at(100));
        v.submit(buy(1, "B").qty(5).at(100));
        v.submit(replace(1, "C").orig("A").side(Side::buy).qty(4).at(100));
      });
}

TEST(StateHash, DiffersWithWhoCameFirst) {
  // The same two open orders, ids apart, in the other order of arrival.
  expect_different(
      [](Venue& v) {
        v.submit(buy(1, "A").qty(5).at(100));
        v.submit(buy(2, "B").qty(5).at(100));
      },
      [](Venue& v) {
        v.submit(buy(2, "B").qty(5).at(100));
        v.submit(buy(1, "A").qty(5).at(100));
      });
}

TEST(StateHash, DiffersWithEachTermOfAnOrder) {
  const std::vector<Command> variants{
      buy(1, "A").qty(5).at(100),
      buy(1, "A").qty(6).at(100),
      buy(1, "A").qty(5).at(101),
      sell(1, "A").qty(5).at(100),
      buy(2, "A").qty(5).at(100),
      buy(1, "B").qty(5).at(100),
      buy(1, "A").qty(5).at(100).on(2),
      buy(1, "A").qty(5).at(100).day(),
      buy(1, "A").qty(5).at(100).post_only(),
  };
  std::vector<std::uint64_t> hashes;
  for (const Command& variant : variants) {
    Venue venue;
    venue.submit(variant);
    for (const std::uint64_t other : hashes) EXPECT_NE(venue.engine().state_hash(), other);
    hashes.push_back(venue.engine().state_hash());
  }
}

TEST(StateHash, DiffersWithPartiesThatALaterReportCarries) {
  Command with_client = buy(1, "A").qty(5).at(100);
  with_client.client = 77;
  expect_different([&](Venue& v) { v.submit(with_client); },
                   [](Venue& v) { v.submit(buy(1, "A").qty(5).at(100)); });
}

TEST(StateHash, DiffersWithWhatIsRememberedOfClosedOrders) {
  // Nothing is open in either; a later order "A" is a duplicate in one of them only.
  expect_different(
      [](Venue& v) {
        v.submit(buy(1, "A").at(100));
        v.submit(cancel(1, "X").orig("A"));
      },
      [](Venue& v) {
        v.submit(buy(1, "B").at(100));
        v.submit(cancel(1, "X").orig("B"));
      });
}

TEST(StateHash, DiffersWithTheFateOfARememberedClOrdId) {
  // Equal counts, nothing open; a cancel of "A" comes too late in one, in the other nobody knows
  // it.
  expect_different(
      [](Venue& v) {
        v.submit(buy(1, "A").at(100));
        v.submit(cancel(1, "X").orig("A"));
        v.submit(buy(1, "B").at(-1));
      },
      [](Venue& v) {
        v.submit(buy(1, "A").at(-1));
        v.submit(buy(1, "B").at(100));
        v.submit(cancel(1, "X").orig("B"));
      });
}

TEST(StateHash, DiffersWithTheTime) {
  expect_different([](Venue& v) { v.submit(tick(kNoon)); },
                   [](Venue& v) { v.submit(tick({kNoon.value + 1})); });
}

TEST(StateHash, DiffersWithTheSequence) {
  expect_different(
      [](Venue& v) {
        v.submit(tick(kNoon));
        v.submit(tick(kNoon));
      },
      [](Venue& v) { v.submit(tick(kNoon)); });
}

TEST(StateHash, DiffersWithWorkThatWaits) {
  EngineConfig config = small_config();
  config.work_per_command = 8;
  const auto sweep = [](Venue& v, const Command& last) {
    for (int i = 0; i < 40; ++i) v.submit(sell(1, "S" + std::to_string(i)).at(100));
    v.submit(buy(2, "B").qty(40).at(100).ioc());
    v.submit(last);
    EXPECT_TRUE(v.engine().has_pending_work());
  };
  expect_different([&](Venue& v) { sweep(v, buy(3, "W").qty(1).at(90)); },
                   [&](Venue& v) { sweep(v, buy(3, "W").qty(2).at(90)); }, config);
}

TEST(StateHash, IsTheSameForTheSameStateReachedThroughOtherSlots) {
  // Cancelling in another order frees storage in another order; what is left is alike.
  EngineConfig config = small_config();
  config.clordid_history = 1;
  const auto end_with = [](Venue& v, const char* first, const char* second) {
    for (const char* id : {"A", "B", "C"}) v.submit(buy(1, id).at(100));
    v.submit(cancel(1, "X").orig(first));
    v.submit(cancel(1, "X").orig(second));
    v.submit(buy(1, "D").qty(2).at(99));
  };
  Venue one(config);
  Venue other(config);
  end_with(one, "A", "B");
  end_with(other, "B", "A");
  EXPECT_EQ(one.engine().state_hash(), other.engine().state_hash());
}

}  // namespace
}  // namespace sluice::test

// Looks at a running engine.
#include "engine/runner/inquiry.hpp"

#include <algorithm>
#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/engine/runner/runner_fixture.hpp"
#include "tests/engine/support/venue.hpp"
#include "tests/support/heap/heap_use.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;
using Kind = Inquiry::Kind;

/// Asks until there is nothing to go on with.
std::vector<OpenOrder> all_orders(const Engine& engine, const OrderFilter& filter) {
  const auto inquiry = std::make_unique<Inquiry>();
  std::vector<OpenOrder> found;
  std::uint32_t from = 0;
  do {
    EXPECT_TRUE(inquiry->ask({.kind = Kind::orders, .filter = filter, .from = from}));
    EXPECT_TRUE(inquiry->answer(engine));
    const Inquiry::Answer& answer = *inquiry->answered();
    EXPECT_LE(answer.orders, Inquiry::kMaxAnswers);
    found.insert(found.end(), answer.order.begin(), answer.order.begin() + answer.orders);
    from = answer.next;
  } while (from != 0);
  return found;
}

std::vector<std::string> names_of(const std::vector<OpenOrder>& orders) {
  std::vector<std::string> names;
  for (const OpenOrder& one : orders) names.emplace_back(one.order.clordid.view());
  std::sort(names.begin(), names.end());
  return names;
}

/// Sessions 1 and 2 are of firm 1, 3 of firm 2; session n trades for account 10n.
void enter_mix(Venue& v) {
  v.submit(buy(1, "A").qty(5).at(99).account(10));
  v.submit(sell(2, "B").at(101).account(20).day());
  v.submit(buy(3, "C").at(98).account(30).on(2));
  v.submit(buy(1, "D").at(97).account(20));
  v.submit(sell(3, "E").qty(2).at(99).account(30).ioc());
}

TEST(Inquiry, FindsOpenOrdersByEachFilterAndByAllTogether) {
  Venue v;
  enter_mix(v);
  const Engine& engine = v.engine();
  EXPECT_THAT(names_of(all_orders(engine, {})), ElementsAre("A", "B", "C", "D"));
  EXPECT_THAT(names_of(all_orders(engine, {.session = {1}})), ElementsAre("A", "D"));
  EXPECT_THAT(names_of(all_orders(engine, {.account = {20}})), ElementsAre("B", "D"));
  EXPECT_THAT(names_of(all_orders(engine, {.instrument = {2}})), ElementsAre("C"));
  EXPECT_THAT(names_of(all_orders(engine, {.firm = {1}})), ElementsAre("A", "B", "D"));
  EXPECT_THAT(names_of(all_orders(engine, {.session = {1}, .account = {20}, .firm = {1}})),
              ElementsAre("D"));
  EXPECT_THAT(names_of(all_orders(engine, {.session = {9}})), ElementsAre());
}

TEST(Inquiry, SaysAllThatIsKnownOfAnOrder) {
  Venue v;
  enter_mix(v);
  const std::vector<OpenOrder> found = all_orders(v.engine(), {.session = {1}, .account = {10}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].order.order_id, v.id_of(1, "A"));
  EXPECT_EQ(found[0].order.cum_qty, Qty{2});
  EXPECT_EQ(found[0].leaves, Qty{3});
  EXPECT_EQ(found[0].account, AccountId{10});
  EXPECT_EQ(found[0].firm, FirmId{1});
  EXPECT_EQ(found[0].ord_type, OrdType::limit);
  EXPECT_EQ(found[0].tif, TimeInForce::good_till_cancel);
}

TEST(Inquiry, ForgetsAnOrderWhenItIsClosed) {
  Venue v;
  enter_mix(v);
  v.submit(cancel(1, "X").orig("A"));
  v.submit(buy(1, "F").at(102));
  EXPECT_THAT(names_of(all_orders(v.engine(), {})), ElementsAre("C", "D"));
}

TEST(Inquiry, LooksAtABoundedNumberOfPlacesAndGoesOnWhereItStopped) {
  EngineConfig config = small_config();
  config.max_orders = 3 * Inquiry::kMaxLooks;
  Venue v(config);
  for (std::uint32_t i = 0; i < config.max_orders; ++i) {
    v.submit(buy(1 + i % 2, "A" + std::to_string(i)).at(100));
  }
  // Half of all are meant: each answer ends at its last place.
  std::uint32_t from = 0;
  std::set<std::uint64_t> seen;
  std::vector<std::uint32_t> sizes;
  const auto inquiry = std::make_unique<Inquiry>();
  do {
    ASSERT_TRUE(inquiry->ask({.filter = {.session = {1}}, .from = from}));
    inquiry->answer(v.engine());
    sizes.push_back(inquiry->answered()->orders);
    for (std::uint32_t i = 0; i < sizes.back(); ++i) {
      EXPECT_TRUE(seen.insert(inquiry->answered()->order[i].order.order_id.value).second);
    }
    from = inquiry->answered()->next;
  } while (from != 0);
  EXPECT_EQ(seen.size(), config.max_orders / 2);
  EXPECT_EQ(*std::max_element(sizes.begin(), sizes.end()), Inquiry::kMaxAnswers);
  // Of the other nobody: only looks bound it.
  ASSERT_TRUE(inquiry->ask({.filter = {.session = {3}}}));
  inquiry->answer(v.engine());
  EXPECT_EQ(inquiry->answered()->orders, 0U);
  EXPECT_EQ(inquiry->answered()->next, Inquiry::kMaxLooks);
}

TEST(Inquiry, LooksAtNoPlaceThatNoOrderEverHad) {
  EngineConfig config = small_config();
  config.max_orders = 2 * Inquiry::kMaxLooks;
  Venue v(config);
  enter_mix(v);
  const auto inquiry = std::make_unique<Inquiry>();
  ASSERT_TRUE(inquiry->ask({}));
  inquiry->answer(v.engine());
  EXPECT_EQ(inquiry->answered()->orders, 4U);
  EXPECT_EQ(inquiry->answered()->next, 0U);
}

TEST(Inquiry, AnOrderThatIsOpenThroughoutIsSeenOnceThoughOthersComeAndGo) {
  EngineConfig config = small_config();
  config.clordid_history = 1U << 16U;
  Venue v(config);
  for (int i = 0; i < 2'000; ++i) v.submit(buy(1, "stays" + std::to_string(i)).at(100));
  for (int i = 0; i < 1'000; ++i) v.submit(buy(2, "goes" + std::to_string(i)).at(100));
  const auto inquiry = std::make_unique<Inquiry>();
  std::map<std::string, int> seen;
  std::uint32_t from = 0;
  int turn = 0;
  do {
    ASSERT_TRUE(inquiry->ask({.from = from}));
    inquiry->answer(v.engine());
    const Inquiry::Answer& answer = *inquiry->answered();
    for (std::uint32_t i = 0; i < answer.orders; ++i) {
      ++seen[std::string(answer.order[i].order.clordid.view())];
    }
    from = answer.next;
    for (int i = 0; i < 40; ++i, ++turn) {
      v.submit(cancel(2, "X").orig("goes" + std::to_string(turn)));
      v.submit(buy(2, "new" + std::to_string(turn)).at(101));
      v.submit(replace(1, "stays" + std::to_string(turn) + "r")
                   .orig("stays" + std::to_string(turn))
                   .side(Side::buy)
                   .qty(2)
                   .at(102));
    }
  } while (from != 0);
  for (int i = 0; i < 2'000; ++i) {
    const std::string name = "stays" + std::to_string(i);
    EXPECT_EQ(seen[name] + seen[name + "r"], 1) << name;
  }
}

TEST(Inquiry, ShowsBothSidesOfABookAtOneInstant) {
  Venue v;
  enter_mix(v);
  v.submit(sell(3, "G").at(100));
  v.submit(set_state(InstrumentState::post_only));
  const auto inquiry = std::make_unique<Inquiry>();
  const auto ask = [&](std::uint32_t instrument, std::uint32_t depth) {
    EXPECT_TRUE(
        inquiry->ask({.kind = Kind::book, .filter = {.instrument = {instrument}}, .depth = depth}));
    inquiry->answer(v.engine());
    std::vector<std::string> lines;
    const Inquiry::Answer& answer = *inquiry->answered();
    for (std::uint32_t i = 0; i < answer.orders + answer.offers; ++i) {
      lines.push_back((i < answer.orders ? "bid " : "offer ") +
                      std::string(answer.order[i].order.clordid.view()));
    }
    return lines;
  };
  EXPECT_THAT(ask(1, 10), ElementsAre("bid A", "bid D", "offer G", "offer B"));
  EXPECT_EQ(inquiry->answered()->state, InstrumentState::post_only);
  EXPECT_EQ(inquiry->answered()->last_seq, v.engine().last_seq());
  EXPECT_EQ(inquiry->answered()->last_exec, v.engine().last_exec_count());
  EXPECT_EQ(inquiry->answered()->now, v.engine().now());
  EXPECT_EQ(inquiry->answered()->open_orders, 5U);
  EXPECT_THAT(ask(1, 1), ElementsAre("bid A", "offer G"));
  EXPECT_THAT(ask(1, 0), ElementsAre());
  EXPECT_THAT(ask(4, 10), ElementsAre());
  EXPECT_EQ(inquiry->answered()->state, InstrumentState::none);
}

TEST(Inquiry, OfADeepBookShowsHalfOfAllPlacesOfEachSide) {
  Venue v;
  for (int i = 0; i < 200; ++i) {
    v.submit(buy(1, "B" + std::to_string(i)).at(99));
    v.submit(sell(2, "S" + std::to_string(i)).at(101));
  }
  const auto inquiry = std::make_unique<Inquiry>();
  ASSERT_TRUE(
      inquiry->ask({.kind = Kind::book, .filter = {.instrument = {1}}, .depth = 1'000'000}));
  inquiry->answer(v.engine());
  EXPECT_EQ(inquiry->answered()->orders, Inquiry::kMaxAnswers / 2);
  EXPECT_EQ(inquiry->answered()->offers, Inquiry::kMaxAnswers / 2);
  EXPECT_EQ(inquiry->answered()->order[Inquiry::kMaxAnswers - 1].order.clordid, name("S127"));
}

TEST(Inquiry, TakesOneQuestionAtATimeAndAnswersItOnce) {
  Venue v;
  const auto inquiry = std::make_unique<Inquiry>();
  EXPECT_FALSE(inquiry->answer(v.engine()));
  EXPECT_EQ(inquiry->answered(), nullptr);
  EXPECT_TRUE(inquiry->ask({}));
  EXPECT_FALSE(inquiry->ask({}));
  EXPECT_EQ(inquiry->answered(), nullptr);
  EXPECT_TRUE(inquiry->answer(v.engine()));
  EXPECT_FALSE(inquiry->answer(v.engine()));
  EXPECT_NE(inquiry->answered(), nullptr);
  EXPECT_TRUE(inquiry->ask({})) << "the answer is read";
}

TEST(Inquiry, ChangesNothingAndAllocatesNothing) {
  Venue v;
  enter_mix(v);
  const auto inquiry = std::make_unique<Inquiry>();
  const std::uint64_t before = v.engine().state_hash();
  const HeapUse heap_before = heap_use_of_this_thread();
  for (const Kind kind : {Kind::orders, Kind::book}) {
    ASSERT_TRUE(inquiry->ask({.kind = kind, .filter = {.instrument = {1}}, .depth = 5}));
    inquiry->answer(v.engine());
  }
  const HeapUse used = heap_use_of_this_thread() - heap_before;
  EXPECT_EQ(used.allocations, 0U);
  EXPECT_EQ(v.engine().state_hash(), before);
}

class InquiryRunner : public RunnerTest {
 protected:
  void make_with_inquiry() {
    make(1'024, 1'024);
    run_with({.idle = IdleKind::yield, .inquiry = inquiry_.get()});
  }
  std::unique_ptr<Inquiry> inquiry_ = std::make_unique<Inquiry>();
};

TEST_F(InquiryRunner, IsAnsweredOnceATurnAndIsNoCommand) {
  make_with_inquiry();
  ASSERT_TRUE(lanes_[0]->try_push(order(1)));
  ASSERT_TRUE(inquiry_->ask({}));
  EXPECT_TRUE(runner_->turn());
  ASSERT_NE(inquiry_->answered(), nullptr);
  EXPECT_EQ(inquiry_->answered()->orders, 1U) << "after the turn's commands";
  ASSERT_TRUE(inquiry_->ask({}));
  EXPECT_TRUE(runner_->turn());
  EXPECT_EQ(engine_->last_seq().value, 1U);
  EXPECT_EQ(runner_->counters().commands, 1U);
  EXPECT_FALSE(runner_->turn());
}

TEST_F(InquiryRunner, DoesNotKeepWorkThatIsLeftOverFromItsStep) {
  make_with_inquiry();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(lanes_[0]->try_push(order(1, Side::sell)));
  while (runner_->turn()) {
  }
  ASSERT_TRUE(lanes_[1]->try_push(order(2, Side::buy, 100, 100)));
  ASSERT_TRUE(runner_->turn());
  const std::uint64_t events = runner_->counters().events;
  ASSERT_TRUE(inquiry_->ask({}));
  EXPECT_TRUE(runner_->turn());
  EXPECT_GT(runner_->counters().events, events);
  EXPECT_NE(inquiry_->answered(), nullptr);
}

// The asker, the engine and a client at once: every answer is whole and of one instant.
TEST_F(InquiryRunner, AnswersWhileOrdersComeAndGo) {
  make_with_inquiry();
  runner_->start();
  std::atomic<bool> done{false};
  std::thread client([&] {
    for (int i = 0; i < 400; ++i) {
      while (!lanes_[0]->try_push(order(1, Side::buy, 100 + i % 3))) std::this_thread::yield();
      const std::string orig = "c" + std::to_string(sent_);
      while (i % 2 == 0 && !lanes_[0]->try_push(cancel(1, orig))) std::this_thread::yield();
      lanes_[0]->events.consume(1'024, [](const Event&) {});
    }
    done = true;
  });
  std::uint64_t last = 0;
  for (int answers = 0; answers < 300 || !done; ++answers) {
    const Kind kind = answers % 2 == 0 ? Kind::orders : Kind::book;
    ASSERT_TRUE(inquiry_->ask({.kind = kind, .filter = {.instrument = {1}}, .depth = 128}));
    const Inquiry::Answer* answer = nullptr;
    while ((answer = inquiry_->answered()) == nullptr) std::this_thread::yield();
    EXPECT_GE(answer->last_exec, last);
    last = answer->last_exec;
    std::set<std::uint64_t> ids;
    for (std::uint32_t i = 0; i < answer->orders; ++i) {
      const OpenOrder& one = answer->order[i];
      EXPECT_EQ(one.order.session, SessionId{1});
      EXPECT_EQ(one.leaves, one.order.qty);
      EXPECT_TRUE(ids.insert(one.order.order_id.value).second);
    }
  }
  client.join();
  runner_->stop();
  EXPECT_EQ(engine_->open_orders(), 200U);
}

}  // namespace
}  // namespace sluice::test

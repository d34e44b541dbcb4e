// The audit and the rebuilder are judges of other tests: these tests hold them to their office.
#include "tests/engine/support/event_audit.hpp"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/engine/support/book_rebuilder.hpp"
#include "tests/engine/support/commands.hpp"
#include "tests/engine/support/recording_sink.hpp"
#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::HasSubstr;

// The complaint about a good match of two orders after `spoil` changed its events: accepted,
// resting side, aggressor.
std::string complaint_after(const std::function<void(std::vector<Event>&)>& spoil) {
  const EngineConfig config = small_config();
  Engine engine(config);
  EventAudit audit(config);
  RecordingSink sink;
  Command first = sell(1, "S").qty(5).at(100).time(kNoon);
  first.seq = {1};
  first.msg_seq_num = 1;
  engine.apply(first, sink);
  EXPECT_EQ(audit.observe(first, sink.take(), false), "");
  Command second = buy(2, "B").qty(2).at(100).time(kNoon);
  second.seq = {2};
  second.msg_seq_num = 1;
  engine.apply(second, sink);
  std::vector<Event> events = sink.take();
  spoil(events);
  return audit.observe(second, events, false);
}

TEST(EventAudit, HasNothingToSayOfAGoodMatch) {
  EXPECT_EQ(complaint_after([](std::vector<Event>&) {}), "");
}

TEST(EventAudit, ComplainsOfEachFalseNumber) {
  const std::vector<std::pair<std::string, std::function<void(std::vector<Event>&)>>> cases{
      {"ExecID", [](auto& e) { e[1].exec_id.value += 1; }},
      {"engine time", [](auto& e) { e[1].time.value += 1; }},
      {"CumQty", [](auto& e) { e[1].cum_qty.value += 1; }},
      {"LeavesQty", [](auto& e) { e[1].leaves_qty.value += 1; }},
      {"cum_notional", [](auto& e) { e[2].cum_notional += 1; }},
      {"ord_status", [](auto& e) { e[1].ord_status = OrdStatus::filled; }},
      {"liquidity", [](auto& e) { e[2].liquidity = Liquidity::added; }},
      {"resting price", [](auto& e) { e[1].last_price = {101}, e[1].cum_notional += 2; }},
      {"disagree", [](auto& e) { e[2].contra_order_id.value += 1; }},
      {"without its aggressor", [](auto& e) { e.pop_back(); }},
      {"unanswered", [](auto& e) { e.clear(); }},
      {"another session", [](auto& e) { e[0].session = {3}; }},
      {"another ClOrdID", [](auto& e) { e[0].clordid = name("Z"); }},
      {"reject code", [](auto& e) { e[0].reject = RejectCode::unknown_order; }},
      {"cannot change", [](auto& e) { e[1].side = Side::buy; }},
      {"without being asked", [](auto& e) { e[0].flags = 0; }},
      {"reserved", [](auto& e) { e[0].reserved0 = 1; }},
  };
  for (const auto& [complaint, spoil] : cases) {
    EXPECT_THAT(complaint_after(spoil), HasSubstr(complaint));
  }
}

// The complaint about a cancel that came too late after `spoil` changed its answer.
std::string complaint_about_refusal(const std::function<void(Event&)>& spoil) {
  const EngineConfig config = small_config();
  Engine engine(config);
  EventAudit audit(config);
  RecordingSink sink;
  std::string complaint;
  std::uint32_t count = 0;
  for (Command command : {Command(buy(1, "A").at(100).ioc().account(4)),
                          Command(sell(2, "S").at(90)), Command(cancel(1, "X").orig("A"))}) {
    command.time = kNoon;
    command.seq = {++count};
    command.msg_seq_num = count;
    engine.apply(command, sink);
    std::vector<Event> events = sink.take();
    if (command.type == CommandType::cancel) spoil(events.at(0));
    complaint += audit.observe(command, events, false);
  }
  return complaint;
}

TEST(EventAudit, ComplainsOfARefusalThatDoesNotSayWhatItsOrderIs) {
  EXPECT_EQ(complaint_about_refusal([](Event&) {}), "");
  const std::vector<std::pair<std::string, std::function<void(Event&)>>> cases{
      {"a known order's id", [](Event& e) { e.order_id = {}; }},
      {"an unknown order has an id", [](Event& e) { e.reject = RejectCode::unknown_order; }},
      {"ord_status", [](Event& e) { e.ord_status = OrdStatus::rejected; }},
      {"account", [](Event& e) { e.account = {5}; }},
      {"foreign", [](Event& e) { e.order_id.value += 1; }},
      {"foreign", [](Event& e) { e.order_id.value += 2; }},
      {"ord_status of an unknown order",
       [](Event& e) { e.order_id = {}, e.reject = RejectCode::unknown_order; }},
  };
  for (const auto& [complaint, spoil] : cases) {
    EXPECT_THAT(complaint_about_refusal(spoil), HasSubstr(complaint));
  }
}

TEST(BookRebuilder, ShowsALostEvent) {
  Venue v;
  v.submit(buy(1, "A").qty(5).at(100));
  v.submit(buy(1, "B").qty(5).at(100));
  v.submit(replace(1, "C").orig("A").side(Side::buy).qty(6).at(100));
  BookRebuilder whole;
  whole.observe(v.history());
  EXPECT_EQ(difference(book_of(v.engine(), 1, Side::buy), whole.book(1, Side::buy)), "");
  std::vector<Event> all_but_last = v.history();
  all_but_last.pop_back();
  BookRebuilder part;
  part.observe(all_but_last);
  EXPECT_NE(difference(book_of(v.engine(), 1, Side::buy), part.book(1, Side::buy)), "");
}

}  // namespace
}  // namespace sluice::test

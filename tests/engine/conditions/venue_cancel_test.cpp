// The venue cancels one order, whoever owns it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;

TEST(VenueCancel, TellsTheOwnerAndThenAnswers) {
  Venue v;
  v.submit(buy(2, "A").qty(5).at(100));
  Command command = venue_cancel(v.id_of(2, "A"));
  command.msg_seq_num = 77;
  const std::vector<Event> events = v.submit(command);
  ASSERT_THAT(brief(events),
              ElementsAre("2:A canceled by venue_cancel cum 0", "venue: 1 canceled"));
  EXPECT_EQ(events[0].flags, 0U);
  EXPECT_EQ(events[0].restatement_reason, 8U);
  EXPECT_EQ(events[0].ord_status, OrdStatus::canceled);
  EXPECT_TRUE(events[0].orig_clordid.empty());
  EXPECT_EQ(events[1].flags, kAnswer);
  EXPECT_EQ(events[1].order_id, v.id_of(2, "A"));
  EXPECT_EQ(events[1].source_msg_seq_num, 77U);
  EXPECT_EQ(v.engine().open_orders(), 0U);
}

TEST(VenueCancel, OfAnOrderThatIsUnknownOrClosedIsRefused) {
  Venue v;
  v.submit(buy(1, "A").at(100));
  const OrderId id = v.id_of(1, "A");
  v.submit(cancel(1, "X").orig("A"));
  for (const OrderId other : {id, OrderId{id.value + 1}, OrderId{}}) {
    EXPECT_THAT(v.tell(venue_cancel(other)), ElementsAre("venue: refused unknown_order"));
  }
}

TEST(VenueCancel, OfADayOrderThatIsOverLetsItExpire) {
  Venue v;
  v.submit(buy(1, "A").at(100).day());
  EXPECT_THAT(v.tell(venue_cancel(v.id_of(1, "A")).time(kMidnight)),
              ElementsAre("1:A expired cum 0", "venue: refused unknown_order"));
}

TEST(VenueCancel, LeavesItsOwnerTheAnswerThatItIsTooLate) {
  Venue v;
  v.submit(buy(1, "A").at(100));
  v.submit(venue_cancel(v.id_of(1, "A")));
  EXPECT_THAT(v.tell(cancel(1, "X").orig("A")),
              ElementsAre("1:X<-A cancel refused too_late_filled status canceled"));
}

TEST(VenueCancel, WaitsForTheSweepThatCameBeforeIt) {
  EngineConfig config = small_config();
  config.work_per_command = 8;
  Venue v(config);
  for (int i = 0; i < 60; ++i) v.submit(sell(1, "S" + std::to_string(i)).at(100));
  v.submit(buy(2, "sweep").qty(50).at(100));
  v.submit(venue_cancel(v.id_of(1, "S49")));
  v.submit(venue_cancel(v.id_of(1, "S59")));
  EXPECT_EQ(v.audit().unanswered(), 2U);
  const std::vector<std::string> rest = brief(v.drain());
  ASSERT_GE(rest.size(), 3U);
  EXPECT_EQ(rest[rest.size() - 3], "venue: refused unknown_order") << "the sweep took it";
  EXPECT_EQ(rest[rest.size() - 2], "1:S59 canceled by venue_cancel cum 0");
  EXPECT_EQ(rest.back(), "venue: 1 canceled");
}

TEST(VenueCancel, OfAnOrderThatAMassCancelIsAboutToTakeComesTooLate) {
  EngineConfig config = small_config();
  config.work_per_command = 8;
  Venue v(config);
  for (int i = 0; i < 60; ++i) v.submit(buy(1, "B" + std::to_string(i)).at(100));
  v.submit(mass_cancel(ControlScope::session, 1));
  const std::vector<std::string> events = v.tell(venue_cancel(v.id_of(1, "B59")));
  ASSERT_GE(events.size(), 2U);
  EXPECT_EQ(events[0], "1:B59 canceled by mass_cancel cum 0");
  EXPECT_EQ(events[1], "venue: refused unknown_order");
  EXPECT_EQ(brief(v.drain().back()), "venue: 60 canceled");
}

}  // namespace
}  // namespace sluice::test

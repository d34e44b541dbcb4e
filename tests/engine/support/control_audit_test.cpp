// The audit of the venue's own commands is a judge of other tests too.
#include "tests/engine/support/control_audit.hpp"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::HasSubstr;
using Events = std::vector<Event>;
using Tell = std::function<void(Venue&)>;

// The first complaint about what a venue said, after `spoil` changed it.
std::string complaint_about(const Tell& tell, const std::function<void(Events&)>& spoil) {
  Venue v;
  tell(v);
  Events events = v.history();
  spoil(events);
  ControlAudit audit(v.config());
  for (const Event& event : events) {
    std::string complaint = audit.observe(event);
    if (!complaint.empty()) return complaint;
  }
  return audit.under_way() > 0 ? "under way" : "";
}

// 0, 1: two orders accepted; 2: the kill; 3, 4: their cancels; 5: the end.
void kill_two(Venue& v) {
  v.submit(buy(1, "A").at(100));
  v.submit(buy(1, "B").at(100));
  v.submit(kill(ControlScope::session, 1));
}

TEST(ControlAuditOffice, HasNothingToSayOfAGoodKill) {
  EXPECT_EQ(complaint_about(kill_two, [](Events&) {}), "");
}

TEST(ControlAuditOffice, ComplainsOfEachThingThatIsFalseOfACancel) {
  const std::vector<std::pair<std::string, std::function<void(Events&)>>> cases{
      {"cancel_cause", [](Events& e) { e[3].cancel_cause = CancelCause::none; }},
      {"restatement_reason", [](Events& e) { e[3].restatement_reason = 0; }},
      {"another cause", [](Events& e) { e[3].cancel_cause = CancelCause::mass_cancel; }},
      {"no command under way", [](Events& e) { ++e[3].source_msg_seq_num; }},
      {"the number of orders", [](Events& e) { ++e[5].orders; }},
      {"not under way", [](Events& e) { ++e[5].source_msg_seq_num; }},
      {"orders are left", [](Events& e) { e[5].orders = 1, e.erase(e.begin() + 4); }},
      {"not concerned",
       [](Events& e) { e[2].control_scope = ControlScope::account, e[2].target = 7; }},
      {"entry while a kill switch", [](Events& e) { e.push_back(e[0]); }},
      {"whose event", [](Events& e) { e[2].session = {1}; }},
      {"scope", [](Events& e) { e[3].target = 1; }},
      {"control_state", [](Events& e) { e[3].control_state = 1; }},
      {"orders", [](Events& e) { e[3].orders = 1; }},
      {"has a status", [](Events& e) { e[5].ord_status = OrdStatus::canceled; }},
      {"under way", [](Events& e) { e.pop_back(); }},
  };
  for (const auto& [complaint, spoil] : cases) {
    EXPECT_THAT(complaint_about(kill_two, spoil), HasSubstr(complaint));
  }
}

TEST(ControlAuditOffice, ComplainsOfATradeOrAnEntryAgainstTheState) {
  const Tell trade_then_halt = [](Venue& v) {
    v.submit(sell(1, "S").at(100));
    v.submit(buy(2, "B").at(100));
    v.submit(set_state(InstrumentState::halted));
  };
  const auto halt_first = [](std::size_t place) {
    return [place](Events& e) {
      const Event halt = e.back();
      e.pop_back();
      e.insert(e.begin() + static_cast<std::ptrdiff_t>(place), halt);
    };
  };
  EXPECT_EQ(complaint_about(trade_then_halt, halt_first(4)), "");
  EXPECT_THAT(complaint_about(trade_then_halt, halt_first(2)), HasSubstr("not continuous"));
  EXPECT_THAT(complaint_about(trade_then_halt, halt_first(1)), HasSubstr("takes none"));
}

TEST(ControlAuditOffice, ComplainsOfATradeOfACondemnedOrder) {
  const Tell trade = [](Venue& v) {
    v.submit(sell(1, "S").qty(2).at(100));
    v.submit(buy(2, "B").at(100));
    v.submit(mass_cancel(ControlScope::session, 1));
  };
  // The mass cancel began before the order that takes from its order.
  EXPECT_THAT(complaint_about(trade,
                              [](Events& e) {
                                Event started = e[4];
                                started.exec_id.value = e[0].exec_id.value;
                                e.erase(e.begin() + 4);
                                e.insert(e.begin() + 1, started);
                              }),
              HasSubstr("condemned"));
}

TEST(ControlAuditOffice, ComplainsOfAVenuesCancelThatIsNotAnsweredAtOnce) {
  const Tell cancel_one = [](Venue& v) {
    v.submit(buy(1, "A").at(100));
    v.submit(venue_cancel(v.id_of(1, "A")));
  };
  EXPECT_EQ(complaint_about(cancel_one, [](Events&) {}), "");
  EXPECT_THAT(complaint_about(cancel_one, [](Events& e) { e.back().orders = 2; }),
              HasSubstr("cancels_done of one"));
  EXPECT_THAT(complaint_about(cancel_one, [](Events& e) { e.back() = e.front(); }),
              HasSubstr("not answered at once"));
}

}  // namespace
}  // namespace sluice::test

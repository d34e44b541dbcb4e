// The random flow is worth what it reaches: every event, and every refusal that needs no bound.
#include "tests/engine/support/random_flow.hpp"

#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>

#include "engine/core/engine.hpp"
#include "tests/engine/support/print.hpp"
#include "tests/engine/support/recording_sink.hpp"

namespace sluice::test {
namespace {

TEST(RandomFlow, MeetsEveryKindOfEventAndEveryRefusalOfARule) {
  const EngineConfig config = random_flow_config();
  Engine engine(config);
  RecordingSink sink;
  FlowPlayer player;
  std::mt19937_64 random(1);
  std::map<EventType, int> types;
  std::map<RejectCode, int> refusals;
  std::map<CancelCause, int> causes;
  int kept_priority = 0;
  int partly_filled_ends = 0;
  int stale_on_the_way = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Command command = player.next(random_intent(random));
    engine.apply(command, sink);
    const std::vector<Event> events = sink.take();
    player.hear(events);
    for (const Event& event : events) {
      ++types[event.type];
      ++refusals[event.reject];
      ++causes[event.cancel_cause];
      if ((event.flags & kKeptPriority) != 0) ++kept_priority;
      const bool expired = event.type == EventType::order_expired;
      if (expired && event.cum_qty > Qty{}) ++partly_filled_ends;
      if (expired && event.tif == TimeInForce::day && event.ord_type == OrdType::limit &&
          command.type != CommandType::tick) {
        ++stale_on_the_way;
      }
    }
  }
  for (const EventType type :
       {EventType::order_accepted, EventType::order_rejected, EventType::order_canceled,
        EventType::order_expired, EventType::order_replaced, EventType::trade,
        EventType::cancel_rejected, EventType::order_status, EventType::instrument_state_changed,
        EventType::kill_changed, EventType::mass_cancel_started, EventType::cancels_done,
        EventType::control_rejected}) {
    EXPECT_GT(types[type], 0) << name_of(type);
  }
  const std::set<RejectCode> bounds{RejectCode::none,
                                    RejectCode::order_capacity,
                                    RejectCode::level_capacity,
                                    RejectCode::level_page_capacity,
                                    RejectCode::deferred_capacity,
                                    RejectCode::mass_cancel_capacity};
  for (int number = 0; number < 100; ++number) {
    const auto code = static_cast<RejectCode>(number);
    if (name_of(code).empty() || bounds.contains(code)) continue;
    EXPECT_GT(refusals[code], 0) << name_of(code);
  }
  for (const CancelCause cause :
       {CancelCause::kill_switch, CancelCause::mass_cancel, CancelCause::venue_cancel}) {
    EXPECT_GT(causes[cause], 0) << name_of(cause);
  }
  EXPECT_GT(kept_priority, 0);
  EXPECT_GT(partly_filled_ends, 0);
  EXPECT_GT(stale_on_the_way, 0);
}

}  // namespace
}  // namespace sluice::test

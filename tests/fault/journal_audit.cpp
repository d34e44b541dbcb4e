#include "tests/fault/journal_audit.hpp"

#include <cstring>

#include "engine/journal/engine_replay.hpp"
#include "engine/journal/event_log.hpp"
#include "engine/journal/round_log.hpp"

namespace sluice::testing {
namespace {

class Collector final : public EventSink {
 public:
  explicit Collector(std::vector<Event>& events) : events_(events) {}
  Event& claim() noexcept override { return event_ = Event{}; }
  void commit() noexcept override { events_.push_back(event_); }

 private:
  std::vector<Event>& events_;
  Event event_{};
};

std::string compared(Storage& storage, const std::vector<Event>& events, bool whole_log) {
  EventLogReader log(storage, 1);
  std::size_t count = 0;
  for (Event event; log.next(event); ++count) {
    if (count == events.size()) return "the log has more events than the journal gives";
    if (std::memcmp(&events[count], &event, sizeof event) != 0) {
      return "event " + std::to_string(count + 1) + " is another one in the log";
    }
  }
  if (!whole_log) return {};
  if (count == events.size()) return log.tip().wrong;
  return "the journal gives " + std::to_string(events.size()) + " events, the log has " +
         std::to_string(count);
}

// What was accepted is filled, gone or still there.
std::string added_up(const std::vector<Event>& events, const Engine& engine) {
  std::int64_t open = 0;
  for (const Event& event : events) {
    if (event.type == EventType::order_accepted) open += event.qty.value;
    if (event.type == EventType::trade) open -= event.last_qty.value;
    if (event.type == EventType::order_canceled || event.type == EventType::order_expired) {
      open -= event.qty.value - event.cum_qty.value;
    }
  }
  std::int64_t resting = 0;
  for (const Side side : {Side::buy, Side::sell}) {
    engine.for_each_order(
        {1}, side,
        [](void* sum, const OrderView& order) {
          *static_cast<std::int64_t*>(sum) += order.qty.value - order.cum_qty.value;
        },
        &resting);
  }
  if (open == resting) return {};
  return "accepted less filled and gone is " + std::to_string(open) + ", resting is " +
         std::to_string(resting);
}

}  // namespace

JournalAudit audit_journal(Storage& storage, bool whole_log) {
  JournalAudit audit;
  EngineReplay replay;
  Collector again(audit.events);
  (void)read_round_log(storage, 0, [&](const RecordView& record) {
    if (record.header->stream == 0) replay.apply(record, again);
  });
  if (replay.engine() == nullptr) return audit;
  audit.state_hash = replay.engine()->state_hash();
  audit.wrong = compared(storage, audit.events, whole_log);
  if (audit.wrong.empty()) audit.wrong = added_up(audit.events, *replay.engine());
  return audit;
}

}  // namespace sluice::testing

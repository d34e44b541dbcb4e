// What a venue says of its run when it stops.
#include <algorithm>

#include "gateway/venue/venue.hpp"

namespace sluice::gateway {

// What an absent client has not heard of by now waits for it, over any number of starts.
void Venue::log_owed() {
  struct Owed {
    std::uint64_t from = 0;
    std::uint64_t count = 0;
  };
  std::vector<Owed> owed(units_.size() + 1);  // by SessionId
  std::uint64_t first = log_->published() + 1;
  for (const SessionUnit& unit : units_) {
    if (unit.order_entry == nullptr) continue;
    const std::uint64_t from = unit.order_entry->owed_from();
    owed[unit.session->id().value].from = from;
    if (from != 0) first = std::min(first, from);
  }
  Event event;
  for (std::uint64_t n = std::max(first, log_->oldest()); n <= log_->published(); ++n) {
    if (log_->read(n, event) != ExecutionLog::ReadStatus::ok) continue;
    Owed& of = owed[event.session.value];
    if (of.from != 0 && n >= of.from) ++of.count;
  }
  for (const SessionUnit& unit : units_) {
    const std::uint64_t count = owed[unit.session->id().value].count;
    if (count == 0) continue;
    logging_.logger()->info("{}: {} reports wait for its next Logon", unit.config->comp_id, count);
  }
}

void Venue::log_owed_copies() {
  for (const SessionUnit& unit : units_) {
    const std::uint64_t count = unit.drop_copy == nullptr ? 0 : unit.drop_copy->owed();
    if (count == 0) continue;
    logging_.logger()->info("{}: {} copies wait for its next Logon", unit.config->comp_id, count);
  }
}

void Venue::log_figures() {
  const RunnerCounters& engine = runner_->counters();
  logging_.logger()->info(
      "stopped: {} commands, {} events, {} reports; refused: {} busy, {} in flight, {} "
      "connections, {} closed for newer ones; "
      "{} reports lost, {} garbled messages, {} hostile and {} slow connections closed",
      engine.commands.load(), engine.events.load(), order_entry_.reports.load(),
      order_entry_.busy_refusals.load(), order_entry_.in_flight_refusals.load(),
      shared_->edge.refused_connections.load(), shared_->edge.evicted_connections.load(),
      order_entry_.reports_lost.load(), shared_->edge.garbled_messages.load(),
      shared_->edge.hostile_connections.load(), shared_->edge.slow_connections.load());
  const DropCopyCounters& copies = drop_copies_->counters();
  if (drop_copies_->tail() == nullptr) return;
  logging_.logger()->info("drop copies: {} copies, {} lost; {} stalled connections cut",
                          copies.copies.load(), copies.copies_lost.load(), copies.stalled.load());
}

}  // namespace sluice::gateway

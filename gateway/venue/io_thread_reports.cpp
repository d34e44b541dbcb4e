// How events come to their sessions: as they happen, or from the execution log once the client is
// back and reads.
#include <algorithm>
#include <utility>

#include "gateway/venue/io_thread.hpp"

namespace sluice::gateway {
namespace {

constexpr std::size_t kEventsPerPoll = 64;

}  // namespace

bool IoThread::route_events() {
  if (!tail_ || !may_record()) return false;
  const std::size_t count = tail_->poll(kEventsPerPoll, [this](const Event& event) {
    if (event.session.value == 0) {
      on_venue_event(event);
      return;
    }
    SessionUnit* unit = sessions_[event.session.value];
    // Another thread's, seen while the log is read.
    if (unit == nullptr || unit->order_entry == nullptr) return;
    unit->order_entry->on_event(event);
    // What waits for the disk may leave it in the log.
    if (recorder_ != nullptr) note_arrears(*unit);
    touch(unit->session->connection());
  });
  if (const std::uint64_t lost = tail_->take_lost(); lost != 0) cut_for_lost_events(lost);
  return count > 0;
}

// What the engine had done when an admin's mail was written comes before it: a SecurityStatus(f)
// before the News(B) that explains it. A ring holds no more than was there then.
void IoThread::drain_events() {
  for (std::size_t done = 0; done < kLaneCapacity && route_events(); done += kEventsPerPoll) {
  }
}

// This thread was held up for so long that the log was written over. Reports are lost, and their
// owners must know: each is cut, and told at its next Logon.
void IoThread::cut_for_lost_events(std::uint64_t first_lost) {
  shared_.logger->error("io-{}: events from {} on were overwritten before they were read", index_,
                        first_lost);
  for (SessionUnit* unit : own_) {
    if (unit->order_entry == nullptr) continue;
    unit->order_entry->on_lost_events(first_lost);
    if (Connection* const connection = unit->session->connection(); connection != nullptr) {
      connection->close_after_flush();  // what it has a number for may still leave
      touch(connection);
    }
  }
}

// Bounded, as all that is done in a turn: the log holds what waits.
bool IoThread::feed_groups() {
  if (feed_ == nullptr) return false;
  const std::size_t count = feed_->poll(kFedPerTurn);
  if (const std::uint64_t lost = feed_->take_lost(); lost != 0) {
    shared_.logger->error("feed: {} events were overwritten before they were read", lost);
    record_copies();
  }
  return count > 0;
}

void IoThread::note_arrears(Connection& connection) {
  if (connection.session == nullptr) return;
  SessionUnit& unit = *sessions_[connection.session->id().value];
  // A reset on a connection that lives puts nothing in doubt: what was sent comes before the
  // answer.
  unit.epoch = unit.session->epoch();
  note_arrears(unit);
}

// By this Logon, by the last Logout, or by an admin meanwhile.
void IoThread::note_reset(SessionUnit& unit) {
  const std::uint32_t epoch = unit.session->epoch();
  if (std::exchange(unit.epoch, epoch) == epoch) return;
  const std::int64_t heard_ns = unit.heard_before_ns;
  if (unit.order_entry != nullptr) unit.order_entry->on_reset(tail_->position(), heard_ns);
  if (unit.drop_copy != nullptr) unit.drop_copy->on_reset(0, heard_ns);
}

// Roughly, and rather too early: what is in doubt goes by seconds.
void IoThread::note_heard(SessionUnit& unit) {
  unit.heard_before_ns = std::exchange(unit.heard_ns, turn_ns_);
}

void IoThread::note_arrears(SessionUnit& unit) {
  if (unit.in_arrears) return;
  if (!unit.role->owes_reports() && !unit.session->resend_waits()) return;
  unit.in_arrears = true;
  arrears_.push_back(&unit);
}

// Nobody hands copies to a drop copy: it looks.
void IoThread::note_copies() {
  std::erase_if(copying_, [](const SessionUnit* unit) {
    return unit->session->connection() == nullptr || !unit->role->is_drop_copy();
  });
  for (SessionUnit* unit : copying_) note_arrears(*unit);
}

// A returning client gets what it lacks as fast as it reads, and all of them a like share.
bool IoThread::catch_up() {
  if (arrears_.empty() || !may_record()) return false;
  bool worked = false;
  const std::uint32_t all = feed_ == nullptr ? kCatchUpPerTurn : kCopiesPerTurn;
  const auto share =
      std::max(static_cast<std::uint32_t>(all / arrears_.size()), SessionRole::kReportCost);
  const std::uint64_t position = tail_ ? tail_->position() : 0;
  for (SessionUnit* unit : arrears_) {
    Connection* connection = unit->session->connection();
    bool sent = unit->role->catch_up(shared_.log, position, share);
    sent |= unit->session->resend_page();
    if (sent) touch(connection);
    worked |= sent;
    unit->in_arrears =
        connection != nullptr && (unit->role->owes_reports() || unit->session->resend_waits());
  }
  std::erase_if(arrears_, [](const SessionUnit* unit) { return !unit->in_arrears; });
  return worked;
}

}  // namespace sluice::gateway

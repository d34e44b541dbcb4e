// What admins order of sessions, and what the venue tells them by itself.
#include <array>
#include <unordered_set>
#include <utility>

#include "engine/types/durations.hpp"
#include "gateway/net/clocks.hpp"
#include "gateway/venue/io_thread.hpp"

namespace sluice::gateway {
namespace {

constexpr std::int64_t kLocksHoldNs = 100 * kNsPerMillisecond;
constexpr const char* kNotLoggedOn = "the session is not logged on";

SessionStatus status_of(const SessionUnit& unit) {
  const FixSession& session = *unit.session;
  SessionStatus status;
  status.enabled = session.enabled();
  status.connection = session.logons();
  status.next_out = session.next_sender();
  status.next_in = session.next_target();
  status.owed = unit.role->owes_reports();
  status.resend_waits = session.resend_waits();
  if (unit.order_entry != nullptr) status.in_flight = unit.order_entry->in_flight();
  if (const Connection* const connection = session.connection(); connection != nullptr) {
    status.phase = session.is_live() ? SessionPhase::logged_on : SessionPhase::leaving;
    status.address = connection->peer_text();
    status.since = session.logged_on_at();
    status.unsent_bytes = connection->unsent().size();
  }
  return status;
}

}  // namespace

void IoThread::carry_out(const SessionOrder& order) {
  if (order.session.value == 0) {
    carry_out_guards(order);
    return;
  }
  SessionUnit& unit = *sessions_[order.session.value];
  SessionAnswer answer;
  answer.ticket = order.ticket;
  answer.before = status_of(unit);
  answer.refusal = refuse_or_do(unit, order);
  touch(unit.session->connection());
  answer.after = status_of(unit);
  shared_.session_answers.post(std::move(answer));
}

// Not looked up at every question: it is a walk through large tables, on the thread that also
// serves clients. Locks of our own sessions come before those of names that strangers made up.
const std::vector<LockOut>& IoThread::locks_now(std::int64_t now_ns) {
  EdgeLimits& limits = *limits_;
  if (!limits.locks_told_ns || now_ns - *limits.locks_told_ns > kLocksHoldNs) {
    std::unordered_set<std::string_view> ours;
    for (const SessionConfig& session : shared_.config.sessions) ours.insert(session.comp_id);
    limits.locks_told = limits.logons.lock_outs(
        now_ns, kMaxLocksTold, [&](std::string_view comp_id) { return ours.contains(comp_id); });
    limits.locks_told_ns = now_ns;
  }
  return limits.locks_told;
}

void IoThread::carry_out_guards(const SessionOrder& order) {
  SessionAnswer answer;
  answer.ticket = order.ticket;
  LogonGuard& guard = limits_->logons;
  const std::int64_t now_ns = monotonic_now_ns();
  switch (order.kind) {
    case SessionOrder::Kind::list_locks:
      answer.locks = locks_now(now_ns);
      break;
    case SessionOrder::Kind::unlock_comp_id:
      limits_->locks_told_ns.reset();
      answer.unlocked = guard.unlock_comp_id(order.text, now_ns);
      break;
    case SessionOrder::Kind::unlock_address:
      limits_->locks_told_ns.reset();
      answer.unlocked = guard.unlock_address(IpAddress::parse(order.text).value(), now_ns);
      break;
    default:
      answer.refusal = "no session is named";
  }
  shared_.session_answers.post(std::move(answer));
}

std::string IoThread::refuse_or_do(SessionUnit& unit, const SessionOrder& order) {
  FixSession& session = *unit.session;
  switch (order.kind) {
    case SessionOrder::Kind::describe:
      return session.refusal_of_number(order.next_out);
    case SessionOrder::Kind::disable:
      session.set_enabled(false);
      [[fallthrough]];
    case SessionOrder::Kind::logout:
      session.begin_logout(order.text);
      break;
    case SessionOrder::Kind::disconnect:
      if (session.connection() != nullptr) session.connection()->doom();
      break;
    case SessionOrder::Kind::enable:
      session.set_enabled(true);
      break;
    case SessionOrder::Kind::reset:
    case SessionOrder::Kind::set_numbers:
      if (session.connection() != nullptr) return "the session has logged on meanwhile";
      if (order.kind == SessionOrder::Kind::reset) {
        session.reset_numbers();
      } else if (order.next_out != 0 && order.next_out < session.next_sender()) {
        return "messages up to that number have been sent meanwhile";
      } else {
        return session.set_numbers(order.next_out, order.next_in);
      }
      break;
    case SessionOrder::Kind::news:
      return send_news(unit, *order.news);
    default:
      return "not an order to a session";
  }
  return {};
}

std::string IoThread::send_news(SessionUnit& unit, const News& news) {
  FixSession& session = *unit.session;
  if (!session.is_live()) return kNotLoggedOn;
  std::array<char, kMaxOutgoingBytes> out;
  const bool sent =
      session.send(unit.encoder->encode_news(news, session.next_sender(), shared_.clock(), out));
  return sent ? std::string() : "the message could not be stored";
}

void IoThread::on_venue_event(const Event& event) {
  if (event.type != EventType::instrument_state_changed) return;
  const auto state = static_cast<InstrumentState>(event.control_state);
  if (states_[event.instrument.value - 1] == state) return;
  states_[event.instrument.value - 1] = state;
  for (SessionUnit* const unit : own_) send_status(*unit, event.instrument, event.time);
}

// Who only watches trading sees it by what happens to orders.
void IoThread::send_status(SessionUnit& unit, InstrumentId instrument, TimeNs since) {
  FixSession& session = *unit.session;
  if (unit.role != unit.order_entry.get() || !session.is_live()) return;
  std::array<char, kMaxOutgoingBytes> out;
  (void)session.send(unit.encoder->encode_security_status(instrument, states_[instrument.value - 1],
                                                          since, session.next_sender(),
                                                          shared_.clock(), out));
  touch(session.connection());
}

void IoThread::send_statuses(SessionUnit& unit) {
  const TimeNs now = shared_.clock();
  for (std::uint32_t id = 1; id <= states_.size(); ++id) {
    if (states_[id - 1] != InstrumentState::continuous) send_status(unit, InstrumentId{id}, now);
  }
}

void IoThread::tell_of_storage() {
  if (std::exchange(told_of_storage_, true)) return;
  const News news{.headline = "The venue stops",
                  .lines = {kStorageFailedText},
                  .urgency = '1',
                  .orig_time = shared_.clock()};
  for (SessionUnit* const unit : own_) {
    (void)send_news(*unit, news);
    touch(unit->session->connection());
  }
}

}  // namespace sluice::gateway

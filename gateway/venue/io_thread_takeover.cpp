// A second authenticated Logon for a CompID that is logged on. The first connection is asked with a
// TestRequest(1); the second waits, its Logon unread. Any sign of life of the first ends the
// second; silence, or its end, ends the first.
#include <algorithm>

#include "engine/types/durations.hpp"
#include "gateway/net/clocks.hpp"
#include "gateway/venue/io_thread.hpp"

namespace sluice::gateway {

// One at a time, and none right after one that the first connection has answered: else whoever has
// the password twice would have the first send numbers for nothing.
void IoThread::challenge(Connection& second, SessionUnit& unit) {
  const std::int64_t now_ns = monotonic_now_ns();
  if (unit.challenger != nullptr || now_ns < unit.next_takeover_ns) {
    shared_.logger->warn("{} logon from {} closed: {}", unit.config->comp_id, second.peer_text(),
                         unit.challenger != nullptr
                             ? "another one waits for the session already"
                             : "the session has shown a moment ago that it is alive");
    second.doom();
    return;
  }
  Connection& first = *unit.session->connection();
  first.heard = false;
  unit.session->probe();
  touch(&first);
  unit.challenger = &second;
  unit.takeover_at_ns = now_ns + std::int64_t{config_.takeover_grace_ms} * kNsPerMillisecond;
  second.challenges = &unit;
  second.deadline_ns = 0;  // the grace time bounds it from here on
  takeovers_.push_back(&unit);
}

// After the turn's sockets: what the first has said by now has been heard.
bool IoThread::decide_takeovers() {
  if (takeovers_.empty()) return false;
  const std::int64_t now_ns = monotonic_now_ns();
  bool decided = false;
  for (SessionUnit* const unit : std::vector<SessionUnit*>(takeovers_)) {
    Connection* first = unit->session->connection();
    if (first != nullptr && !first->heard && now_ns < unit->takeover_at_ns) continue;
    decided = true;
    Connection& second = *unit->challenger;
    forget_challenger(second);
    if (first != nullptr && first->heard) {
      unit->next_takeover_ns = now_ns + std::int64_t{config_.takeover_grace_ms} * kNsPerMillisecond;
      shared_.logger->warn("{} logon from {} closed: the session is connected and alive",
                           unit->config->comp_id, second.peer_text());
      second.doom();
    } else {
      if (first != nullptr) {
        shared_.logger->warn("{} cut: silent for {} ms while {} wants to log on",
                             unit->config->comp_id, config_.takeover_grace_ms, second.peer_text());
        first->doom();
        settle(*first);
      }
      log_on(second, *unit);
    }
    touch(&second);
  }
  if (decided) settle_touched();
  return decided;
}

void IoThread::forget_challenger(Connection& connection) {
  SessionUnit* const unit = connection.challenges;
  connection.challenges = nullptr;
  unit->challenger = nullptr;
  std::erase(takeovers_, unit);
}

}  // namespace sluice::gateway

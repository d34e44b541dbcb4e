// The admins' orders to sessions, and their answers by ticket.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>

#include "gateway/admin/session_control.hpp"
#include "gateway/admin/venue_services.hpp"

namespace sluice::gateway {

/// Thread safety: the admin thread.
class SessionDesk {
 public:
  SessionDesk(VenueServices& services, SessionAnswers& answers)
      : services_(services), answers_(answers) {}

  /// The ticket under which the answer is taken.
  std::uint64_t ask(SessionOrder order) {
    order.ticket = ++last_;
    services_.post(std::move(order));
    return last_;
  }
  [[nodiscard]] std::optional<SessionAnswer> take(std::uint64_t ticket) {
    const auto found = ready_.find(ticket);
    if (found == ready_.end()) return std::nullopt;
    SessionAnswer answer = std::move(found->second);
    ready_.erase(found);
    return answer;
  }
  /// True if any came.
  bool poll() {
    const std::vector<SessionAnswer> came = answers_.take();
    for (const SessionAnswer& answer : came) ready_.emplace(answer.ticket, answer);
    return !came.empty();
  }

 private:
  VenueServices& services_;
  SessionAnswers& answers_;
  std::uint64_t last_ = 0;
  std::unordered_map<std::uint64_t, SessionAnswer> ready_;
};

}  // namespace sluice::gateway

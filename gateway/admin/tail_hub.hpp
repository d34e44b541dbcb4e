// Live messages of sessions for those who watch them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/admin/venue_services.hpp"

namespace sluice::gateway {

/// What one watcher has yet to read; bounded, and what found no room is counted.
class TailListener {
 public:
  TailListener(std::vector<SessionId> sessions, std::size_t bound)
      : sessions_(std::move(sessions)), bound_(bound) {}

  [[nodiscard]] const std::vector<SessionId>& sessions() const noexcept { return sessions_; }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }
  [[nodiscard]] std::optional<TappedMessage> take() {
    if (waiting_.empty()) return std::nullopt;
    TappedMessage message = std::move(waiting_.front());
    waiting_.pop_front();
    return message;
  }
  void hear(const TappedMessage& message) {
    if (std::find(sessions_.begin(), sessions_.end(), message.session) == sessions_.end()) return;
    if (waiting_.size() == bound_) {
      ++dropped_;
    } else {
      waiting_.push_back(message);
    }
  }
  void lost(std::uint64_t count) noexcept { dropped_ += count; }

 private:
  std::vector<SessionId> sessions_;
  std::size_t bound_;
  std::deque<TappedMessage> waiting_;
  std::uint64_t dropped_ = 0;
};

/// Thread safety: the admin thread. A session is tapped while anybody watches it.
class TailHub {
 public:
  explicit TailHub(VenueServices& services) : services_(services) {}

  void add(TailListener& listener) {
    listeners_.push_back(&listener);
    for (const SessionId id : listener.sessions()) services_.tap(id, true);
  }
  void remove(TailListener& listener) {
    std::erase(listeners_, &listener);
    for (const SessionId id : listener.sessions()) {
      const bool watched =
          std::any_of(listeners_.begin(), listeners_.end(), [id](const TailListener* other) {
            const auto& theirs = other->sessions();
            return std::find(theirs.begin(), theirs.end(), id) != theirs.end();
          });
      if (!watched) services_.tap(id, false);
    }
  }
  /// True if there was anything to hand on.
  bool poll() {
    if (listeners_.empty()) return false;
    std::uint64_t dropped = 0;
    const std::vector<TappedMessage> came = services_.take_tapped(kAtOnce, dropped);
    for (TailListener* const listener : listeners_) {
      listener->lost(dropped);
      for (const TappedMessage& message : came) listener->hear(message);
    }
    return !came.empty();
  }

 private:
  static constexpr std::size_t kAtOnce = 1'024;

  VenueServices& services_;
  std::vector<TailListener*> listeners_;
};

}  // namespace sluice::gateway

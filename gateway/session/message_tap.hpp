// Live messages of sessions for whoever watches them: copied only while somebody does.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/types/strong.hpp"
#include "engine/types/wall_clock.hpp"

namespace sluice::gateway {

struct TappedMessage {
  TimeNs time;
  SessionId session;
  bool out = false;
  std::string message;  ///< Secrets masked.
};

/// Thread safety: any thread. Bounded; a sender never waits: what finds no room, or the lock taken,
/// is counted and dropped.
class TapBuffer {
 public:
  TapBuffer(std::size_t bound, WallClock clock) : bound_(bound), clock_(clock) {}

  void put(SessionId session, bool out, std::string_view message);
  /// At most `max`, oldest first; `dropped` grows by those lost since the last call.
  [[nodiscard]] std::vector<TappedMessage> take(std::size_t max, std::uint64_t& dropped);

 private:
  std::size_t bound_;
  WallClock clock_;
  std::mutex mutex_;
  std::deque<TappedMessage> messages_;
  std::atomic<std::uint64_t> dropped_{0};
};

/// One session's. Thread safety: hear() on its I/O thread, set() on any.
class MessageTap {
 public:
  MessageTap(TapBuffer& buffer, SessionId session) : buffer_(&buffer), session_(session) {}

  void set(bool on) noexcept { on_.store(on, std::memory_order_relaxed); }
  [[nodiscard]] bool is_on() const noexcept { return on_.load(std::memory_order_relaxed); }
  void hear(bool out, std::string_view message) {
    if (is_on()) buffer_->put(session_, out, message);
  }

 private:
  TapBuffer* buffer_;
  SessionId session_;
  std::atomic<bool> on_{false};
};

}  // namespace sluice::gateway

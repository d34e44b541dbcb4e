// What floods of a venue have in common.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "perf/flood/pace.hpp"

namespace sluice::perf {

/// What a flood achieved. Written by its thread, read by any.
struct FloodTally {
  std::atomic<std::uint64_t> messages{0};     ///< FIX messages, or bytes where there is no message.
  std::atomic<std::uint64_t> connections{0};  ///< That came to stand.
  std::atomic<std::uint64_t> closed{0};       ///< Of these, by the venue.
  std::atomic<std::uint64_t> failed{0};       ///< The system gave none: no port, a full backlog.
};

inline void count(std::atomic<std::uint64_t>& figure, std::uint64_t more = 1) {
  figure.fetch_add(more, std::memory_order_relaxed);
}

/// Where the venue is, and how fast to go at it.
struct FloodTarget {
  std::string host;
  std::uint16_t port = 0;
  std::uint16_t tls_port = 0;
  std::uint32_t store_messages = 0;  ///< Sent messages that the venue keeps for each session.
  double rate = 0;                   ///< Messages or connections a second; 0: all that goes.
};

/// One kind of flood. Made before the calm window in front of it and gone after the one behind it;
/// run() has a thread of its own in between.
class Flood {
 public:
  explicit Flood(FloodTarget target) : target_(std::move(target)), pace_(target_.rate) {}
  virtual ~Flood() = default;
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

  /// Until stop(). Throws when the venue does not do what the flood is made of.
  virtual void run() = 0;
  void stop() { stopping_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] const FloodTally& achieved() const { return tally_; }

 protected:
  [[nodiscard]] bool stopping() const { return stopping_.load(std::memory_order_relaxed); }
  [[nodiscard]] const FloodTarget& target() const { return target_; }
  [[nodiscard]] FloodTally& tally() { return tally_; }
  [[nodiscard]] Pace& pace() { return pace_; }

 private:
  FloodTarget target_;
  Pace pace_;
  FloodTally tally_;
  std::atomic<bool> stopping_{false};
};

struct FloodKind {
  const char* name;
  const char* unit;  ///< Of FloodTally::messages.
  std::unique_ptr<Flood> (*make)(const FloodTarget&);
};

/// From outside a session: garbage, half-open, slow Logons, wrong passwords, TLS handshakes.
[[nodiscard]] const std::vector<FloodKind>& stranger_floods();
/// From inside: orders of one and of eight, reconnects, resends, a reader that stalls.
[[nodiscard]] const std::vector<FloodKind>& session_floods();

/// CompIDs that the venue must have for session_floods(), and the one that strangers guess at.
[[nodiscard]] std::vector<std::string> flooding_sessions();
inline constexpr const char* kGuessedSession = "GUESSED";
inline constexpr const char* kGuessedPassword = "correct horse";
inline constexpr const char* kFloodSymbol = "BTC-USD";

}  // namespace sluice::perf

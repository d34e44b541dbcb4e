// The way between one I/O thread and the engine thread: a ring each way, and the rejoin protocol.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "engine/message/command.hpp"
#include "engine/message/event.hpp"
#include "engine/ring/spsc_ring.hpp"

namespace sluice {

inline constexpr std::size_t kLaneCapacity = 8'192;

/// Thread safety: one I/O thread produces commands and consumes events, the engine thread does the
/// reverse. The three atomics below are written by the side that their comment names.
///
/// Rejoin protocol. Events carry dense numbers n (the count of their ExecId). When the event ring
/// is full the engine stores lagging_from = n of the first event it did not push, and pushes no
/// more. The I/O thread empties the ring, then reads the execution log from lagging_from on; when
/// it has nearly caught up it stores that same number in rejoin_for. The engine answers with
/// resumed_at = n of the next event, which and all later ones come by the ring again. The I/O
/// thread reads the log up to, but without, resumed_at. Numbers only grow: "lagging" is
/// lagging_from > resumed_at, nothing is ever cleared, and a late rejoin_for of an earlier lag is
/// no request for the present one.
struct IoLane {
  /// Limits are the configured bounds: 1..kLaneCapacity.
  IoLane(std::size_t command_limit, std::size_t event_limit)
      : commands(command_limit), events(event_limit) {}

  SpscRing<Command, kLaneCapacity> commands;
  SpscRing<Event, kLaneCapacity> events;

  alignas(kCacheLine) std::atomic<std::uint64_t> lagging_from{0};  ///< engine
  alignas(kCacheLine) std::atomic<std::uint64_t> resumed_at{0};    ///< engine
  alignas(kCacheLine) std::atomic<std::uint64_t> rejoin_for{0};    ///< I/O

  /// I/O thread. False when the ring is too full for this command, so that a flood keeps nobody
  /// who is within his share from trading, and a flood of orders keeps nobody from cancelling:
  /// - its last eighth takes only cancels and the venue's own commands;
  /// - its second half takes no orders of a session that is `beyond_share`, and its last three
  ///   eighths not even its cancels. So where the shares of all sessions together are at most a
  ///   quarter of the ring, there is always room for those within theirs.
  [[nodiscard]] bool try_push(const Command& command, bool beyond_share = false) noexcept {
    const bool adds_risk =
        command.type == CommandType::new_order || command.type == CommandType::replace;
    const std::size_t limit = commands.limit();
    if (beyond_share) return commands.try_push(command, adds_risk ? limit / 2 : limit * 3 / 8);
    return commands.try_push(command, adds_risk ? reserve() : 0);
  }

  /// Places that orders may not use; at least one.
  [[nodiscard]] std::size_t reserve() const noexcept {
    const std::size_t eighth = commands.limit() / 8;
    return eighth == 0 ? 1 : eighth;
  }

  /// In flight: what each of so many sessions of this lane has for itself, at least one.
  [[nodiscard]] std::uint32_t share_of(std::size_t sessions) const noexcept {
    const std::size_t share = commands.limit() / 4 / (sessions == 0 ? 1 : sessions);
    return share == 0 ? 1 : static_cast<std::uint32_t>(share);
  }
};

}  // namespace sluice

// The admins' way to the engine: commands under numbers of their own, and what became of them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>

#include "engine/message/command.hpp"
#include "engine/message/event.hpp"
#include "engine/runner/event_tail.hpp"
#include "engine/runner/io_lane.hpp"
#include "engine/types/wall_clock.hpp"

namespace sluice::gateway {

/// What the engine has said about one command so far.
struct ControlOutcome {
  bool answered = false;
  Event answer{};            ///< The event with kAnswer.
  bool done = false;         ///< Nothing more will come.
  std::uint32_t orders = 0;  ///< Orders cancelled, once done.
};

/// Thread safety: the admin thread. `pushed` counts commands of all lanes, so that whoever stops
/// the venue knows when the engine has done them all.
class EngineDesk {
 public:
  /// `durable`: no command after the number that it gives is answered yet. Empty: nobody waits.
  EngineDesk(IoLane& lane, const ExecutionLog& log, std::atomic<std::uint64_t>& pushed,
             WallClock clock, std::function<std::uint64_t()> durable = {})
      : lane_(lane),
        tail_(lane, log),
        pushed_(pushed),
        clock_(clock),
        durable_(std::move(durable)) {}

  /// Sends a command of the venue's own and returns its number; nothing when the ring is full.
  [[nodiscard]] std::optional<std::uint32_t> send(const Command& order);
  /// Null for a number that was forgotten.
  [[nodiscard]] const ControlOutcome* find(std::uint32_t number) const;
  void forget(std::uint32_t number) { outcomes_.erase(number); }

  /// Takes what has come and hands each event of the venue itself on. True if there was any.
  template <class Take>
  bool poll(Take&& take) {
    const std::size_t count = tail_.poll(kEventsPerPoll, [&](const Event& event) {
      if (event.session.value != 0) return;  // of an order; seen while the log is read
      note(event);
      take(event);
    });
    // Controls are rare: those that left the log unread while this thread slept are answered by
    // nobody any more.
    if (tail_.take_lost() != 0) lost_ = true;
    return count > 0;
  }
  /// Events were overwritten before they were read, since the last call.
  [[nodiscard]] bool take_lost() noexcept { return std::exchange(lost_, false); }
  [[nodiscard]] bool idle() const noexcept { return outcomes_.empty(); }

 private:
  static constexpr std::size_t kEventsPerPoll = 512;

  void note(const Event& event);

  IoLane& lane_;
  EventTail tail_;
  std::atomic<std::uint64_t>& pushed_;
  WallClock clock_;
  std::function<std::uint64_t()> durable_;
  std::uint32_t last_ = 0;
  bool lost_ = false;
  std::unordered_map<std::uint32_t, ControlOutcome> outcomes_;
};

}  // namespace sluice::gateway

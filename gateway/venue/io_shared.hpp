// What the I/O threads of one venue have in common.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <spdlog/logger.h>
#include <utility>
#include <vector>

#include "engine/log/execution_log.hpp"
#include "engine/runner/engine_runner.hpp"
#include "engine/types/wall_clock.hpp"
#include "gateway/admin/session_control.hpp"
#include "gateway/config/venue_config.hpp"
#include "gateway/net/event_signal.hpp"
#include "gateway/session/order_entry.hpp"
#include "gateway/venue/mailbox.hpp"

namespace sluice::gateway {

/// Figures of the edge, shared by all I/O threads.
struct EdgeCounters {
  std::atomic<std::uint64_t> connections{0};          ///< Open now.
  std::atomic<std::uint64_t> refused_connections{0};  ///< Past a bound, or out of descriptors.
  std::atomic<std::uint64_t> evicted_connections{0};  ///< Strangers that made room for newer ones.
  std::atomic<std::uint64_t> garbled_messages{0};
  std::atomic<std::uint64_t> hostile_connections{0};  ///< Closed by the framer's word.
  std::atomic<std::uint64_t> slow_connections{0};     ///< Cut at max_unsent_bytes.
  std::atomic<std::uint64_t> failed_handshakes{0};    ///< Of TLS, and streams that broke later.
};

/// One more. Such a figure orders nothing.
inline void count(std::atomic<std::uint64_t>& figure) noexcept {
  figure.fetch_add(1, std::memory_order_relaxed);
}

/// What all I/O threads of a venue share; outlives them.
struct IoShared {
  IoShared(const VenueConfig& venue_config, const ExecutionLog& execution_log,
           const RunnerCounters& engine_counters, const OrderEntryCounters& order_counters,
           const VenueHealth& venue_health, std::shared_ptr<spdlog::logger> venue_logger,
           WallClock wall_clock)
      : config(venue_config),
        log(execution_log),
        engine(engine_counters),
        order_entry(order_counters),
        health(venue_health),
        logger(std::move(venue_logger)),
        clock(wall_clock),
        mailboxes(venue_config.thread_count()) {
    mailboxes[venue_config.door_thread()].wake_by(door_signal);
  }

  const VenueConfig& config;
  const ExecutionLog& log;
  const RunnerCounters& engine;
  const OrderEntryCounters& order_entry;
  const VenueHealth& health;
  std::shared_ptr<spdlog::logger> logger;
  WallClock clock;
  EdgeCounters edge;
  /// Threads with order entry that have begun to stop: none of their clients' orders is accepted
  /// any more.
  std::atomic<std::uint32_t> draining{0};
  EventSignal door_signal;         ///< Wakes the door.
  std::vector<Mailbox> mailboxes;  ///< One for each thread.
  EventSignal admin_signal;        ///< Wakes the admin thread.
  SessionAnswers session_answers{admin_signal};
};

}  // namespace sluice::gateway

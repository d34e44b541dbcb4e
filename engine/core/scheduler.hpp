// Decides what runs now and what waits, so that no command takes long.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/core/cause.hpp"
#include "engine/core/controls.hpp"
#include "engine/core/engine_state.hpp"
#include "engine/core/matcher.hpp"
#include "engine/core/requests.hpp"
#include "engine/core/snapshot/archive.hpp"
#include "engine/core/state_hash.hpp"
#include "engine/core/work_queue.hpp"

namespace sluice {

/// Thread safety: none; one thread owns the engine.
///
/// Invariants: a request whose instrument has work in the queue goes behind that work; so the
/// requests for one instrument, and those that use one name, act in the order in which they came.
/// Only the queue's first task is worked on. A request waits only for earlier ones: none waits in a
/// circle.
class Scheduler {
 public:
  Scheduler(EngineState& state, Matcher& matcher, Requests& requests, Controls& controls);

  /// Runs a new order, cancel or replace, or lets it wait.
  void arrive(const Command& command) noexcept;
  /// The same of one of the venue's own commands.
  void control(const Command& command) noexcept;
  /// Engine time may have passed the end of a day.
  void tick(const Cause& cause) noexcept;
  /// Works on what is left over until the budget ends.
  void step() noexcept;

  [[nodiscard]] bool has_work() const noexcept { return !queue_.empty(); }
  [[nodiscard]] std::optional<TimeNs> next_due() const noexcept;
  void add_to(StateHash& hash) const noexcept;
  /// What waits, after the state that it is about.
  void save(ArchiveWriter& to) const;
  void restore(ArchiveReader& from);

 private:
  void settle(const Command& command, const Progress& progress) noexcept;
  /// The place of a mass cancel that began, or kNoIndex.
  void settle(std::uint32_t mass_cancel) noexcept;
  /// Behind which instrument's work a request belongs; nothing when it may run. It goes behind what
  /// it would touch, and behind an earlier request that brings a name which it uses.
  template <class IsLocked>
  [[nodiscard]] std::optional<InstrumentId> must_wait(const Command& command,
                                                      const IsLocked& is_locked) const noexcept;
  void postpone(const Command& command, InstrumentId behind) noexcept;
  void push_waiting(std::uint32_t index, InstrumentId behind) noexcept;
  void push(const Task& task) noexcept;
  void pop() noexcept;
  [[nodiscard]] std::uint32_t restore_waiting(InstrumentId behind, ArchiveReader& from);
  [[nodiscard]] bool expire_days() noexcept;
  void run_waiting(const Task& task) noexcept;
  void run_waiting_control(const Task& task) noexcept;

  EngineState* state_;
  Matcher* matcher_;
  Requests* requests_;
  Controls* controls_;
  WorkQueue queue_;
  bool expiring_ = false;           ///< An expire_day task is in the queue.
  std::uint32_t expire_below_ = 0;  ///< It ends Day orders of earlier days than this one.
  Cause expire_cause_;              ///< The tick that asked for it.
};

}  // namespace sluice

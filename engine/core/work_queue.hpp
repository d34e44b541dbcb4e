// Work that commands left over, in the order in which it came.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>

#include "engine/core/mass_cancels.hpp"
#include "engine/core/memory/fixed_array.hpp"
#include "engine/core/memory/slot_map.hpp"
#include "engine/core/name_fingerprint.hpp"
#include "engine/message/command.hpp"

namespace sluice {

struct Task {
  enum class Kind : std::uint8_t {
    sweep,        ///< The active sweep of `instrument`.
    expire_day,   ///< Day orders that are over.
    mass_cancel,  ///< Orders that the one in place `index` concerns.
    command,      ///< The request `index`, which waits behind the work for `instrument`.
  };
  Kind kind = Kind::sweep;
  InstrumentId instrument;  ///< Whose work it is; 0: of many.
  std::uint32_t index = kNoIndex;
};

/// Thread safety: none; one thread owns the engine.
///
/// Invariants: requests leave in the order in which they came; at most one sweep for each
/// instrument, one expiry and the bounded number of mass cancels are inside beside the bounded
/// number of commands.
class WorkQueue {
 public:
  WorkQueue(std::uint32_t max_commands, std::uint32_t instruments)
      : tasks_(std::bit_ceil(std::size_t{max_commands} + instruments + 1 + kMaxMassCancels)),
        commands_(max_commands, Command{}),
        waits_(max_commands, Wait{}),
        names_(max_commands),
        free_(max_commands) {
    for (std::uint32_t i = 0; i < max_commands; ++i) free_[i] = max_commands - 1 - i;
  }

  [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
  [[nodiscard]] std::uint32_t size() const noexcept { return end_ - begin_; }
  /// From the oldest on.
  [[nodiscard]] const Task& at(std::uint32_t place) const noexcept {
    return tasks_[(begin_ + place) & (tasks_.size() - 1)];
  }
  [[nodiscard]] Task& front() noexcept { return tasks_[begin_ & (tasks_.size() - 1)]; }
  void push(const Task& task) noexcept { tasks_[end_++ & (tasks_.size() - 1)] = task; }
  void push_front(const Task& task) noexcept { tasks_[--begin_ & (tasks_.size() - 1)] = task; }
  void pop() noexcept { ++begin_; }

  [[nodiscard]] std::uint32_t commands() const noexcept { return commands_held_; }
  /// The last eighth takes only what lowers risk: so a flood of orders that wait keeps nobody from
  /// cancelling.
  [[nodiscard]] std::uint32_t bound_for(CommandType type) const noexcept {
    const auto all = static_cast<std::uint32_t>(commands_.size());
    return brings_name(type) ? all - all / 8 : all;
  }
  [[nodiscard]] bool has_room_for(CommandType type) const noexcept {
    return commands_held_ < bound_for(type);
  }
  /// Keeps a command that waits; there must be room. `name`: its ClOrdID(11).
  [[nodiscard]] std::uint32_t store(const Command& command, const NameFingerprint& name) noexcept {
    // A second one that brings it will be refused as a duplicate: it brings nothing.
    return restore(command, name, {}, brings_name(command.type) && !behind(name, command.seq));
  }
  /// Whether it is found by its name, and whose work it waits for.
  [[nodiscard]] bool brings(std::uint32_t index) const noexcept { return waits_[index].brings; }
  [[nodiscard]] InstrumentId behind(std::uint32_t index) const noexcept {
    return waits_[index].behind;
  }
  /// As store(), of one that waited when a snapshot was made.
  [[nodiscard]] std::uint32_t restore(const Command& command, const NameFingerprint& name,
                                      InstrumentId waits_for, bool is_found) noexcept {
    const std::uint32_t index = free_[commands_.size() - 1 - commands_held_++];
    commands_[index] = command;
    waits_[index] = {name, waits_for, is_found};
    if (is_found) names_.insert(key_of(name), index);
    return index;
  }
  [[nodiscard]] std::uint32_t capacity() const noexcept {
    return static_cast<std::uint32_t>(commands_.size());
  }
  void release(std::uint32_t index) noexcept {
    if (waits_[index].brings) names_.erase(key_of(waits_[index].name), index);
    free_[commands_.size() - commands_held_--] = index;
  }
  void set_behind(std::uint32_t index, InstrumentId instrument) noexcept {
    waits_[index].behind = instrument;
  }
  /// Behind which instrument's work the command waits that came before `seq` and brings `name`.
  [[nodiscard]] std::optional<InstrumentId> behind(const NameFingerprint& name,
                                                   CommandSeq seq) const noexcept {
    const std::uint32_t index = names_.find(key_of(name), [&](std::uint32_t waiting) {
      return waits_[waiting].name == name && commands_[waiting].seq < seq;
    });
    return index == kNoIndex ? std::nullopt : std::optional{waits_[index].behind};
  }
  /// Whether a request's ClOrdID(11) will be remembered.
  [[nodiscard]] static bool brings_name(CommandType type) noexcept {
    return type == CommandType::new_order || type == CommandType::replace;
  }
  [[nodiscard]] const Command& command(std::uint32_t index) const noexcept {
    return commands_[index];
  }

 private:
  struct Wait {
    NameFingerprint name;
    InstrumentId behind;
    bool brings;  ///< Found by its name.
  };
  FixedArray<Task> tasks_;
  FixedArray<Command> commands_;
  FixedArray<Wait> waits_;
  SlotMap<NameHome> names_;
  FixedArray<std::uint32_t> free_;
  std::uint32_t commands_held_ = 0;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
};

}  // namespace sluice

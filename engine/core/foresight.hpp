// Loads what commands that come soon will touch, while those before them are applied.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/core/engine_state.hpp"
#include "engine/message/command.hpp"

namespace sluice {

/// A command's names lead from the table to a node, from that to an order, from that to its level
/// and neighbours: four loads, each of which needs the one before. So each call takes a step of
/// each of the last commands, and every load has the time of some commands.
///
/// Thread safety: the engine's. Invariants: it reads the state and changes nothing of it; what has
/// changed meanwhile makes a load useless, not wrong.
class Foresight {
 public:
  /// A command should be told of so many commands before it is applied.
  static constexpr std::size_t kCommands = 12;

  explicit Foresight(const EngineState& state) noexcept : state_(state) {}

  /// Of the commands that will come, the next.
  void expect(const Command& command) noexcept;

 private:
  // How many calls after its own each step of a command is taken.
  static constexpr std::size_t kNode = 3;
  static constexpr std::size_t kOrder = 6;
  static constexpr std::size_t kAround = 9;
  static constexpr std::size_t kPlaces = 16;

  struct Expected {
    NameFingerprint name{};  ///< That it brings.
    NameFingerprint orig{};  ///< Of the order that it is for.
    bool brings = false;
    bool changes = false;
  };
  [[nodiscard]] const Expected& before(std::size_t calls) const noexcept {
    return expected_[(next_ + kPlaces - calls) % kPlaces];
  }
  [[nodiscard]] std::uint32_t slot_of(const Expected& expected) const noexcept;

  const EngineState& state_;
  std::array<Expected, kPlaces> expected_{};
  std::size_t next_ = 0;
};

}  // namespace sluice

// Which order a cancel or replace means.
#pragma once

#include <cstdint>

#include "engine/core/engine_state.hpp"
#include "engine/message/command.hpp"

namespace sluice {

/// The sender's order that OrderID(37) and OrigClOrdID(41) of a request name.
struct NamedOrder {
  std::uint32_t slot = kNoIndex;       ///< While it is open.
  ClosedOrder closed{};                ///< When it is over and still remembered.
  RejectCode code = RejectCode::none;  ///< Why the request cannot have it.

  [[nodiscard]] bool is_open() const noexcept { return slot != kNoIndex; }
};

[[nodiscard]] NamedOrder by_order_id(const EngineState& state, const Command& command) noexcept;
[[nodiscard]] NamedOrder by_clordid(const EngineState& state, const Command& command) noexcept;
/// By both, where both are given.
[[nodiscard]] NamedOrder resolve(const EngineState& state, const Command& command) noexcept;

}  // namespace sluice

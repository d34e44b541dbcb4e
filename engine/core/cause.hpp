// The request behind an event.
#pragma once

#include <cstdint>
#include <type_traits>

#include "engine/message/command.hpp"

namespace sluice {

/// What an event says about the command that asked for it. Kept with work that is left over, so
/// that a late fill still names its own request and not the command that gave it room.
struct Cause {
  SessionId session;
  std::uint32_t msg_seq_num = 0;
  std::uint32_t session_epoch = 0;
  std::uint32_t ring_in_ns = 0;
  std::uint32_t decoded_ns = 0;
  std::uint32_t engine_in_ns = 0;

  [[nodiscard]] static Cause of(const Command& command) noexcept {
    return {command.session,    command.msg_seq_num, command.session_epoch,
            command.ring_in_ns, command.decoded_ns,  command.engine_in_ns};
  }
};
static_assert(std::has_unique_object_representations_v<Cause>);

}  // namespace sluice

// Commands as records.
#pragma once

#include "engine/journal/stream_writer.hpp"
#include "engine/message/command.hpp"

namespace sluice {

/// Appends a command that has its number, which must be the stream's next. False when there is no
/// room.
[[nodiscard]] bool journal(StreamWriter& to, const Command& command) noexcept;

}  // namespace sluice

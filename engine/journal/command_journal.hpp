// Commands as records: the journal, and an engine made again from it.
#pragma once

#include <cstdint>
#include <string>

#include "engine/core/engine.hpp"
#include "engine/journal/stream_reader.hpp"
#include "engine/journal/stream_writer.hpp"

namespace sluice {

/// Appends a command that has its number, which must be the stream's next. False when there is no
/// room.
[[nodiscard]] bool journal(StreamWriter& to, const Command& command) noexcept;

/// How a replay ended.
struct Replayed {
  std::uint64_t commands = 0;  ///< So many were applied.
  std::string wrong;           ///< Empty, or what is wrong with the next record, and where.
};

/// Applies the commands of a stream, which nobody writes meanwhile, to an engine until there are no
/// more. The engine is as it was
/// before the first of them; what they cause goes to `sink` as it did then.
[[nodiscard]] Replayed replay(StreamReader& from, Engine& engine, EventSink& sink);

}  // namespace sluice

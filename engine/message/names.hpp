// Names of enumerators, for people and for tools that read a journal.
#pragma once

#include <string_view>

#include "engine/message/command.hpp"
#include "engine/message/event.hpp"

namespace sluice {

/// As it is written in the code, or in FIX's words; empty for a number that is no enumerator.
[[nodiscard]] std::string_view enumerator_name(RejectCode code);
[[nodiscard]] std::string_view enumerator_name(Side side);
[[nodiscard]] std::string_view enumerator_name(OrdType type);
[[nodiscard]] std::string_view enumerator_name(TimeInForce tif);
[[nodiscard]] std::string_view enumerator_name(OrdStatus status);
[[nodiscard]] std::string_view enumerator_name(Liquidity liquidity);
[[nodiscard]] std::string_view enumerator_name(EventType type);
[[nodiscard]] std::string_view enumerator_name(CommandType type);
[[nodiscard]] std::string_view enumerator_name(InstrumentState state);
[[nodiscard]] std::string_view enumerator_name(ControlScope scope);
[[nodiscard]] std::string_view enumerator_name(CancelCause cause);

}  // namespace sluice

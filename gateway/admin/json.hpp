// The one JSON type of the admin socket: members keep the order in which they were written.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "engine/types/strong.hpp"

namespace sluice::gateway {

using Json = nlohmann::ordered_json;

/// One line without its line feed. Never throws for its content: bytes that are not UTF-8 become
/// U+FFFD.
[[nodiscard]] std::string to_line(const Json& value);

/// "2026-11-26T01:20:00.000000Z"
[[nodiscard]] std::string iso_time(TimeNs time);

}  // namespace sluice::gateway

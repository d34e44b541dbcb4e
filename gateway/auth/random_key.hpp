// Secrets that are drawn and never shown.
#pragma once

#include "engine/core/sip_hash.hpp"

namespace sluice::gateway {

/// 128 bits from the operating system. Throws std::runtime_error when libsodium cannot start.
[[nodiscard]] HashKey random_key();

}  // namespace sluice::gateway

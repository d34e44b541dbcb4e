// A session's ClOrdID in 128 bits, and its place in a SlotMap.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/core/sip_hash.hpp"

namespace sluice {

/// Under the engine's key: a client cannot choose names that share a place, which would make each
/// of its orders, and so everybody's, search all of them.
using NameFingerprint = Hash128;

[[nodiscard]] inline std::uint32_t key_of(const NameFingerprint& name) noexcept {
  return static_cast<std::uint32_t>(name.low);
}

/// Of key_of(): a fingerprint is well spread as it is.
struct NameHome {
  std::size_t operator()(std::uint32_t key) const noexcept { return key; }
};

}  // namespace sluice

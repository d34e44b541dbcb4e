// Messages that a session is fed as if its client had sent them.
#pragma once

#include <cstdint>
#include <string>

#include "engine/types/strong.hpp"
#include "gateway/codec/encoder.hpp"

namespace sluice::gateway {

/// A ResendRequest(2) for `begin`..`end` (0: to the last). In `as_from_client` the sender is the
/// client.
[[nodiscard]] std::string make_resend_request(const SessionNames& as_from_client,
                                              std::uint32_t msg_seq_num, std::uint32_t begin,
                                              std::uint32_t end, TimeNs sending_time);

}  // namespace sluice::gateway

// Messages that nobody sent: a session is fed some as if its client had, and a store gives some.
#pragma once

#include <cstdint>
#include <string>

#include "engine/types/strong.hpp"
#include "gateway/codec/encoding/encoder.hpp"

namespace sluice::gateway {

/// A ResendRequest(2) for `begin`..`end` (0: to the last). In `as_from_client` the sender is the
/// client.
[[nodiscard]] std::string make_resend_request(const SessionNames& as_from_client,
                                              std::uint32_t msg_seq_num, std::uint32_t begin,
                                              std::uint32_t end, TimeNs sending_time);

/// A Heartbeat(0) of ours in the place of a number that was skipped. QuickFIX never sends a session
/// message again: it tells the client that nothing is there.
[[nodiscard]] std::string make_placeholder(const SessionNames& names, std::uint32_t msg_seq_num,
                                           TimeNs sending_time);

/// The whole message `request`, but for its EndSeqNo(16) and what follows from it: BodyLength(9)
/// and CheckSum(10).
[[nodiscard]] std::string with_end_seq_no(std::string_view request, std::uint32_t end);

}  // namespace sluice::gateway

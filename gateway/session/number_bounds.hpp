// Numbers of session messages that QuickFIX would read wrongly.
#pragma once

#include <string_view>

#include "gateway/codec/framing/framer.hpp"

namespace sluice::gateway {

/// Heartbeat(0) to Logout(5) and Logon(A).
[[nodiscard]] bool is_session_message(std::string_view msg_type) noexcept;

/// QuickFIX reads integers without looking at their size: 4294967297 would be 1. True if one that
/// it reads in `message` is such. Application messages: of the header alone, for the decoder checks
/// the rest.
[[nodiscard]] bool has_number_that_wraps(const HeaderView& header, std::string_view message);

}  // namespace sluice::gateway

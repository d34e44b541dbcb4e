// A refusal in a few words, for counting.
#pragma once

#include <string>

#include "tests/support/fix_message.hpp"

namespace sluice::perf {

/// From ErrorCode(25016) of an 8 or 9, BusinessRejectReason(380) of a j, SessionRejectReason(373)
/// of a 3.
[[nodiscard]] std::string refusal_name(const testing::FixMessage& message);

}  // namespace sluice::perf

// What a client reads when it is refused. One table for encoder, dictionary and rules of
// engagement.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/message/event.hpp"
#include "engine/message/reject_code.hpp"
#include "gateway/codec/directory/instrument_directory.hpp"

namespace sluice::gateway {

/// The number that `Event::reject_limit` and `Event::reject_asked` hold; of a ControlScope it is
/// told in words.
enum class RefusalUnit : std::uint8_t { none, price, quantity, count, wire_decimal, scope };

/// Text patterns: {symbol}, {tick} and {lot} of the instrument, {limit} and {asked} the numbers in
/// the instrument's decimals, {name} the unknown name of a new order, {clordid} ClOrdID(11), {orig}
/// OrigClOrdID(41).
struct Refusal {
  RejectCode code;
  std::string_view name;  ///< Of the RejectCode.
  int ord_rej_reason;     ///< OrdRejReason(103) to a new order.
  int cxl_rej_reason;     ///< CxlRejReason(102) to a cancel or replace.
  RefusalUnit limit;
  RefusalUnit asked;
  std::string_view order_text;   ///< Text(58) to a new order.
  std::string_view cancel_text;  ///< Text(58) to a cancel or replace; empty: the same.
};

/// Every code but `none`, ascending.
[[nodiscard]] std::span<const Refusal> all_refusals() noexcept;
/// A code that is not in the table answers with "refused by the venue", 99 and 99.
[[nodiscard]] const Refusal& refusal_of(RejectCode code) noexcept;

/// Room that refusal_text needs.
inline constexpr std::size_t kRefusalTextRoom = 256;
/// Text(58) of a refused event. `instrument` may be null; numbers are then left as "?".
[[nodiscard]] std::string_view refusal_text(const Event& event, const InstrumentSpec* instrument,
                                            std::span<char> out) noexcept;

}  // namespace sluice::gateway

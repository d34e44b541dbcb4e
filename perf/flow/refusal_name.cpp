#include "perf/flow/refusal_name.hpp"

#include "engine/message/reject_code.hpp"

namespace sluice::perf {

std::string refusal_name(const testing::FixMessage& message) {
  if (message.type() == "3") return "Reject(3), 373=" + std::string{message.get(373)};
  if (message.type() == "j") {
    if (message.get(380) == "4") return "venue busy, 380=4";
    if (message.get(380) == "8") return "too many in flight, 380=8";
    return "BusinessMessageReject(j), 380=" + std::string{message.get(380)};
  }
  switch (static_cast<RejectCode>(message.get_int(25016).value_or(0))) {
    case RejectCode::unknown_instrument:
      return "unknown symbol";
    case RejectCode::duplicate_clordid:
      return "duplicate ClOrdID";
    case RejectCode::price_off_tick:
      return "price off tick";
    case RejectCode::no_opposite_price:
      return "market order without opposite price";
    case RejectCode::unknown_order:
      return "unknown order";
    case RejectCode::too_late_filled:
      return "too late, order is closed";
    case RejectCode::too_late_replaced:
      return "too late, order was replaced";
    case RejectCode::qty_not_above_filled:
      return "too late, quantity is filled";
    default:
      return "error " + std::string{message.get(25016)};
  }
}

}  // namespace sluice::perf

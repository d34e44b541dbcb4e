#include "gateway/codec/encoding/refusal.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

#include "gateway/codec/values/decimal.hpp"

namespace sluice::gateway {

namespace {

using Unit = RefusalUnit;
using Code = RejectCode;

// OrdRejReason(103) 16, 18, 19 and 26, and CxlRejReason(102) 8 and 18, are FIX.5.0SP2 values.
// clang-format off
constexpr Refusal kRefusals[] = {
    {Code::unknown_instrument, "unknown_instrument", 1, 99, Unit::none, Unit::none,
     "Symbol(55) {name} is not traded here",
     "Symbol(55) is not traded here"},
    {Code::unknown_account, "unknown_account", 15, 99, Unit::none, Unit::none,
     "Account(1) {name} is not one of this session's accounts",
     "Account(1) is not one of this session's accounts"},
    {Code::duplicate_clordid, "duplicate_clordid", 6, 6, Unit::none, Unit::none,
     "ClOrdID(11) {clordid} was used before in this session", ""},
    {Code::price_off_tick, "price_off_tick", 18, 18, Unit::none, Unit::wire_decimal,
     "Price(44) {asked} is not a multiple of the tick {tick} of {symbol}", ""},
    {Code::price_below_band, "price_below_band", 16, 8, Unit::price, Unit::price,
     "Price(44) {asked} is below the lowest price {limit} of {symbol}", ""},
    {Code::price_above_band, "price_above_band", 16, 8, Unit::price, Unit::price,
     "Price(44) {asked} is above the highest price {limit} of {symbol}", ""},
    {Code::price_out_of_range, "price_out_of_range", 16, 8, Unit::none, Unit::wire_decimal,
     "Price(44) {asked} is negative or larger than the venue can hold for {symbol}", ""},
    {Code::no_opposite_price, "no_opposite_price", 19, 99, Unit::none, Unit::none,
     "Market order in {symbol}, but the other side of its book is empty", ""},
    {Code::qty_off_lot, "qty_off_lot", 13, 99, Unit::none, Unit::wire_decimal,
     "OrderQty(38) {asked} is not a multiple of the lot {lot} of {symbol}", ""},
    {Code::qty_below_min, "qty_below_min", 13, 99, Unit::quantity, Unit::quantity,
     "OrderQty(38) {asked} is below the minimum {limit} of {symbol}", ""},
    {Code::qty_above_max, "qty_above_max", 26, 99, Unit::quantity, Unit::quantity,
     "OrderQty(38) {asked} is above the maximum {limit} of {symbol}", ""},
    {Code::qty_out_of_range, "qty_out_of_range", 13, 99, Unit::none, Unit::wire_decimal,
     "OrderQty(38) {asked} is not above zero or larger than the venue can hold for {symbol}", ""},
    {Code::post_only_would_take, "post_only_would_take", 99, 99, Unit::price, Unit::price,
     "Post-only order at {asked} would trade with the best opposite price {limit} of {symbol}", ""},
    {Code::unsupported_terms, "unsupported_terms", 11, 99, Unit::none, Unit::none,
     "OrdType(40), TimeInForce(59), ExecInst(18) and Price(44) do not go together", ""},
    {Code::order_capacity, "order_capacity", 3, 99, Unit::count, Unit::none,
     "The venue holds its maximum of {limit} open orders", ""},
    {Code::level_capacity, "level_capacity", 3, 99, Unit::count, Unit::none,
     "The venue holds its maximum of {limit} price levels", ""},
    {Code::level_page_capacity, "level_page_capacity", 3, 99, Unit::count, Unit::none,
     "The venue holds its maximum of {limit} pages of price levels", ""},
    {Code::deferred_capacity, "deferred_capacity", 3, 99, Unit::count, Unit::none,
     "{symbol} is busy with a long sweep and {limit} requests wait already; send again later", ""},
    {Code::instrument_halted, "instrument_halted", 2, 2, Unit::none, Unit::none,
     "{symbol} is halted: only cancels are accepted", ""},
    {Code::instrument_cancel_only, "instrument_cancel_only", 2, 2, Unit::none, Unit::none,
     "{symbol} is cancel-only: only cancels are accepted", ""},
    {Code::instrument_close_only, "instrument_close_only", 2, 2, Unit::none, Unit::none,
     "{symbol} is close-only and the venue keeps no positions: only cancels are accepted", ""},
    {Code::instrument_pre_open, "instrument_pre_open", 2, 2, Unit::none, Unit::none,
     "{symbol} is pre-open: takes cancels and Day or GTC limit orders that would not trade", ""},
    {Code::instrument_post_only, "instrument_post_only", 99, 2, Unit::none, Unit::none,
     "{symbol} is post-only: takes cancels and Day or GTC limit orders that would not trade", ""},
    {Code::kill_switch, "kill_switch", 0, 2, Unit::scope, Unit::none,
     "Entry is stopped for {limit} by a kill switch: only cancels are accepted", ""},
    {Code::unknown_order, "unknown_order", 99, 1, Unit::none, Unit::none,
     "No such order of this session", ""},
    {Code::too_late_filled, "too_late_filled", 99, 0, Unit::none, Unit::none,
     "Too late: the order is closed", ""},
    {Code::too_late_replaced, "too_late_replaced", 99, 0, Unit::none, Unit::none,
     "Too late: OrigClOrdID(41) {orig} was replaced", ""},
    {Code::qty_not_above_filled, "qty_not_above_filled", 99, 0, Unit::quantity, Unit::quantity,
     "OrderQty(38) {asked} is not above the {limit} already filled", ""},
    {Code::ids_name_different_orders, "ids_name_different_orders", 99, 99, Unit::none, Unit::none,
     "OrderID(37) and OrigClOrdID(41) name different orders", ""},
    {Code::side_differs, "side_differs", 99, 99, Unit::none, Unit::none,
     "Side(54) differs from the order's", ""},
    {Code::instrument_differs, "instrument_differs", 99, 99, Unit::none, Unit::none,
     "Symbol(55) differs from the order's", ""},
    {Code::terms_cannot_change, "terms_cannot_change", 99, 99, Unit::none, Unit::none,
     "OrdType(40), TimeInForce(59) and ExecInst(18) of an order cannot change", ""},
    {Code::account_differs, "account_differs", 99, 99, Unit::none, Unit::none,
     "Account(1) differs from the order's", ""},
    {Code::unknown_target, "unknown_target", 99, 99, Unit::none, Unit::count,
     "No firm, account or session {asked} in that scope", ""},
    {Code::unknown_control, "unknown_control", 99, 99, Unit::none, Unit::count,
     "{asked} is no state of an instrument and no action of a kill switch", ""},
    {Code::mass_cancel_capacity, "mass_cancel_capacity", 99, 99, Unit::count, Unit::none,
     "{limit} mass cancels are under way already: send again later", ""},
};

constexpr Refusal kUnlisted = {Code::none, "none", 99, 99, Unit::none, Unit::none,
                               "Refused by the venue", ""};
// clang-format on

static_assert(std::ranges::is_sorted(kRefusals, {}, &Refusal::code));

/// Appends to a bounded buffer. The bound is proven below; running into it would drop whole pieces,
/// so that no number is ever cut.
class TextBuilder {
 public:
  explicit TextBuilder(std::span<char> out) : out_(out) {}

  void add(std::string_view piece) {
    if (piece.size() > out_.size() - size_) return;
    std::copy(piece.begin(), piece.end(), out_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += piece.size();
  }
  [[nodiscard]] std::string_view view() const { return {out_.data(), size_}; }

 private:
  std::span<char> out_;
  std::size_t size_ = 0;
};

constexpr std::size_t kLongestPattern = [] {
  std::size_t longest = 0;
  for (const Refusal& refusal : kRefusals) {
    longest = std::max({longest, refusal.order_text.size(), refusal.cancel_text.size()});
  }
  return longest;
}();
// A pattern holds at most one decimal of the wire, one of the instrument, and a symbol or a name.
static_assert(kLongestPattern + kDecimalTextBytes + kUnitTextBytes + ClOrdId::kCapacity <=
              kRefusalTextRoom);

std::string_view scope_text(std::int64_t scope) {
  switch (static_cast<ControlScope>(scope)) {
    case ControlScope::venue:
      return "the whole venue";
    case ControlScope::firm:
      return "this firm";
    case ControlScope::account:
      return "this account";
    case ControlScope::session:
      return "this session";
    default:
      return "?";
  }
}

std::string_view number(std::int64_t value, Unit unit, const Event& event,
                        const InstrumentSpec* instrument, std::span<char> room) {
  switch (unit) {
    case Unit::count:
      return format_decimal(value, 0, room);
    case Unit::wire_decimal:
      return format_decimal(value, event.asked_exponent, room);
    case Unit::price:
    case Unit::quantity:
      if (instrument == nullptr) return "?";
      return format_units(value, unit == Unit::price ? instrument->tick : instrument->lot, room);
    case Unit::scope:
      return scope_text(value);
    case Unit::none:
      break;
  }
  return "?";
}

std::string_view insertion(std::string_view key, const Refusal& refusal, const Event& event,
                           const InstrumentSpec* instrument, std::span<char> room) {
  if (key == "asked") {
    return number(event.reject_asked, refusal.asked, event, instrument, room);
  }
  if (key == "limit") {
    return number(event.reject_limit, refusal.limit, event, instrument, room);
  }
  if (key == "clordid") return event.clordid.view();
  if (key == "orig" || key == "name") return event.orig_clordid.view();
  if (instrument == nullptr) return "?";
  if (key == "tick") return format_units(1, instrument->tick, room);
  if (key == "lot") return format_units(1, instrument->lot, room);
  return instrument->symbol;
}

}  // namespace

std::span<const Refusal> all_refusals() noexcept { return kRefusals; }

const Refusal& refusal_of(RejectCode code) noexcept {
  const auto* const found =
      std::ranges::lower_bound(kRefusals, code, std::ranges::less{}, &Refusal::code);
  return found != std::end(kRefusals) && found->code == code ? *found : kUnlisted;
}

std::string_view refusal_text(const Event& event, const InstrumentSpec* instrument,
                              std::span<char> out) noexcept {
  assert(out.size() >= kRefusalTextRoom);
  const Refusal& refusal = refusal_of(event.reject);
  const bool to_cancel = event.type == EventType::cancel_rejected;
  std::string_view pattern =
      to_cancel && !refusal.cancel_text.empty() ? refusal.cancel_text : refusal.order_text;
  TextBuilder text(out);
  char room[kDecimalRoom];
  while (true) {
    const std::size_t brace = pattern.find('{');
    text.add(pattern.substr(0, brace));
    if (brace == std::string_view::npos) return text.view();
    const std::size_t close = pattern.find('}', brace);
    text.add(
        insertion(pattern.substr(brace + 1, close - brace - 1), refusal, event, instrument, room));
    pattern.remove_prefix(close + 1);
  }
}

}  // namespace sluice::gateway

#include "gateway/codec/decoding/decoder.hpp"

#include <bit>
#include <limits>
#include <optional>

#include "gateway/codec/decoding/body_reader.hpp"
#include "gateway/codec/values/decimal.hpp"
#include "gateway/codec/values/text.hpp"
#include "gateway/codec/values/utc_timestamp.hpp"

namespace sluice::gateway {

namespace {

using Result = std::optional<DecodeOutcome>;  ///< Nothing: go on.

constexpr int kConditionallyRequired = 5;  // BusinessRejectReason(380)
constexpr std::uint64_t kMaxId = std::numeric_limits<std::int64_t>::max();

DecodeOutcome refuse(SessionRejectReason reason, int tag) {
  return {DecodeOutcome::Kind::session_reject, static_cast<int>(reason), tag};
}
DecodeOutcome incorrect(int tag) { return refuse(SessionRejectReason::value_incorrect, tag); }

/// One character out of `allowed`. As QuickFIX does, a value of another length is a bad format.
Result read_character(const BodyFields& body, int tag, std::string_view allowed, char& out) {
  const std::string_view text = body.value(tag);
  if (text.size() != 1) return refuse(SessionRejectReason::bad_format, tag);
  if (allowed.find(text.front()) == std::string_view::npos) return incorrect(tag);
  out = text.front();
  return {};
}

Result read_clordid(const BodyFields& body, int tag, ClOrdId& out) {
  const auto id = ClOrdId::from(body.value(tag));
  if (!id || !is_graphic(body.value(tag))) return incorrect(tag);
  out = *id;
  return {};
}

void set_defect(Command& command, RejectCode code) {
  if (command.defect == RejectCode::none) command.defect = code;
}

/// Stands where a number could not be held in units: reports leave it out.
constexpr std::int64_t kNotHeld = -1;

/// Converts a price or quantity. What does not fit becomes a defect that carries the wire's number.
Result read_units(const BodyFields& body, int tag, DecimalUnit unit, std::int64_t max,
                  RejectCode off_unit, RejectCode out_of_range, Command& command,
                  std::int64_t& units) {
  Decimal value;
  switch (parse_decimal(body.value(tag), value)) {
    case DecimalError::none:
      break;
    case DecimalError::syntax:
      return refuse(SessionRejectReason::bad_format, tag);
    case DecimalError::too_many_digits:
      return incorrect(tag);
  }
  const UnitError error = to_units(value, unit, max, units);
  if (error == UnitError::none) return {};
  units = kNotHeld;
  if (command.defect == RejectCode::none) {
    command.defect = error == UnitError::off_unit ? off_unit : out_of_range;
    command.asked_mantissa = value.mantissa;
    command.asked_exponent = value.exponent;
  }
  return {};
}

/// A number that only has to be one: it is not used, and must not be rubbish either.
Result check_decimal(const BodyFields& body, int tag) {
  Decimal value;
  if (parse_decimal(body.value(tag), value) == DecimalError::syntax) {
    return refuse(SessionRejectReason::bad_format, tag);
  }
  return {};
}

/// Symbol(55) and Account(1) of D and G. An unknown name goes into `unknown_name` when that is
/// given.
Result read_names(const BodyFields& body, const DecodeContext& context, Command& command,
                  ClOrdId* unknown_name, const InstrumentSpec*& instrument) {
  const std::string_view symbol = body.value(55);
  const auto symbol_text = ClOrdId::from(symbol);
  if (!symbol_text || !is_printable(symbol)) return incorrect(55);
  instrument = context.instruments->find(symbol);
  if (instrument != nullptr) {
    command.instrument = instrument->id;
  } else {
    set_defect(command, RejectCode::unknown_instrument);
    if (unknown_name != nullptr) *unknown_name = *symbol_text;
  }
  if (!body.has(1)) return {};
  const std::string_view account = body.value(1);
  const auto account_text = ClOrdId::from(account);
  if (!account_text || !is_printable(account)) return incorrect(1);
  command.account = context.accounts->find(account);
  if (command.account.value == 0 && command.defect == RejectCode::none) {
    command.defect = RejectCode::unknown_account;
    if (unknown_name != nullptr) *unknown_name = *account_text;
  }
  return {};
}

/// What D, F and G share: 11, 54, 60.
Result read_common(const BodyFields& body, Command& command) {
  if (const Result fault = read_clordid(body, 11, command.clordid)) return fault;
  char side{};
  if (const Result fault = read_character(body, 54, "12", side)) return fault;
  command.side = static_cast<Side>(side);
  if (!is_utc_timestamp(body.value(60))) return refuse(SessionRejectReason::bad_format, 60);
  return {};
}

/// The order that a request means: OrderID(37), OrigClOrdID(41), or both.
Result read_reference(const BodyFields& body, Command& command) {
  if (!body.has(37) && !body.has(41)) {
    return DecodeOutcome{DecodeOutcome::Kind::business_reject, kConditionallyRequired, 41};
  }
  if (body.has(41)) {
    if (const Result fault = read_clordid(body, 41, command.orig_clordid)) return fault;
  }
  if (body.has(37) && !parse_canonical(body.value(37), kMaxId, command.order_id.value)) {
    return incorrect(37);
  }
  return {};
}

/// Values with one space between, each in `allowed`, none twice; bit n is the n-th of `allowed`.
Result read_set(const BodyFields& body, int tag, std::string_view allowed, unsigned& bits) {
  const std::string_view text = body.value(tag);
  bits = 0;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    if (i + 1 < text.size() && text[i + 1] != ' ') return incorrect(tag);
    const std::size_t place = allowed.find(text[i]);
    if (place == std::string_view::npos || (bits >> place & 1U) != 0) return incorrect(tag);
    bits |= 1U << place;
  }
  if (text.size() % 2 == 0) return incorrect(tag);
  return {};
}

void copy_parties(const BodyFields& body, Command& command) {
  command.client = body.client.id;
  command.client_qualifier = body.client.qualifier;
  command.trader = body.trader.id;
  command.trader_qualifier = body.trader.qualifier;
  command.decision_maker = body.decision_maker.id;
  command.decision_maker_qualifier = body.decision_maker.qualifier;
}

/// The terms of D and G: 18, 21, 38, 40, 44, 59.
Result read_terms(const BodyFields& body, const InstrumentSpec* instrument, Command& command) {
  char character{};
  if (const Result fault = read_character(body, 40, "12", character)) return fault;
  command.ord_type = static_cast<OrdType>(character);
  if (body.has(59)) {
    if (const Result fault = read_character(body, 59, "0134", character)) return fault;
    command.tif = static_cast<TimeInForce>(character);
  }
  // HandlInst(21): what we do anyway, said by most clients.
  if (body.has(21)) {
    if (const Result fault = read_character(body, 21, "1", character)) return fault;
  }
  if (body.has(18)) {
    unsigned bits = 0;
    if (const Result fault = read_set(body, 18, "6", bits)) return fault;
    command.exec_inst = ExecInst::post_only;
  }
  if (command.ord_type == OrdType::limit && !body.has(44)) {
    return DecodeOutcome{DecodeOutcome::Kind::business_reject, kConditionallyRequired, 44};
  }
  if (instrument == nullptr) {
    if (const Result fault = check_decimal(body, 38)) return fault;
    return body.has(44) ? check_decimal(body, 44) : Result{};
  }
  if (body.has(44)) {
    if (const Result fault =
            read_units(body, 44, instrument->tick, kMaxPriceTicks, RejectCode::price_off_tick,
                       RejectCode::price_out_of_range, command, command.price.value)) {
      return fault;
    }
    // A market order that names a price means something that we do not do.
    if (command.ord_type == OrdType::market) set_defect(command, RejectCode::unsupported_terms);
  }
  if (const Result fault =
          read_units(body, 38, instrument->lot, kMaxQtyLots, RejectCode::qty_off_lot,
                     RejectCode::qty_out_of_range, command, command.qty.value)) {
    return fault;
  }
  if (command.qty.value == 0) set_defect(command, RejectCode::qty_out_of_range);
  return {};
}

Result read_new_order(const BodyFields& body, const DecodeContext& context, Command& command) {
  command.type = CommandType::new_order;
  command.account = context.accounts->default_account();
  const InstrumentSpec* instrument = nullptr;
  if (const Result fault = read_names(body, context, command, &command.orig_clordid, instrument)) {
    return fault;
  }
  // FIX.4.4, field 59: absence means Day.
  command.tif = TimeInForce::day;
  if (const Result fault = read_terms(body, instrument, command)) return fault;
  copy_parties(body, command);
  if (body.has(528)) {
    char capacity{};
    if (const Result fault = read_character(body, 528, "AGIPRW", capacity)) return fault;
    command.order_capacity = static_cast<std::uint8_t>(capacity);
  }
  if (body.has(529)) {
    unsigned bits = 0;
    if (const Result fault = read_set(body, 529, "123456789A", bits)) return fault;
    command.order_restrictions = static_cast<std::uint16_t>(bits);
  }
  return {};
}

Result read_cancel(const BodyFields& body, const DecodeContext& context, Command& command) {
  command.type = CommandType::cancel;
  if (const Result fault = read_reference(body, command)) return fault;
  // The ids alone name the order: Symbol(55), Account(1) and OrderQty(38) of a cancel only describe
  // it, and must not keep anybody from cancelling.
  const InstrumentSpec* const instrument = context.instruments->find(body.value(55));
  if (instrument != nullptr) command.instrument = instrument->id;
  if (body.has(1)) command.account = context.accounts->find(body.value(1));
  return body.has(38) ? check_decimal(body, 38) : Result{};
}

Result read_replace(const BodyFields& body, const DecodeContext& context, Command& command) {
  command.type = CommandType::replace;
  if (const Result fault = read_reference(body, command)) return fault;
  const InstrumentSpec* instrument = nullptr;
  if (const Result fault = read_names(body, context, command, nullptr, instrument)) return fault;
  if (const Result fault = read_terms(body, instrument, command)) return fault;
  copy_parties(body, command);
  return {};
}

/// Header fields that say more than who, when and which number.
Result read_header_flags(const BodyFields& body, Command& command) {
  // For a third party, or not to be read by us: to act as if they were not there would be wrong.
  for (const int tag : {115, 128}) {
    if (body.has(tag)) return refuse(SessionRejectReason::comp_id_problem, tag);
  }
  if (body.has(90)) return refuse(SessionRejectReason::undecryptable, 90);
  char flag{};
  if (body.has(97)) {
    if (const Result fault = read_character(body, 97, "YN", flag)) return fault;
    if (flag == 'Y') command.flags |= kPossResend;
  }
  if (!body.has(43)) return {};
  if (const Result fault = read_character(body, 43, "YN", flag)) return fault;
  if (flag == 'N') return {};
  // FIX.4.4, field 43: a message that may be a duplicate says when it was sent first.
  if (!body.has(122)) return refuse(SessionRejectReason::required_missing, 122);
  const std::string_view first_sent = body.value(122);
  if (!is_utc_timestamp(first_sent)) return refuse(SessionRejectReason::bad_format, 122);
  if (is_later(first_sent, body.value(52))) {
    return refuse(SessionRejectReason::sending_time_accuracy, 122);
  }
  return {};
}

Result read_message(const BodyFields& body, const DecodeContext& context, Command& command) {
  std::uint64_t number = 0;
  if (!parse_unsigned(body.value(34), std::numeric_limits<std::int32_t>::max(), number)) {
    return refuse(SessionRejectReason::bad_format, 34);
  }
  command.msg_seq_num = static_cast<std::uint32_t>(number);
  command.session = context.session;
  if (const Result fault = read_header_flags(body, command)) return fault;
  if (const Result fault = read_common(body, command)) return fault;
  switch (body.type()) {
    case 'D':
      return read_new_order(body, context, command);
    case 'F':
      return read_cancel(body, context, command);
    default:
      return read_replace(body, context, command);
  }
}

}  // namespace

DecodeOutcome decode_command(std::string_view message, const DecodeContext& context,
                             Command& command) noexcept {
  command = Command{};
  BodyFields body;
  const BodyFault fault =
      body.read(message, {context.check_user_defined, context.check_order, context.allow_unknown});
  if (fault.reason != SessionRejectReason::none) return refuse(fault.reason, fault.tag);
  if (const Result refused = read_message(body, context, command)) return *refused;
  return {DecodeOutcome::Kind::ok, 0, 0};
}

}  // namespace sluice::gateway

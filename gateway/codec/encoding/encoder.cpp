#include "gateway/codec/encoding/encoder.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "gateway/codec/encoding/message_header.hpp"
#include "gateway/codec/encoding/message_writer.hpp"
#include "gateway/codec/encoding/outgoing_bounds.hpp"
#include "gateway/codec/encoding/refusal.hpp"
#include "gateway/codec/values/text.hpp"

namespace sluice::gateway {

namespace {

/// Stands where FIX requires an OrderID(37) and there is no order.
constexpr std::string_view kNoOrder = "NONE";
/// Stands where FIX.4.4 requires an OrigClOrdID(41) and nothing is known to name.
constexpr std::string_view kNoName = "NONE";
/// Stands where FIX requires a Symbol(55) and there is none to name, as FIX suggests.
constexpr std::string_view kNoSymbol = "[N/A]";

void check_name(const std::string& name, const char* what) {
  if (name.empty() || name.size() > kMaxCompIdBytes || !is_graphic(name)) {
    throw std::invalid_argument(std::string(what) + " must be 1 to " +
                                std::to_string(kMaxCompIdBytes) +
                                " printable characters without spaces");
  }
}

char exec_type_of(EventType type) {
  switch (type) {
    case EventType::order_accepted:
      return '0';
    case EventType::order_rejected:
      return '8';
    case EventType::order_canceled:
      return '4';
    case EventType::order_expired:
      return 'C';
    case EventType::order_replaced:
      return '5';
    case EventType::trade:
      return 'F';
    case EventType::order_status:
      return 'I';
    default:
      return 0;
  }
}

void write_order_id(MessageWriter& writer, OrderId id) {
  if (id.is_none()) {
    writer.text("37=", kNoOrder);
  } else {
    writer.number("37=", id.value);
  }
}

void write_party(MessageWriter& writer, std::uint64_t id, std::string_view role,
                 std::uint8_t qualifier) {
  if (id == 0) return;
  writer.number("448=", id);
  writer.character("447=", 'P');
  writer.text("452=", role);
  if (qualifier != 0) writer.number("2376=", qualifier);
}

void write_named_party(MessageWriter& writer, std::string_view id, std::string_view role) {
  writer.text("448=", id);
  writer.character("447=", 'D');
  writer.text("452=", role);
}

/// The order's parties; in a copy also whose order it is.
void write_parties(MessageWriter& writer, const Event& event,
                   const ReportEncoder::CopyMarks* marks) {
  const unsigned count = (event.client != 0 ? 1U : 0U) + (event.trader != 0 ? 1U : 0U) +
                         (event.decision_maker != 0 ? 1U : 0U) + (marks != nullptr ? 2U : 0U);
  if (count == 0) return;
  writer.number("453=", count);
  write_party(writer, event.client, "3", event.client_qualifier);
  write_party(writer, event.trader, "12", event.trader_qualifier);
  write_party(writer, event.decision_maker, "122", event.decision_maker_qualifier);
  if (marks == nullptr) return;
  write_named_party(writer, marks->source, "55");
  write_named_party(writer, marks->firm, "1");
}

/// What comes first in a copy, as ApplicationSequenceControl does in FIX.5.0SP2.
void write_marks(MessageWriter& writer, const ReportEncoder::CopyMarks& marks) {
  writer.text("1180=", marks.appl_id);
  writer.number("1181=", marks.appl_seq_num);
  writer.character("797=", 'Y');
}

void write_restrictions(MessageWriter& writer, std::uint16_t bits) {
  constexpr std::string_view kValues = "123456789A";
  char text[2 * kValues.size()];
  std::size_t size = 0;
  for (std::size_t i = 0; i < kValues.size(); ++i) {
    if ((bits >> i & 1U) == 0) continue;
    if (size != 0) text[size++] = ' ';
    text[size++] = kValues[i];
  }
  if (size != 0) writer.text("529=", {text, size});
}

void write_character(MessageWriter& writer, std::string_view key, std::uint8_t value) {
  if (value != 0) writer.character(key, static_cast<char>(value));
}

/// Of a request that made no order. OrigClOrdID's place holds an unknown name, see RejectCode.
bool is_of_no_order(const Event& event) {
  return event.type == EventType::order_rejected ||
         (event.type == EventType::order_status && event.order_id.is_none());
}

/// Account(1): the name of the order's account, or the unknown name that a refused order gave.
void write_account(MessageWriter& writer, const Event& event, const InstrumentSpec* instrument,
                   const AccountDirectory& accounts) {
  if (is_of_no_order(event) && instrument != nullptr && !event.orig_clordid.empty()) {
    writer.text("1=", event.orig_clordid.view());
    return;
  }
  const std::string_view name = accounts.name_of(event.account);
  if (!name.empty()) writer.text("1=", name);
}

std::string_view symbol_of(const Event& event, const InstrumentSpec* instrument) {
  if (instrument != nullptr) return instrument->symbol;
  if (is_of_no_order(event) && !event.orig_clordid.empty()) {
    return event.orig_clordid.view();
  }
  return kNoSymbol;
}

bool is_wire_price(RejectCode code) {
  return code == RejectCode::price_off_tick || code == RejectCode::price_out_of_range;
}
bool is_wire_qty(RejectCode code) {
  return code == RejectCode::qty_off_lot || code == RejectCode::qty_out_of_range;
}

/// Whether Price(44) is to be shown. A market order's is its protection price, and not the
/// client's, unless it is refused; one below 0 could not be held in ticks.
bool shows_price(const Event& event) {
  if (event.ord_type == OrdType::limit) return event.price.value >= 0;
  return is_of_no_order(event) && event.price.value > 0;
}

/// OrderQty(38), OrdType(40), Price(44). What could not be held in units goes back as it came where
/// it is the reason of the refusal, and is left out where another one came first.
void write_terms(MessageWriter& writer, const Event& event, const InstrumentSpec* instrument) {
  char room[kDecimalRoom];
  const auto asked = [&] { return format_decimal(event.reject_asked, event.asked_exponent, room); };
  if (is_wire_qty(event.reject)) {
    writer.text("38=", asked());
  } else if (instrument != nullptr && event.qty.value >= 0) {
    writer.units("38=", event.qty.value, instrument->lot);
  }
  write_character(writer, "40=", static_cast<std::uint8_t>(event.ord_type));
  if (is_wire_price(event.reject)) {
    writer.text("44=", asked());
  } else if (instrument != nullptr && shows_price(event)) {
    writer.units("44=", event.price.value, instrument->tick);
  }
  write_character(writer, "59=", static_cast<std::uint8_t>(event.tif));
  if (has(event.exec_inst, ExecInst::post_only)) writer.character("18=", '6');
  write_character(writer, "528=", event.order_capacity);
  write_restrictions(writer, event.order_restrictions);
}

/// LastQty(32) and LastPx(31) on fills, LeavesQty(151), CumQty(14), AvgPx(6).
void write_amounts(MessageWriter& writer, const Event& event, const InstrumentSpec* instrument) {
  if (instrument == nullptr) {
    writer.raw(
        "151=0\x01"
        "14=0\x01"
        "6=0\x01");
    return;
  }
  if (event.type == EventType::trade) {
    writer.units("32=", event.last_qty.value, instrument->lot);
    writer.units("31=", event.last_price.value, instrument->tick);
  }
  writer.units("151=", event.leaves_qty.value, instrument->lot);
  writer.units("14=", event.cum_qty.value, instrument->lot);
  char room[kDecimalRoom];
  writer.text(
      "6=", format_average_price(event.cum_notional, event.cum_qty.value, instrument->tick, room));
}

/// Text(58) of an order that ended by its own terms.
std::string_view expiry_text(const Event& event) {
  if (event.tif == TimeInForce::fill_or_kill) return "Fill-or-kill: could not be filled whole";
  if (event.ord_type == OrdType::market) {
    return "Market order: nothing more to trade with within its protection price";
  }
  if (event.tif == TimeInForce::immediate_or_cancel) {
    return "Immediate-or-cancel: nothing more to trade with at its price";
  }
  return "Day order: ended at 00:00 UTC";
}

/// Text(58) of an order that the venue cancelled; empty when its owner asked.
std::string_view cancel_text(const Event& event) {
  switch (event.cancel_cause) {
    case CancelCause::kill_switch:
      return "Cancelled by the venue: a kill switch was set";
    case CancelCause::mass_cancel:
      return "Cancelled by the venue: a mass cancel";
    case CancelCause::venue_cancel:
      return "Cancelled by the venue: this order";
    case CancelCause::none:
      break;
  }
  return {};
}

void write_execution_report(MessageWriter& writer, const Event& event,
                            const ReportEncoder::CopyMarks* marks, const InstrumentSpec* instrument,
                            const AccountDirectory& accounts, int digits) {
  const bool rejected = event.type == EventType::order_rejected;
  write_order_id(writer, event.order_id);
  if (!event.clordid.empty()) writer.text("11=", event.clordid.view());
  if (!is_of_no_order(event) && !event.orig_clordid.empty())
    writer.text("41=", event.orig_clordid.view());
  write_parties(writer, event, marks);
  writer.number("17=", event.exec_id.value);
  writer.character("150=", exec_type_of(event.type));
  writer.character("39=", rejected ? static_cast<char>(OrdStatus::rejected)
                                   : static_cast<char>(event.ord_status));
  if (rejected) {
    writer.number("103=", static_cast<unsigned>(refusal_of(event.reject).ord_rej_reason));
  }
  if (event.restatement_reason != 0) writer.number("378=", event.restatement_reason);
  write_account(writer, event, instrument, accounts);
  writer.text("55=", symbol_of(event, instrument));
  write_character(writer, "54=", static_cast<std::uint8_t>(event.side));
  write_terms(writer, event, instrument);
  write_amounts(writer, event, instrument);
  writer.time("60=", event.time, digits);
  if (rejected) {
    char room[kRefusalTextRoom];
    writer.text("58=", refusal_text(event, instrument, room));
    writer.number("25016=", static_cast<unsigned>(event.reject));
  } else if (event.type == EventType::order_expired) {
    writer.text("58=", expiry_text(event));
  } else if (const std::string_view text = cancel_text(event); !text.empty()) {
    writer.text("58=", text);
  } else if (event.type == EventType::trade) {
    write_character(writer, "851=", static_cast<std::uint8_t>(event.liquidity));
    writer.number("880=", event.match_id.value);
    writer.character("1057=", (event.flags & kAggressor) != 0 ? 'Y' : 'N');
  }
}

void write_cancel_reject(MessageWriter& writer, const Event& event,
                         const ReportEncoder::CopyMarks* marks, const InstrumentSpec* instrument,
                         const AccountDirectory& accounts, int digits) {
  write_order_id(writer, event.order_id);
  writer.text("11=", event.clordid.view());
  writer.text("41=", event.orig_clordid.empty() ? kNoName : event.orig_clordid.view());
  // The client's own has none: it knows them.
  if (marks != nullptr) write_parties(writer, event, marks);
  // FIX.4.4: an unknown order is answered with OrdStatus(39)=8.
  writer.character("39=",
                   static_cast<char>(event.ord_status == OrdStatus::none ? OrdStatus::rejected
                                                                         : event.ord_status));
  write_account(writer, event, instrument, accounts);
  writer.time("60=", event.time, digits);
  writer.character("434=", (event.flags & kAnswersReplace) != 0 ? '2' : '1');
  writer.number("102=", static_cast<unsigned>(refusal_of(event.reject).cxl_rej_reason));
  char room[kRefusalTextRoom];
  writer.text("58=", refusal_text(event, instrument, room));
  writer.number("25016=", static_cast<unsigned>(event.reject));
}

/// Text from outside the codec: bounded, visibly when it was longer, and free of control bytes.
void write_free_text(MessageWriter& writer, std::string_view text) {
  constexpr std::string_view kMore = "...";
  std::array<char, kMaxTextBytes> room;
  const bool whole = text.size() <= kMaxTextBytes;
  const std::size_t kept = whole ? text.size() : kMaxTextBytes - kMore.size();
  std::transform(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(kept), room.begin(),
                 [](char c) { return c < ' ' || c > '~' ? '?' : c; });
  if (!whole) std::copy(kMore.begin(), kMore.end(), room.end() - kMore.size());
  writer.text("58=", {room.data(), whole ? kept : kMaxTextBytes});
}

bool is_reference(std::string_view text) {
  return !text.empty() && text.size() <= kMaxRefIdBytes && is_printable(text);
}

}  // namespace

ReportEncoder::ReportEncoder(SessionNames names, const InstrumentDirectory* instruments,
                             const AccountDirectory* accounts, int timestamp_digits)
    : names_(std::move(names)),
      instruments_(instruments),
      accounts_(accounts),
      timestamp_digits_(timestamp_digits) {
  check_name(names_.begin_string, "BeginString(8)");
  check_name(names_.sender_comp_id, "SenderCompID(49)");
  check_name(names_.target_comp_id, "TargetCompID(56)");
  if (timestamp_digits != 3 && timestamp_digits != 6 && timestamp_digits != 9) {
    throw std::invalid_argument("timestamps have 3, 6 or 9 digits after the second");
  }
}

std::string_view ReportEncoder::encode_event(const Event& event, std::uint32_t msg_seq_num,
                                             TimeNs sending_time, std::span<char> out,
                                             bool poss_resend) const noexcept {
  return encode(event, nullptr, poss_resend, msg_seq_num, sending_time, out);
}

std::string_view ReportEncoder::encode_copy(const Event& event, const CopyMarks& marks,
                                            std::uint32_t msg_seq_num, TimeNs sending_time,
                                            std::span<char> out, bool poss_resend) const noexcept {
  if (std::max({marks.appl_id.size(), marks.source.size(), marks.firm.size()}) >
      kMaxCopyNameBytes) {
    return {};
  }
  return encode(event, &marks, poss_resend, msg_seq_num, sending_time, out);
}

std::string_view ReportEncoder::encode(const Event& event, const CopyMarks* marks, bool poss_resend,
                                       std::uint32_t msg_seq_num, TimeNs sending_time,
                                       std::span<char> out) const noexcept {
  const bool refused_cancel = event.type == EventType::cancel_rejected;
  if (out.size() < kMaxOutgoingBytes || (!refused_cancel && exec_type_of(event.type) == 0)) {
    return {};
  }
  const InstrumentSpec* const instrument =
      instruments_->contains(event.instrument) ? &instruments_->at(event.instrument) : nullptr;
  MessageWriter writer(out, names_.begin_string);
  write_header(writer, names_, refused_cancel ? "35=9\x01" : "35=8\x01", msg_seq_num, sending_time,
               timestamp_digits_);
  if (poss_resend) writer.character("97=", 'Y');
  if (marks != nullptr) write_marks(writer, *marks);
  if (refused_cancel) {
    write_cancel_reject(writer, event, marks, instrument, *accounts_, timestamp_digits_);
  } else {
    write_execution_report(writer, event, marks, instrument, *accounts_, timestamp_digits_);
  }
  return writer.finish();
}

std::string_view ReportEncoder::encode_business_reject(const BusinessReject& reject,
                                                       std::uint32_t msg_seq_num,
                                                       TimeNs sending_time,
                                                       std::span<char> out) const noexcept {
  if (out.size() < kMaxOutgoingBytes) return {};
  MessageWriter writer(out, names_.begin_string);
  write_header(writer, names_, "35=j\x01", msg_seq_num, sending_time, timestamp_digits_);
  writer.number("45=", reject.ref_seq_num);
  if (is_reference(reject.ref_msg_type)) writer.text("372=", reject.ref_msg_type);
  if (is_reference(reject.ref_id)) writer.text("379=", reject.ref_id);
  writer.number("380=", static_cast<std::uint64_t>(std::max(reject.reason, 0)));
  if (!reject.text.empty()) write_free_text(writer, reject.text);
  return writer.finish();
}

}  // namespace sluice::gateway

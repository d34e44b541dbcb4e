// From the raw bytes of an application message to a command.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/message/command.hpp"
#include "gateway/codec/directory/account_directory.hpp"
#include "gateway/codec/directory/instrument_directory.hpp"

namespace sluice::gateway {

/// What a session brings to its messages.
struct DecodeContext {
  const InstrumentDirectory* instruments = nullptr;
  const SessionAccounts* accounts = nullptr;
  SessionId session{};
  /// ValidateUserDefinedFields of QuickFIX: with `false`, unknown tags from 5000 on are ignored.
  bool check_user_defined = true;
  /// ValidateFieldsOutOfOrder of QuickFIX: with `false`, header fields may stand in the body.
  bool check_order = true;
  /// AllowUnknownMsgFields of QuickFIX: with `true`, tags below 5000 that the message does not have
  /// are ignored.
  bool allow_unknown = false;
};

struct DecodeOutcome {
  enum class Kind : std::uint8_t {
    ok,  ///< The command is whole; Command::defect may still say why it is to be refused.
    session_reject,   ///< Reject(3) with SessionRejectReason(373) = `reason`.
    business_reject,  ///< BusinessMessageReject(j) with BusinessRejectReason(380) = `reason`.
  };
  Kind kind;
  int reason;
  int tag;  ///< The field at fault, RefTagID(371); 0 when there is none.
};

/// Reads NewOrderSingle(D), OrderCancelRequest(F) or OrderCancelReplaceRequest(G) from a whole
/// message that the framer found good. One pass in place, no allocation, no exceptions. Overwrites
/// `command`: all of it is filled but seq, time, session_epoch and the *_ns, which become 0. Unless
/// `ok` the command holds nothing to use.
///
/// What a session must answer is refused here. What the venue refuses with a report of its own is
/// put into Command::defect: on a new order the unknown symbol or account goes into orig_clordid,
/// and a price or quantity off its unit or range into asked_mantissa and asked_exponent. A request
/// to cancel or replace that names no Account(1) has account 0.
[[nodiscard]] DecodeOutcome decode_command(std::string_view message, const DecodeContext& context,
                                           Command& command) noexcept;

}  // namespace sluice::gateway

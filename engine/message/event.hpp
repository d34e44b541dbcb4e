// What comes out of the engine. Events alone are enough to rebuild the books.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "engine/message/command.hpp"

namespace sluice {

enum class EventType : std::uint8_t {
  none = 0,
  order_accepted = 1,   ///< 150=0. Comes before any fill of the same command.
  order_rejected = 2,   ///< 150=8.
  order_canceled = 3,   ///< 150=4.
  order_expired = 4,    ///< 150=C: Day order over, or the rest of an IOC, FOK or market order.
  order_replaced = 5,   ///< 150=5. Keeps its place iff kKeptPriority is set.
  trade = 6,            ///< 150=F. Two a match: the resting side first, then the aggressor.
  cancel_rejected = 7,  ///< OrderCancelReject(9) to a cancel or a replace.
  /// 150=I: nothing happened. Answers a request with PossResend(97)=Y whose ClOrdID(11) is known
  /// with what came of it; 39=8 and no OrderID where it was refused.
  order_status = 8,
  // Of the venue itself: `session` is 0, `source_msg_seq_num` is the command's number. Each of its
  // commands is answered by one of these with kAnswer.
  instrument_state_changed = 16,  ///< `instrument`, `control_state`: the state from now on.
  kill_changed = 17,              ///< `control_scope`, `target`, `control_state`: KillFlag bits.
  mass_cancel_started = 18,       ///< `control_scope`, `target`, `instrument`.
  /// The cancels of a kill or a mass cancel are all out; `orders` of them. No answer but what
  /// follows one. After cancel_order it is the answer, with `order_id`.
  cancels_done = 19,
  control_rejected = 20,  ///< `reject`.
};

enum EventFlag : std::uint8_t {
  kAnswer =
      1U << 0U,  ///< Answers command {source_session, source_msg_seq_num}: exactly one a command.
  kKeptPriority = 1U << 1U,    ///< A replace that kept its place in the queue.
  kAggressor = 1U << 2U,       ///< AggressorIndicator(1057)=Y.
  kAnswersReplace = 1U << 3U,  ///< CxlRejResponseTo(434)=2 instead of 1.
};

/// Fixed layout, 384 bytes: the execution log's record, so a field never moves. All bytes that are
/// not set are zero. Fields of later features are already here; until then those that a command
/// brings are carried and echoed, the others are zero.
struct alignas(64) Event {
  // Line 0: what happened, to whom.
  ExecId exec_id;  ///< ExecID(17); its count is dense.
  /// The command whose apply() gave it: its place in the journal. Unit and epoch are exec_id's.
  CommandSeq command_seq;
  TimeNs time;        ///< TransactTime(60): engine time.
  OrderId order_id;   ///< OrderID(37); 0 on a refused order and on a cancel of an unknown one.
  SessionId session;  ///< The session that owns the order: where the report goes.
  InstrumentId instrument;
  AccountId account;
  std::uint32_t ring_in_ns;  ///< Copied from the command, as decoded_ns and engine_in_ns are.
  EventType type;
  Side side;
  OrdType ord_type;
  TimeInForce tif;
  OrdStatus ord_status;             ///< OrdStatus(39) after this event.
  Liquidity liquidity;              ///< LastLiquidityInd(851) on trades.
  std::uint8_t restatement_reason;  ///< ExecRestatementReason(378); 0 when the owner asked.
  std::uint8_t flags;               ///< EventFlag bits.
  RejectCode reject;
  ExecInst exec_inst;
  std::uint16_t order_restrictions;
  std::uint8_t position_effect;
  std::uint8_t order_capacity;

  // Line 1: numbers of the order after this event.
  Price price;            ///< Price(44); a market order's protection price.
  Qty qty;                ///< OrderQty(38).
  Qty cum_qty;            ///< CumQty(14).
  Qty leaves_qty;         ///< LeavesQty(151).
  Price last_price;       ///< LastPx(31) on trades.
  Qty last_qty;           ///< LastQty(32) on trades.
  Notional cum_notional;  ///< Sum of last_price × last_qty over the order's life; AvgPx(6) comes
                          ///< from it.

  // Line 2
  ClOrdId clordid;  ///< ClOrdID(11): of the order; on answers to F and G the request's own.
  std::uint32_t decoded_ns;
  std::uint64_t client;
  std::uint64_t trader;
  std::uint64_t decision_maker;

  // Line 3
  ClOrdId orig_clordid;              ///< OrigClOrdID(41) on answers to F and G.
  SessionId source_session;          ///< Who sent the command that caused this.
  std::uint32_t source_msg_seq_num;  ///< Its MsgSeqNum(34).
  std::uint32_t engine_in_ns;
  MatchId match_id;  ///< TrdMatchID(880) on trades.
  OrderId
      contra_order_id;  ///< The other side of a trade; for the venue's records, not for the client.

  // Line 4
  std::int64_t reject_limit;  ///< See RejectCode.
  std::int64_t reject_asked;  ///< See RejectCode.
  Price trigger_price;
  Qty display_qty;
  TimeNs expire_time;
  std::uint64_t self_match_prevention_id;
  std::uint32_t quote_set;
  std::uint16_t mmp_group;
  std::uint8_t self_match_prevention_instruction;
  std::uint8_t trigger_source;
  std::uint8_t client_qualifier;
  std::uint8_t trader_qualifier;
  std::uint8_t decision_maker_qualifier;
  std::uint8_t trigger_type;
  std::int8_t asked_exponent;  ///< See RejectCode.
  ControlScope control_scope;  ///< Of the venue's own events.
  std::uint8_t control_state;
  CancelCause cancel_cause;  ///< Of order_canceled.

  // Line 5
  TimeNs valid_until;                  ///< ValidUntilTime(62); 0 when not given.
  std::int64_t fee_amount;             ///< MiscFeeAmt(137) of a trade, in the currency's smallest
                                       ///< unit; below 0 is a rebate.
  std::int64_t realised_profit;        ///< Of a trade that closes, in the same unit.
  CurrencyId fee_currency;             ///< MiscFeeCurr(138).
  std::uint32_t source_session_epoch;  ///< Command::session_epoch of the command that caused this.
  std::uint32_t engine_out_ns;         ///< After the command's `time`, when this was published.
  std::uint8_t fee_type;               ///< MiscFeeType(139).
  std::uint8_t reserved0;
  std::uint16_t reserved1;
  std::uint32_t target;  ///< See Command::target.
  std::uint32_t orders;  ///< Of cancels_done.
  std::uint64_t reserved2[2];
};

static_assert(sizeof(Event) == 384 && alignof(Event) == 64);
static_assert(std::is_trivially_copyable_v<Event> && std::is_standard_layout_v<Event>);
static_assert(std::has_unique_object_representations_v<Event>, "no hidden padding in the log");
static_assert(offsetof(Event, type) == 48 && offsetof(Event, price) == 64);
static_assert(offsetof(Event, cum_notional) == 112 && offsetof(Event, clordid) == 128);
static_assert(offsetof(Event, orig_clordid) == 192 && offsetof(Event, reject_limit) == 256);
static_assert(offsetof(Event, trigger_type) == 315 && offsetof(Event, valid_until) == 320);
static_assert(offsetof(Event, fee_currency) == 344 && offsetof(Event, reserved2) == 368);

}  // namespace sluice

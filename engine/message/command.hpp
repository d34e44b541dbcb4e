// What goes into the engine. A command is the unit of sequencing, journaling and replay.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "engine/message/reject_code.hpp"
#include "engine/types/controls.hpp"
#include "engine/types/fixed_text.hpp"
#include "engine/types/order_terms.hpp"
#include "engine/types/packed_id.hpp"
#include "engine/types/strong.hpp"

namespace sluice {

/// The largest price and quantity that the engine takes: products stay within 128 bits with room
/// for sums.
inline constexpr std::int64_t kMaxPriceTicks = (std::int64_t{1} << 42) - 1;
inline constexpr std::int64_t kMaxQtyLots = (std::int64_t{1} << 60) - 1;

enum class CommandType : std::uint8_t {
  none = 0,
  new_order = 1,       ///< NewOrderSingle(D)
  cancel = 2,          ///< OrderCancelRequest(F)
  replace = 3,         ///< OrderCancelReplaceRequest(G)
  tick = 16,           ///< `time` has reached a deadline that the engine named by next_due().
  continue_work = 17,  ///< One more step of work that an earlier command left over.
  // The venue's own: `session` is 0, `msg_seq_num` is the number under which it is answered.
  set_instrument_state = 32,  ///< `instrument`; `control_action` is an InstrumentState.
  set_kill = 33,              ///< `control_scope`, `target`; `control_action` is KillFlag bits.
  mass_cancel = 34,           ///< `control_scope`, `target`; of `instrument` only unless that is 0.
  cancel_order = 35,          ///< `order_id`, whoever owns it.
};

/// Whether it is one of the venue's own, beside ticks and continuations.
[[nodiscard]] constexpr bool is_control(CommandType type) noexcept {
  return type >= CommandType::set_instrument_state && type <= CommandType::cancel_order;
}

/// Whether this program knows what to do with it.
[[nodiscard]] constexpr bool is_known(CommandType type) noexcept {
  return (type >= CommandType::new_order && type <= CommandType::replace) ||
         type == CommandType::tick || type == CommandType::continue_work || is_control(type);
}

/// Fixed layout, 256 bytes: it is the journal's payload, so a field never moves. All bytes that are
/// not set are zero. Fields of later features are already here; until then they are carried and
/// echoed only.
struct alignas(64) Command {
  // Line 0: what every command has.
  CommandSeq seq;             ///< Given by the engine's sequencer; 0 in the ring.
  TimeNs time;                ///< Wall clock when the bytes were read; the engine never goes back.
  SessionId session;          ///< Who sent it; 0 for the venue itself.
  std::uint32_t msg_seq_num;  ///< MsgSeqNum(34) that brought it.
  std::uint32_t session_epoch;  ///< Counts the session's sequence resets.
  InstrumentId instrument;  ///< 0 with defect unknown_instrument, or where the order id says it.
  OrderId order_id;         ///< OrderID(37) on cancel and replace; 0 when not given.
  Price price;              ///< Price(44); below 0 with a defect: could not be held in ticks.
  Qty qty;                  ///< OrderQty(38): the total, also on a replace; below 0 likewise.
  CommandType type;
  Side side;                     ///< Side(54).
  OrdType ord_type;              ///< OrdType(40).
  TimeInForce tif;               ///< TimeInForce(59); `none` on a replace that leaves it out.
  std::uint8_t flags;            ///< CommandFlag bits.
  std::uint8_t position_effect;  ///< PositionEffect(77) as its character.
  std::uint8_t order_capacity;   ///< OrderCapacity(528) as its character.
  ControlScope control_scope;    ///< Of set_kill and mass_cancel.

  // Line 1: terms that few orders use.
  AccountId account;   ///< Account(1), or the session's default.
  ExecInst exec_inst;  ///< ExecInst(18).
  std::uint16_t
      order_restrictions;  ///< OrderRestrictions(529): bit v-1 for the values 1..9, bit 9 for A.
  Price trigger_price;     ///< StopPx(99) / TriggerPrice(1102).
  Qty display_qty;         ///< MaxFloor(111) / DisplayQty(1138).
  TimeNs valid_until;      ///< ValidUntilTime(62); 0 when not given.
  TimeNs expire_time;      ///< ExpireTime(126); 0 when not given.
  std::uint64_t self_match_prevention_id;  ///< SelfMatchPreventionID(2362).
  std::uint32_t quote_set;                 ///< QuoteSetID(302).
  std::uint16_t mmp_group;                 ///< Market maker protection group (25131).
  RejectCode
      defect;  ///< What the decoder could not express in a D or G; the engine refuses with it.
  std::uint8_t self_match_prevention_instruction;  ///< SelfMatchPreventionInstruction(2964).
  std::uint8_t trigger_source;                     ///< 25120: 1 mark, 2 last, 3 index.
  std::uint8_t trigger_type;                       ///< OrdType(40) family of a triggered order.
  std::uint8_t client_qualifier;  ///< PartyRoleQualifier(2376) of the three parties below.
  std::uint8_t trader_qualifier;
  std::uint8_t decision_maker_qualifier;
  std::int8_t
      asked_exponent;  ///< With a defect: value on the wire = asked_mantissa × 10^asked_exponent.
  std::uint8_t control_action;  ///< Of set_instrument_state and set_kill.

  // Line 2: names.
  ClOrdId clordid;       ///< ClOrdID(11).
  std::uint32_t target;  ///< FirmId, AccountId or SessionId, as control_scope says.
  std::uint64_t client;  ///< PartyID(448) of PartyRole(452)=3, a short code; 0 when not given.
  std::uint64_t trader;  ///< the same of 452=12, executing trader.
  std::uint64_t decision_maker;  ///< the same of 452=122, investment decision maker.

  // Line 3: references, and the clock readings on the way in.
  ClOrdId orig_clordid;  ///< OrigClOrdID(41). New order with a naming defect: the unknown name.
  // Clock readings cost time: these three are 0 unless stage timing is measured.
  std::uint32_t decoded_ns;    ///< After `time`, when decoding was done.
  std::uint32_t ring_in_ns;    ///< After `time`, when it was pushed.
  std::uint32_t engine_in_ns;  ///< After `time`, when the engine took it.
  std::int64_t asked_mantissa;
  std::uint64_t reserved0;
};

enum CommandFlag : std::uint8_t {
  kPossResend = 1U << 0U,  ///< PossResend(97)=Y.
};

static_assert(sizeof(Command) == 256 && alignof(Command) == 64);
static_assert(std::is_trivially_copyable_v<Command> && std::is_standard_layout_v<Command>);
static_assert(std::has_unique_object_representations_v<Command>,
              "no hidden padding in the journal");
static_assert(offsetof(Command, order_id) == 32 && offsetof(Command, type) == 56);
static_assert(offsetof(Command, account) == 64 && offsetof(Command, defect) == 118);
static_assert(offsetof(Command, clordid) == 128 && offsetof(Command, client) == 168);
static_assert(offsetof(Command, orig_clordid) == 192 && offsetof(Command, asked_mantissa) == 240);

}  // namespace sluice

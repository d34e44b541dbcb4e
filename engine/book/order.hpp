// One open order, in two records: what matching touches, and what only reports need.
#pragma once

#include <cstdint>
#include <type_traits>

#include "engine/core/memory/fixed_array.hpp"
#include "engine/message/command.hpp"

namespace sluice {

enum OrderFlag : std::uint8_t {
  kInBook = 1U << 0U,      ///< Linked into its level.
  kRegistered = 1U << 1U,  ///< Found by its OrderId; counted as open.
  kInDayList = 1U << 2U,
  kEndsWithDay = 1U << 3U,  ///< TimeInForce(59)=0.
  kMayRest = 1U << 4U,      ///< Limit order with GTC or Day.
};

/// One cache line.
struct alignas(64) OrderHot {
  Price price;  ///< A market order's protection price.
  Qty leaves;
  OrderId order_id;
  std::uint32_t next = kNoIndex;  ///< Behind it in its level; in the free list the next free slot.
  std::uint32_t previous = kNoIndex;
  std::uint32_t level = kNoIndex;
  std::uint32_t day_next = kNoIndex;
  std::uint32_t day_previous = kNoIndex;
  std::uint32_t day = 0;   ///< Days since the Unix epoch when it last began to sweep.
  std::uint32_t name = 0;  ///< Its ClOrdID's node in the history.
  InstrumentId instrument;
  SessionId session;
  Side side = Side::none;
  std::uint8_t flags = 0;
  std::uint16_t reserved = 0;

  [[nodiscard]] bool is(OrderFlag flag) const noexcept { return (flags & flag) != 0; }
  void set(OrderFlag flag) noexcept { flags = static_cast<std::uint8_t>(flags | flag); }
  void clear(OrderFlag flag) noexcept {
    flags = static_cast<std::uint8_t>(flags & static_cast<std::uint8_t>(~flag));
  }
  /// A Day order of an earlier day: over, even if its report is not out yet.
  [[nodiscard]] bool is_over(std::uint32_t today) const noexcept {
    return is(kEndsWithDay) && day < today;
  }
};
static_assert(sizeof(OrderHot) == 64);

/// Fields stand in the order of Event's, so that copying them into a report is a few wide moves.
struct OrderCold {
  Notional cum_notional;
  Qty qty;
  Qty cum_qty;
  AccountId account;
  OrdType ord_type;
  TimeInForce tif;
  ExecInst exec_inst;
  std::uint16_t order_restrictions;
  std::uint8_t position_effect;
  std::uint8_t order_capacity;
  ClOrdId clordid;
  std::uint64_t client;
  std::uint64_t trader;
  std::uint64_t decision_maker;
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
  std::uint32_t reserved;
  TimeNs valid_until;
};
static_assert(sizeof(OrderCold) == 160 && std::has_unique_object_representations_v<OrderCold>);

}  // namespace sluice

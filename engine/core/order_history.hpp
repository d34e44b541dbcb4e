// What is remembered of orders that are over.
#pragma once

#include <cstdint>

#include "engine/core/memory/fixed_array.hpp"
#include "engine/core/snapshot/archive.hpp"
#include "engine/core/state_hash.hpp"
#include "engine/types/order_terms.hpp"
#include "engine/types/packed_id.hpp"
#include "engine/types/strong.hpp"

namespace sluice {

/// An order that is over; its id is 0 when nothing is known of it.
struct ClosedOrder {
  OrderId order_id;
  SessionId session;
  AccountId account;
  OrdStatus status = OrdStatus::none;  ///< The one of its last report: filled, canceled or expired.
  InstrumentId instrument;
  Side side = Side::none;
  OrdType ord_type = OrdType::none;
  TimeInForce tif = TimeInForce::none;
  Price price;
  Qty qty;
  Qty cum_qty;
  Notional cum_notional;  ///< As Event::cum_notional.
};

/// Closed orders of all epochs, each at its order count modulo the capacity: so a cancel that comes
/// too late hears what became of its order.
///
/// Thread safety: none.
///
/// Invariants: the order that closed last is always inside; an order leaves when another one of the
/// same place closes. No allocation after construction.
class OrderHistory {
 public:
  /// Of each order.
  static constexpr std::size_t kBytes = 64;

  /// `capacity`: a power of two. All ids are of the same unit.
  OrderHistory(std::uint64_t unit, std::uint32_t capacity) : entries_(capacity), unit_(unit) {}

  void close(const ClosedOrder& order) noexcept {
    entries_[place_of(order.order_id)] = {.id_and_status = order.order_id.value << kStatusBits |
                                                           static_cast<std::uint64_t>(order.status),
                                          .session = order.session,
                                          .account = order.account,
                                          .instrument = order.instrument,
                                          .side = order.side,
                                          .ord_type = order.ord_type,
                                          .tif = order.tif,
                                          .price = order.price,
                                          .qty = order.qty,
                                          .cum_qty = order.cum_qty,
                                          .cum_notional = order.cum_notional};
  }

  [[nodiscard]] ClosedOrder find(OrderId order_id) const noexcept {
    const Entry& entry = entries_[place_of(order_id)];
    if (order_id.is_none() || order_id.unit() != unit_ ||
        entry.id_and_status >> kStatusBits != without_unit(order_id)) {
      return {};
    }
    return {.order_id = order_id,
            .session = entry.session,
            .account = entry.account,
            .status = static_cast<OrdStatus>(entry.id_and_status & kStatusMask),
            .instrument = entry.instrument,
            .side = entry.side,
            .ord_type = entry.ord_type,
            .tif = entry.tif,
            .price = entry.price,
            .qty = entry.qty,
            .cum_qty = entry.cum_qty,
            .cum_notional = entry.cum_notional};
  }

  /// Starts to load what close() will touch.
  void prefetch(OrderId order_id) const noexcept {
    __builtin_prefetch(&entries_[place_of(order_id)], 1);
  }

  void add_to(StateHash& hash) const noexcept {
    // A count says its place: empty places need no mark.
    for (std::size_t place = 0; place < entries_.size(); ++place) {
      if (entries_[place].id_and_status != 0) hash.add_bytes(entries_[place]);
    }
    hash.add(0);
  }

  void save(ArchiveWriter& to) const {
    std::uint32_t used = 0;
    for (std::size_t place = 0; place < entries_.size(); ++place) {
      if (entries_[place].id_and_status != 0) ++used;
    }
    to.put(used);
    for (std::size_t place = 0; place < entries_.size(); ++place) {
      if (entries_[place].id_and_status != 0) to.put(entries_[place]);
    }
  }
  /// Into an empty one. Where its capacity is smaller, of those of one place the youngest stays.
  void restore(ArchiveReader& from) {
    for (auto left = from.get<std::uint32_t>(); left > 0; --left) {
      const auto entry = from.get<Entry>();
      const OrderId id{entry.id_and_status >> kStatusBits};
      Entry& place = entries_[place_of(id)];
      if (OrderId{place.id_and_status >> kStatusBits}.count() <= id.count()) place = entry;
    }
  }

 private:
  // A status is a character of FIX.
  static constexpr unsigned kStatusBits = 7;
  static constexpr std::uint64_t kStatusMask = (1U << kStatusBits) - 1;

  struct Entry {
    /// The id without its unit, then the status; 0: never used.
    std::uint64_t id_and_status = 0;
    SessionId session;
    AccountId account;
    InstrumentId instrument;
    Side side = Side::none;
    OrdType ord_type = OrdType::none;
    TimeInForce tif = TimeInForce::none;
    std::uint8_t reserved = 0;
    Price price;
    Qty qty;
    Qty cum_qty;
    Notional cum_notional{};
  };
  static_assert(sizeof(Entry) == kBytes &&
                OrderId::kEpochBits + OrderId::kCountBits + kStatusBits == 64);

  // Shifting the status in shifts the unit out.
  [[nodiscard]] static std::uint64_t without_unit(OrderId order_id) noexcept {
    return order_id.value << kStatusBits >> kStatusBits;
  }
  [[nodiscard]] std::size_t place_of(OrderId order_id) const noexcept {
    return order_id.count() & (entries_.size() - 1);
  }

  FixedArray<Entry> entries_;
  std::uint64_t unit_;
};

}  // namespace sluice

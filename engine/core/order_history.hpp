// What is remembered of orders that are over.
#pragma once

#include <cstdint>

#include "engine/core/memory/fixed_array.hpp"
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
};

/// Closed orders, each at its order count modulo the capacity: so a cancel that comes too late
/// hears what became of its order.
///
/// Thread safety: none.
///
/// Invariants: the order that closed last is always inside; an order leaves when another one of the
/// same place closes. Closing is one store. No allocation after construction.
class OrderHistory {
 public:
  /// `capacity`: a power of two. All ids are of the same unit and epoch.
  OrderHistory(std::uint64_t unit, std::uint64_t epoch, std::uint32_t capacity)
      : entries_(capacity), unit_(unit), epoch_(epoch) {}

  void close(const ClosedOrder& order) noexcept {
    const std::uint64_t count = order.order_id.count();
    entries_[place_of(count)] = {count << 8U | static_cast<std::uint64_t>(order.status),
                                 order.session, order.account};
  }

  [[nodiscard]] ClosedOrder find(OrderId order_id) const noexcept {
    const std::uint64_t count = order_id.count();
    const Entry& entry = entries_[place_of(count)];
    if (count == 0 || entry.count_and_status >> 8U != count ||
        order_id != OrderId::make(unit_, epoch_, count)) {
      return {};
    }
    return {order_id, entry.session, entry.account,
            static_cast<OrdStatus>(entry.count_and_status & 0xffU)};
  }

  /// Starts to load what close() will touch.
  void prefetch(OrderId order_id) const noexcept {
    __builtin_prefetch(&entries_[place_of(order_id.count())], 1);
  }

  void add_to(StateHash& hash) const noexcept {
    // A count says its place: empty places need no mark.
    for (std::size_t place = 0; place < entries_.size(); ++place) {
      if (entries_[place].count_and_status != 0) hash.add_bytes(entries_[place]);
    }
    hash.add(0);
  }

 private:
  struct Entry {
    std::uint64_t count_and_status = 0;  ///< 0: never used. The status is the lowest byte.
    SessionId session;
    AccountId account;
  };
  static_assert(sizeof(Entry) == 16 && OrderId::kCountBits + 8 <= 64);

  [[nodiscard]] std::size_t place_of(std::uint64_t count) const noexcept {
    return count & (entries_.size() - 1);
  }

  FixedArray<Entry> entries_;
  std::uint64_t unit_;
  std::uint64_t epoch_;
};

}  // namespace sluice

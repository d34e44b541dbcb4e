// Which ClOrdIDs a session has used, and what became of them.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/memory/fixed_array.hpp"
#include "engine/core/memory/slot_map.hpp"
#include "engine/core/name_fingerprint.hpp"
#include "engine/core/sip_hash.hpp"
#include "engine/core/state_hash.hpp"
#include "engine/types/fixed_text.hpp"
#include "engine/types/packed_id.hpp"
#include "engine/types/strong.hpp"

namespace sluice {

enum class NameState : std::uint8_t {
  free,
  open,      ///< The name of an open order.
  closed,    ///< Of an order that was accepted once and is over.
  replaced,  ///< Of an order that has a later name.
  refused,
};

/// For each session the last `history` ClOrdIDs that were judged, in order, and besides them the
/// names of all open orders.
///
/// Thread safety: none.
///
/// Invariants: a fingerprint is inside at most once. A name leaves when it is neither among its
/// session's last nor of an open order. No allocation after construction.
class ClordidHistory {
 public:
  /// `open_orders`: the most that can be open at once.
  ClordidHistory(std::uint32_t sessions, std::uint32_t history, std::uint32_t open_orders,
                 const HashKey& key);

  [[nodiscard]] NameFingerprint fingerprint(SessionId session,
                                            const ClOrdId& clordid) const noexcept;

  /// The node of a name, or kNoIndex.
  [[nodiscard]] std::uint32_t find(const NameFingerprint& name) const noexcept;
  [[nodiscard]] NameState state(std::uint32_t node) const noexcept { return nodes_[node].state; }
  /// The order's slot; only of an open name.
  [[nodiscard]] std::uint32_t slot(std::uint32_t node) const noexcept {
    return static_cast<std::uint32_t>(nodes_[node].order);
  }
  /// The order's id; only of a closed or replaced name.
  [[nodiscard]] OrderId order_id(std::uint32_t node) const noexcept { return {nodes_[node].order}; }

  /// Adds a name that is not inside as its session's latest; the oldest may leave. Returns its
  /// node. `slot` is the one of an open order.
  std::uint32_t remember(SessionId session, const NameFingerprint& name, NameState state,
                         std::uint32_t slot = kNoIndex) noexcept;
  /// The order of an open name is over or has another name; from now on the name leads to its id.
  void close(std::uint32_t node, NameState state, OrderId order_id) noexcept;

  /// remember() of a name whose order is over.
  void remember_closed(SessionId session, const NameFingerprint& name, NameState state,
                       OrderId order_id) noexcept;
  /// The name of an open order that is not among its session's last any more. Returns its node.
  [[nodiscard]] std::uint32_t remember_unlisted(const NameFingerprint& name,
                                                std::uint32_t slot) noexcept;

  [[nodiscard]] const NameFingerprint& name(std::uint32_t node) const noexcept {
    return nodes_[node].name;
  }
  [[nodiscard]] bool is_listed(std::uint32_t node) const noexcept { return nodes_[node].is_listed; }
  /// How many are among the session's last.
  [[nodiscard]] std::uint32_t size(SessionId session) const noexcept {
    return fifos_[session.value - 1].size;
  }
  /// Calls `visit(node)` for each of those from the oldest on.
  template <class Visit>
  void for_each(SessionId session, const Visit& visit) const {
    for (std::uint32_t at = fifos_[session.value - 1].oldest; at != kNoIndex;
         at = nodes_[at].next) {
      visit(at);
    }
  }

  /// Starts to load what find() and remember() will touch.
  void prefetch(SessionId session, const NameFingerprint& name) const noexcept;
  /// The same in two steps, each some time after the other: its place in the table, its node.
  void prefetch_place(const NameFingerprint& name) const noexcept { map_.prefetch(key_of(name)); }
  void prefetch_node(const NameFingerprint& name) const noexcept {
    const std::uint32_t node = map_.find(key_of(name), [](std::uint32_t) { return true; });
    if (node != kNoIndex) __builtin_prefetch(&nodes_[node]);
  }

  /// All names of one session from the oldest on, each of an order with that order's id.
  template <class OrderIdOf>
  void add_to(StateHash& hash, SessionId session, const OrderIdOf& order_id_of) const noexcept {
    hash.add(size(session));
    for_each(session, [&](std::uint32_t at) {
      const Node& node = nodes_[at];
      hash.add(node.name.low);
      hash.add(node.name.high);
      hash.add(static_cast<std::uint64_t>(node.state));
      if (node.state == NameState::open) hash.add(order_id_of(slot(at)).value);
      if (node.state == NameState::closed || node.state == NameState::replaced) {
        hash.add(node.order);
      }
    });
  }

 private:
  struct Node {
    NameFingerprint name;
    std::uint64_t order = 0;        ///< Its slot while the name is open, then its OrderId(37).
    std::uint32_t next = kNoIndex;  ///< The session's next later name; in the free list the next.
    NameState state = NameState::free;
    bool is_listed = false;  ///< Among its session's last.
    std::uint16_t reserved = 0;
  };
  static_assert(sizeof(Node) == 32);

  struct Fifo {
    std::uint32_t oldest = kNoIndex;
    std::uint32_t latest = kNoIndex;
    std::uint32_t size = 0;
  };
  [[nodiscard]] std::uint32_t take(const NameFingerprint& name) noexcept;
  void forget(std::uint32_t node) noexcept;

  FixedArray<Node> nodes_;
  SlotMap<NameHome> map_;
  std::vector<Fifo> fifos_;  ///< By session; never grows.
  HashKey key_;
  std::uint32_t history_;
  std::uint32_t free_ = kNoIndex;
};

}  // namespace sluice

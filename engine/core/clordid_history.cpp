#include "engine/core/clordid_history.hpp"

#include <cstring>

#include "engine/core/assert.hpp"

namespace sluice {

namespace {

// One round for each word and three at the end: what Rust, Python and Ruby use against chosen keys
// in their tables.
using NameHash = SipHash<1, 3>;

}  // namespace

ClordidHistory::ClordidHistory(std::uint32_t sessions, std::uint32_t history,
                               std::uint32_t open_orders, const HashKey& key)
    : nodes_(std::size_t{sessions} * history + open_orders),
      map_(nodes_.size()),
      fifos_(sessions),
      key_(key),
      history_(history) {
  for (auto node = static_cast<std::uint32_t>(nodes_.size()); node-- > 0;) {
    nodes_[node].next = free_;
    free_ = node;
  }
}

NameFingerprint ClordidHistory::fingerprint(SessionId session,
                                            const ClOrdId& clordid) const noexcept {
  std::uint64_t words[5] = {};
  std::memcpy(words, clordid.bytes.data(), ClOrdId::kCapacity);
  words[4] |= static_cast<std::uint64_t>(session.value) << 32U;
  return NameHash(key_)(words);
}

std::uint32_t ClordidHistory::find(const NameFingerprint& name) const noexcept {
  return map_.find(key_of(name), [&](std::uint32_t node) { return nodes_[node].name == name; });
}

std::uint32_t ClordidHistory::remember(SessionId session, const NameFingerprint& name,
                                       NameState state, std::uint32_t slot) noexcept {
  Fifo& fifo = fifos_[session.value - 1];
  if (fifo.size == history_) {
    const std::uint32_t oldest = fifo.oldest;
    Node& leaving = nodes_[oldest];
    fifo.oldest = leaving.next;
    if (fifo.oldest == kNoIndex) fifo.latest = kNoIndex;
    --fifo.size;
    leaving.is_listed = false;
    if (leaving.state != NameState::open) forget(oldest);
  }
  const std::uint32_t added = take(name);
  nodes_[added] = {name, slot, kNoIndex, state, true, 0};
  if (fifo.latest == kNoIndex) {
    fifo.oldest = added;
  } else {
    nodes_[fifo.latest].next = added;
  }
  fifo.latest = added;
  ++fifo.size;
  return added;
}

void ClordidHistory::remember_closed(SessionId session, const NameFingerprint& name,
                                     NameState state, OrderId order_id) noexcept {
  nodes_[remember(session, name, state)].order = order_id.value;
}

std::uint32_t ClordidHistory::remember_unlisted(const NameFingerprint& name,
                                                std::uint32_t slot) noexcept {
  const std::uint32_t added = take(name);
  nodes_[added] = {name, slot, kNoIndex, NameState::open, false, 0};
  return added;
}

std::uint32_t ClordidHistory::take(const NameFingerprint& name) noexcept {
  SLUICE_ASSERT(free_ != kNoIndex);
  const std::uint32_t taken = free_;
  free_ = nodes_[taken].next;
  map_.insert(key_of(name), taken);
  return taken;
}

void ClordidHistory::close(std::uint32_t node, NameState state, OrderId order_id) noexcept {
  nodes_[node].state = state;
  nodes_[node].order = order_id.value;
  if (!nodes_[node].is_listed) forget(node);
}

void ClordidHistory::forget(std::uint32_t node) noexcept {
  map_.erase(key_of(nodes_[node].name), node);
  nodes_[node].state = NameState::free;
  nodes_[node].next = free_;
  free_ = node;
}

void ClordidHistory::prefetch(SessionId session, const NameFingerprint& name) const noexcept {
  map_.prefetch(key_of(name));
  const Fifo& fifo = fifos_[session.value - 1];
  if (fifo.size == history_) map_.prefetch(key_of(nodes_[fifo.oldest].name));
}

}  // namespace sluice

#include "engine/core/clordid_history.hpp"

#include <cstring>

#include "engine/core/assert.hpp"

namespace sluice {

NameFingerprint fingerprint(SessionId session, const ClOrdId& clordid) noexcept {
  std::uint64_t words[5] = {};
  std::memcpy(words, clordid.bytes.data(), ClOrdId::kCapacity);
  words[4] |= static_cast<std::uint64_t>(session.value) << 32U;
  // Two sums over different pairings and constants; neither is a function of the other.
  const std::uint64_t a =
      fold_multiply(words[0] ^ 0x8f3d'61b5'c92e'07a3ULL, words[1] ^ 0x5ac1'9e74'3bd8'f62dULL) +
      fold_multiply(words[2] ^ 0xe217'4d8b'a569'3cf1ULL, words[3] ^ 0x31f9'c6a2'8e57'b40dULL) +
      words[4];
  const std::uint64_t b =
      fold_multiply(words[0] ^ 0xb64e'0f97'd13a'58c9ULL, words[3] ^ 0x78d2'a53c'f61b'e947ULL) ^
      fold_multiply(words[2] ^ 0x1c87'f4e9'62b5'd0a3ULL, words[1] ^ 0xd95b'3a06'ec7f'8125ULL);
  const std::uint64_t low =
      fold_multiply(a ^ 0xa7c5'2e19'f08d'6b43ULL, words[4] ^ b ^ 0x4f6a'd8b1'3c97'e205ULL);
  const std::uint64_t high =
      fold_multiply(b ^ 0x63e8'9b2f'd417'5ac1ULL, words[4] + a + 0xf21d'75c8'0a4e'b693ULL);
  return {low ^ (b + words[0]), high ^ (a + words[2])};
}

ClordidHistory::ClordidHistory(std::uint32_t sessions, std::uint32_t history,
                               std::uint32_t open_orders)
    : nodes_(std::size_t{sessions} * history + open_orders),
      map_(nodes_.size()),
      fifos_(sessions),
      history_(history) {
  for (auto node = static_cast<std::uint32_t>(nodes_.size()); node-- > 0;) {
    nodes_[node].next = free_;
    free_ = node;
  }
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
  SLUICE_ASSERT(free_ != kNoIndex);
  const std::uint32_t added = free_;
  free_ = nodes_[added].next;
  nodes_[added] = {name, slot, kNoIndex, state, true, 0};
  map_.insert(key_of(name), added);
  if (fifo.latest == kNoIndex) {
    fifo.oldest = added;
  } else {
    nodes_[fifo.latest].next = added;
  }
  fifo.latest = added;
  ++fifo.size;
  return added;
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

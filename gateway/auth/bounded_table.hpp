// A table that strangers may fill: it never grows past its capacity, and forgets what is at rest.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <unordered_map>
#include <utility>

#include "engine/core/sip_hash.hpp"

namespace sluice::gateway {

/// `Key` has `std::array<std::uint64_t, N> words() const`; `Entry` has `bool at_rest(now_ns)
/// const`: forgetting it then changes nothing that matters.
///
/// When the table is full the entry that was not asked for longest makes room, if it is at rest. Of
/// the others the oldest kTried are looked at; they count as just used then, so that the next
/// newcomer's look goes on behind them. If none of them rests, the newcomer has no entry of its
/// own: all such share one, `overflow()`. So nobody evicts a lock by showing up under many names.
///
/// Thread safety: one thread. The hash is keyed: nobody chooses where his names lie.
template <class Key, class Entry>
class BoundedTable {
 public:
  static constexpr std::size_t kTried = 8;

  BoundedTable(std::size_t capacity, const HashKey& key)
      : capacity_(capacity), places_(0, KeyHash{key}) {}

  /// Its entry, made if need be, or the one for those that found no room.
  [[nodiscard]] Entry& get(const Key& key, std::int64_t now_ns) {
    if (Entry* found = find(key)) return *found;
    if (entries_.size() >= capacity_ && !make_room(now_ns)) return overflow_;
    entries_.emplace_front(key, Entry{});
    places_.emplace(key, entries_.begin());
    return entries_.front().second;
  }
  /// Null when it has none. Counts as a use.
  [[nodiscard]] Entry* find(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->second;
  }
  [[nodiscard]] Entry& overflow() noexcept { return overflow_; }
  [[nodiscard]] bool is_overflow(const Entry& entry) const noexcept { return &entry == &overflow_; }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

  /// `call(const Key&, Entry&)`, newest first; not for the overflow.
  template <class Call>
  void for_each(Call&& call) {
    for (auto& [key, entry] : entries_) call(key, entry);
  }

 private:
  using Entries = std::list<std::pair<Key, Entry>>;
  struct KeyHash {
    HashKey secret;
    std::size_t operator()(const Key& key) const noexcept {
      const auto words = key.words();
      return SipHash<1, 3>{secret}(words).low;
    }
  };

  bool make_room(std::int64_t now_ns) {
    for (std::size_t tried = 0; tried < std::min(kTried, entries_.size()); ++tried) {
      const auto oldest = std::prev(entries_.end());
      if (oldest->second.at_rest(now_ns)) {
        places_.erase(oldest->first);
        entries_.erase(oldest);
        return true;
      }
      entries_.splice(entries_.begin(), entries_, oldest);
    }
    return false;
  }

  std::size_t capacity_;
  Entries entries_;  ///< The one used last first.
  std::unordered_map<Key, typename Entries::iterator, KeyHash> places_;
  Entry overflow_;
};

}  // namespace sluice::gateway

// From a 32-bit key to the index of a pool element.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "engine/core/memory/fixed_array.hpp"

namespace sluice {

/// Open addressing with linear probing in a table of at least twice the bound; erasing shifts back
/// what follows, so there are no tombstones and a probe's length depends only on what is inside.
/// Keys need not be unique: the caller's predicate says whether an index is the one meant.
/// `Home` turns a key into its well-spread place before masking.
///
/// Thread safety: none.
///
/// Invariants: no allocation after construction; an index is inside at most once; nothing iterates
/// over the table, so its order can influence nothing.
template <class Home>
class SlotMap {
 public:
  /// Room for `bound` elements, below 2^31.
  explicit SlotMap(std::size_t bound)
      : table_(std::bit_ceil(bound < 8 ? std::size_t{16} : 2 * bound), Entry{0, kNoIndex}),
        mask_(table_.size() - 1) {}

  /// The index under `key` for which `is(index)` holds, or kNoIndex.
  template <class Is>
  [[nodiscard]] std::uint32_t find(std::uint32_t key, const Is& is) const noexcept {
    for (std::size_t at = home(key); table_[at].index != kNoIndex; at = (at + 1) & mask_) {
      if (table_[at].key == key && is(table_[at].index)) return table_[at].index;
    }
    return kNoIndex;
  }

  void insert(std::uint32_t key, std::uint32_t index) noexcept {
    std::size_t at = home(key);
    while (table_[at].index != kNoIndex) at = (at + 1) & mask_;
    table_[at] = {key, index};
  }

  /// `index` must be inside under `key`.
  void erase(std::uint32_t key, std::uint32_t index) noexcept {
    std::size_t hole = home(key);
    while (table_[hole].index != index) hole = (hole + 1) & mask_;
    for (std::size_t at = (hole + 1) & mask_; table_[at].index != kNoIndex; at = (at + 1) & mask_) {
      // An entry may move back into the hole unless its home lies behind the hole.
      if (((at - home(table_[at].key)) & mask_) >= ((at - hole) & mask_)) {
        table_[hole] = table_[at];
        hole = at;
      }
    }
    table_[hole].index = kNoIndex;
  }

  void prefetch(std::uint32_t key) const noexcept { __builtin_prefetch(&table_[home(key)]); }

 private:
  struct Entry {
    std::uint32_t key;
    std::uint32_t index;
  };

  [[nodiscard]] std::size_t home(std::uint32_t key) const noexcept { return Home{}(key)&mask_; }

  FixedArray<Entry> table_;
  std::size_t mask_;
};

}  // namespace sluice

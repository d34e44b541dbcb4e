// Open orders by the place that they have in a snapshot: a slot's number means nothing elsewhere.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/memory/fixed_array.hpp"
#include "engine/core/snapshot/archive.hpp"

namespace sluice {

/// Thread safety: one thread. Places are dense from 0, in the order of add().
class SavedOrders {
 public:
  /// `slots`: no slot is that large or larger.
  explicit SavedOrders(std::uint32_t slots) : places_(slots, kNoIndex) {}

  void add(std::uint32_t slot) {
    places_[slot] = size();
    slots_.push_back(slot);
  }
  [[nodiscard]] std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>(slots_.size());
  }
  [[nodiscard]] const std::vector<std::uint32_t>& slots() const noexcept { return slots_; }
  [[nodiscard]] bool has(std::uint32_t slot) const noexcept { return places_[slot] != kNoIndex; }

  /// kNoIndex stands for itself.
  void put(ArchiveWriter& to, std::uint32_t slot) const {
    to.put(slot == kNoIndex ? kNoIndex : places_[slot]);
  }
  [[nodiscard]] std::uint32_t get(ArchiveReader& from) const {
    return slots_[from.get_below(slots_.size(), "an order's place")];
  }
  [[nodiscard]] std::uint32_t get_or_none(ArchiveReader& from) const {
    const auto place = from.get<std::uint32_t>();
    if (place == kNoIndex) return kNoIndex;
    if (place >= slots_.size()) throw SnapshotError("the snapshot is damaged: an order's place");
    return slots_[place];
  }

 private:
  std::vector<std::uint32_t> places_;  // by slot
  std::vector<std::uint32_t> slots_;   // by place
};

}  // namespace sluice

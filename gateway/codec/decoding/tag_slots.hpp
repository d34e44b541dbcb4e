// The decoder's view of fields.hpp, worked out by the compiler: each tag of an order message has a
// slot, each message a set of slots it allows and a set it requires.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "gateway/codec/fields.hpp"

namespace sluice::gateway {

/// A place in a 64-bit set. Two values are no place.
using Slot = std::uint8_t;
inline constexpr Slot kUnknownTag = 0;    ///< No message of ours has it: 373=0.
inline constexpr Slot kElsewhereTag = 1;  ///< A field of other messages only: 373=2.
inline constexpr Slot kFirstSlot = 2;
inline constexpr std::size_t kMaxSlots = 64;

struct TagSlots {
  static constexpr std::size_t kTableTags = 2377;  ///< Covers each tag that has a slot.

  std::array<Slot, kTableTags> of_tag{};
  std::array<int, kMaxSlots> tag_of{};
  std::uint64_t header = 0;
  std::uint64_t trailer = 0;
  std::uint64_t group_members = 0;  ///< May stand more than once in a message.

  [[nodiscard]] constexpr Slot find(int tag) const noexcept {
    if (static_cast<std::size_t>(tag) < kTableTags) return of_tag[static_cast<std::size_t>(tag)];
    return find_field(tag) == nullptr ? kUnknownTag : kElsewhereTag;
  }
};

[[nodiscard]] constexpr std::uint64_t slot_bit(Slot slot) noexcept {
  return std::uint64_t{1} << slot;
}

namespace detail {

consteval TagSlots make_tag_slots() {
  TagSlots slots;
  for (const FieldDef& field : kFields) {
    if (static_cast<std::size_t>(field.tag) < TagSlots::kTableTags) {
      slots.of_tag[static_cast<std::size_t>(field.tag)] = kElsewhereTag;
    }
  }
  Slot next = kFirstSlot;
  const auto add = [&](std::span<const FieldUse> uses, std::uint64_t* part) {
    for (const FieldUse& use : uses) {
      Slot& slot = slots.of_tag[static_cast<std::size_t>(use.tag)];
      if (slot == kElsewhereTag) {
        slot = next++;
        slots.tag_of[slot] = use.tag;
      }
      if (use.group != 0) slots.group_members |= slot_bit(slot);
      if (part != nullptr) *part |= slot_bit(slot);
    }
  };
  add(kHeaderFields, &slots.header);
  add(kTrailerFields, &slots.trailer);
  add(kNewOrderSingleFields, nullptr);
  add(kOrderCancelRequestFields, nullptr);
  add(kOrderCancelReplaceRequestFields, nullptr);
  return slots;
}

}  // namespace detail

inline constexpr TagSlots kTagSlots = detail::make_tag_slots();

/// What one message allows and requires outside header and trailer.
struct MessageShape {
  std::uint64_t allowed = 0;
  std::uint64_t required = 0;

  consteval explicit MessageShape(std::span<const FieldUse> uses) {
    for (const FieldUse& use : uses) {
      const std::uint64_t bit = slot_bit(kTagSlots.find(use.tag));
      if (use.group != 0) continue;  // Only the group's reader takes these.
      allowed |= bit;
      if (use.required) required |= bit;
    }
  }
};

}  // namespace sluice::gateway

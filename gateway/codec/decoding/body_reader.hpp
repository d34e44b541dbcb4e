// The first half of decoding: each field of an order message in its slot, none unknown, misplaced,
// empty or repeated, none missing.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "gateway/codec/decoding/tag_slots.hpp"
#include "gateway/codec/framing/field_scanner.hpp"

namespace sluice::gateway {

/// SessionRejectReason(373), FIX.4.4; `none` is ours. Where QuickFIX has an answer of its own to
/// the same fault, it is the same one.
enum class SessionRejectReason : std::int8_t {
  none = -1,
  invalid_tag = 0,
  required_missing = 1,
  not_for_this_message = 2,
  no_value = 4,
  value_incorrect = 5,
  bad_format = 6,
  undecryptable = 7,
  comp_id_problem = 9,
  sending_time_accuracy = 10,
  invalid_msg_type = 11,
  repeated = 13,
  out_of_order = 14,
  group_count = 16,
};

struct BodyFault {
  SessionRejectReason reason = SessionRejectReason::none;
  int tag = 0;
};

/// PartyID(448) as a short code, and PartyRoleQualifier(2376). Id 0: not given.
struct Party {
  std::uint64_t id = 0;
  std::uint8_t qualifier = 0;
};

/// See DecodeContext.
struct BodyOptions {
  bool check_user_defined;
  bool check_order;
  bool allow_unknown;
};

/// Holds views into the message that it read.
class BodyFields {
 public:
  /// `message` is whole and of type D, F or G; another type is 373=11.
  [[nodiscard]] BodyFault read(std::string_view message, BodyOptions options) noexcept;

  [[nodiscard]] bool has(int tag) const noexcept {
    return (seen_ & slot_bit(kTagSlots.find(tag))) != 0;
  }
  /// Precondition: has(tag), or the message requires it.
  [[nodiscard]] std::string_view value(int tag) const noexcept {
    return values_[kTagSlots.find(tag)];
  }
  [[nodiscard]] char type() const noexcept { return type_; }

  Party client;          ///< PartyRole(452)=3
  Party trader;          ///< 452=12
  Party decision_maker;  ///< 452=122

 private:
  /// One entry of the group 453 as far as it is read.
  struct PartyEntry {
    std::uint64_t seen = 0;  ///< Slots of the entry's fields.
    int role = 0;
    Party party;
  };

  BodyFault take(const FieldView& field, BodyOptions options) noexcept;
  BodyFault pass_over(int tag, BodyOptions options) noexcept;
  BodyFault take_party_field(const FieldView& field, std::uint64_t bit) noexcept;
  BodyFault begin_group(std::string_view count) noexcept;
  BodyFault end_entry() noexcept;
  BodyFault end_group() noexcept;

  char type_ = 0;
  bool in_group_ = false;
  std::uint8_t section_ = 0;  ///< 0 header, 1 body, 2 trailer.
  std::uint64_t allowed_ = 0;
  std::uint64_t seen_ = 0;
  unsigned entries_said_ = 0;
  unsigned entries_met_ = 0;
  PartyEntry entry_;
  std::array<std::string_view, kMaxSlots> values_;
};

}  // namespace sluice::gateway

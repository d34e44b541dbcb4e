#include "gateway/codec/decoding/body_reader.hpp"

#include <bit>
#include <limits>

#include "gateway/codec/values/text.hpp"

namespace sluice::gateway {

namespace {

using Reason = SessionRejectReason;

constexpr MessageShape kNewOrder(kNewOrderSingleFields);
constexpr MessageShape kCancel(kOrderCancelRequestFields);
constexpr MessageShape kReplace(kOrderCancelReplaceRequestFields);
constexpr std::uint64_t kMaxParties = 3;  // One of each role.
constexpr int kFirstUserDefinedTag = 5000;

consteval std::uint64_t bits(std::initializer_list<int> tags) {
  std::uint64_t set = 0;
  for (const int tag : tags) set |= slot_bit(kTagSlots.find(tag));
  return set;
}
constexpr std::uint64_t kPartyFields = bits({448, 447, 452, 2376});
constexpr std::uint64_t kPartyCount = bits({453});
constexpr std::uint64_t kRequiredPartyFields = bits({448, 447, 452});
constexpr std::uint64_t kRequiredHeader = bits({8, 9, 35, 49, 56, 34, 52, 10});

const MessageShape* shape_of(std::string_view msg_type) {
  if (msg_type.size() != 1) return nullptr;
  switch (msg_type.front()) {
    case 'D':
      return &kNewOrder;
    case 'F':
      return &kCancel;
    case 'G':
      return &kReplace;
    default:
      return nullptr;
  }
}

/// A field that has no slot, where the session's options have it ignored. Their reach is
/// QuickFIX's, but for a user-defined field of our own dictionary: no client has a use for that.
bool may_be_passed_over(int tag, Slot slot, BodyOptions options) {
  if (tag < kFirstUserDefinedTag) return options.allow_unknown;
  return !options.check_user_defined && slot == kUnknownTag;
}

int first_tag(std::uint64_t set) {
  return kTagSlots.tag_of[static_cast<std::size_t>(std::countr_zero(set))];
}

}  // namespace

BodyFault BodyFields::read(std::string_view message, BodyOptions options) noexcept {
  FieldScanner scanner(message);
  FieldView field{};
  std::uint64_t required = kRequiredHeader;
  FieldScanner::Step step{};
  while ((step = scanner.next(field)) == FieldScanner::Step::field) {
    if (type_ == 0 && field.tag == 35) {
      const MessageShape* const shape = shape_of(field.value);
      if (shape == nullptr) return {Reason::invalid_msg_type, 35};
      type_ = field.value.front();
      allowed_ = shape->allowed;
      required |= shape->required;
    }
    const BodyFault fault = take(field, options);
    if (fault.reason != Reason::none) return fault;
  }
  if (step == FieldScanner::Step::garbled) return {Reason::bad_format, 0};
  const BodyFault fault = end_group();
  if (fault.reason != Reason::none) return fault;
  const std::uint64_t missing = required & ~seen_;
  if (missing != 0) return {Reason::required_missing, first_tag(missing)};
  return {};
}

BodyFault BodyFields::take(const FieldView& field, BodyOptions options) noexcept {
  if (field.value.empty()) return {Reason::no_value, field.tag};
  const Slot slot = kTagSlots.find(field.tag);
  if (slot < kFirstSlot) {
    if (may_be_passed_over(field.tag, slot, options)) return pass_over(field.tag, options);
    return {slot == kUnknownTag ? Reason::invalid_tag : Reason::not_for_this_message, field.tag};
  }
  const std::uint64_t bit = slot_bit(slot);
  if (in_group_ && (bit & kPartyFields) != 0) return take_party_field(field, bit);
  BodyFault fault = end_group();
  if (fault.reason != Reason::none) return fault;

  const std::uint8_t section = (bit & kTagSlots.header) != 0    ? 0
                               : (bit & kTagSlots.trailer) != 0 ? 2
                                                                : 1;
  if (section == 1 && (bit & allowed_) == 0) {
    // A party outside its group is misplaced, not unknown.
    const bool misplaced = (bit & kPartyFields) != 0 && (allowed_ & kPartyCount) != 0;
    if (options.allow_unknown && !misplaced) return pass_over(field.tag, options);
    return {Reason::not_for_this_message, field.tag};
  }
  if (section < section_ && options.check_order) return {Reason::out_of_order, field.tag};
  section_ = section;
  if ((seen_ & bit) != 0 && (bit & kTagSlots.group_members) == 0) {
    return {Reason::repeated, field.tag};
  }
  seen_ |= bit;
  values_[slot] = field.value;
  return field.tag == 453 ? begin_group(field.value) : BodyFault{};
}

/// A field that nobody reads still stands in the body, and ends a group as any other does.
BodyFault BodyFields::pass_over(int tag, BodyOptions options) noexcept {
  const BodyFault fault = end_group();
  if (fault.reason != Reason::none) return fault;
  if (section_ > 1 && options.check_order) return {Reason::out_of_order, tag};
  section_ = 1;
  return {};
}

BodyFault BodyFields::begin_group(std::string_view count) noexcept {
  std::uint64_t said = 0;
  if (!parse_unsigned(count, std::numeric_limits<std::int32_t>::max(), said)) {
    return {Reason::bad_format, 453};
  }
  if (said > kMaxParties) return {Reason::value_incorrect, 453};
  entries_said_ = static_cast<unsigned>(said);
  in_group_ = true;
  return {};
}

BodyFault BodyFields::take_party_field(const FieldView& field, std::uint64_t bit) noexcept {
  if (field.tag == 448) {
    const BodyFault fault = end_entry();
    if (fault.reason != Reason::none) return fault;
    ++entries_met_;
  } else if (entry_.seen == 0) {
    // An entry begins with 448: what comes before it belongs to none.
    return {Reason::group_count, 453};
  }
  if ((entry_.seen & bit) != 0) return {Reason::group_count, 453};
  entry_.seen |= bit;
  std::uint64_t number = 0;
  switch (field.tag) {
    case 448:
      // A short code has one text: else its echo would differ. 0 would say "not given".
      if (!parse_canonical(field.value, std::numeric_limits<std::uint64_t>::max(),
                           entry_.party.id)) {
        return {Reason::value_incorrect, 448};
      }
      return {};
    case 447:
      if (field.value != "P") return {Reason::value_incorrect, 447};
      return {};
    case 452:
      if (!parse_unsigned(field.value, std::numeric_limits<std::int32_t>::max(), number)) {
        return {Reason::bad_format, 452};
      }
      if (number != 3 && number != 12 && number != 122) return {Reason::value_incorrect, 452};
      entry_.role = static_cast<int>(number);
      return {};
    default:
      if (!parse_unsigned(field.value, std::numeric_limits<std::int32_t>::max(), number)) {
        return {Reason::bad_format, 2376};
      }
      if (number < 22 || number > 24) return {Reason::value_incorrect, 2376};
      entry_.party.qualifier = static_cast<std::uint8_t>(number);
      return {};
  }
}

BodyFault BodyFields::end_entry() noexcept {
  if (entry_.seen == 0) return {};
  const std::uint64_t missing = kRequiredPartyFields & ~entry_.seen;
  if (missing != 0) return {Reason::required_missing, first_tag(missing)};
  Party& place = entry_.role == 3 ? client : entry_.role == 12 ? trader : decision_maker;
  if (place.id != 0) return {Reason::value_incorrect, 452};
  place = entry_.party;
  entry_ = {};
  return {};
}

BodyFault BodyFields::end_group() noexcept {
  if (!in_group_) return {};
  in_group_ = false;
  const BodyFault fault = end_entry();
  if (fault.reason != Reason::none) return fault;
  if (entries_met_ != entries_said_) return {Reason::group_count, 453};
  return {};
}

}  // namespace sluice::gateway

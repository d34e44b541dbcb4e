#include "engine/core/foresight.hpp"

namespace sluice {

void Foresight::expect(const Command& command) noexcept {
  const ClordidHistory& names = state_.names;
  Expected& expected = expected_[next_ % kPlaces];
  expected = {};
  switch (command.type) {
    case CommandType::new_order:
      expected.brings = true;
      break;
    case CommandType::cancel:
      expected.changes = true;
      break;
    case CommandType::replace:
      expected.brings = expected.changes = true;
      break;
    default:
      break;
  }
  if (expected.brings) {
    expected.name = names.fingerprint(command.session, command.clordid);
    names.prefetch_place(expected.name);
  }
  if (expected.changes) {
    expected.orig = names.fingerprint(command.session, command.orig_clordid);
    names.prefetch_place(expected.orig);
  }
  if (const Expected& one = before(kNode); one.changes) names.prefetch_node(one.orig);
  if (const std::uint32_t slot = slot_of(before(kOrder)); slot != kNoIndex) {
    state_.orders.prefetch(slot);
  }
  if (const std::uint32_t slot = slot_of(before(kAround)); slot != kNoIndex) {
    state_.prefetch_finish(slot);
  }
  ++next_;
}

std::uint32_t Foresight::slot_of(const Expected& expected) const noexcept {
  if (!expected.changes) return kNoIndex;
  const std::uint32_t node = state_.names.find(expected.orig);
  if (node == kNoIndex || state_.names.state(node) != NameState::open) return kNoIndex;
  return state_.names.slot(node);
}

}  // namespace sluice

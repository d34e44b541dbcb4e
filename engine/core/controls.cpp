#include "engine/core/controls.hpp"

namespace sluice {

std::uint32_t Controls::run(const Command& command) noexcept {
  switch (command.type) {
    case CommandType::set_kill:
      return set_kill(command);
    case CommandType::mass_cancel:
      return mass_cancel(command);
    case CommandType::cancel_order:
      cancel_order(command);
      return kNoIndex;
    default:
      set_instrument_state(command);
      return kNoIndex;
  }
}

InstrumentId Controls::instrument_of(const Command& command) const noexcept {
  switch (command.type) {
    case CommandType::set_instrument_state:
      return command.instrument;
    case CommandType::cancel_order: {
      const std::uint32_t slot = state_->find(command.order_id);
      return slot == kNoIndex ? InstrumentId{} : state_->orders.hot(slot).instrument;
    }
    default:
      return {};
  }
}

void Controls::set_instrument_state(const Command& command) noexcept {
  if (!state_->knows(command.instrument)) {
    return refuse(command, {RejectCode::unknown_instrument});
  }
  if (!is_state(command.control_action)) {
    return refuse(command, {RejectCode::unknown_control, 0, command.control_action});
  }
  Book& book = state_->book(command.instrument);
  book.state = static_cast<InstrumentState>(command.control_action);
  reports_->state_changed(command, book.state);
}

std::uint32_t Controls::set_kill(const Command& command) noexcept {
  const bool on = (command.control_action & kKillOn) != 0;
  const bool cancels = on && (command.control_action & kKeepResting) == 0;
  Refusal refusal = check_target(command);
  // To keep what rests without stopping entry is no order that makes sense.
  const bool is_action = command.control_action == 0 || command.control_action == kKillOn ||
                         command.control_action == (kKillOn | kKeepResting);
  if (!refusal && !is_action) {
    refusal = {RejectCode::unknown_control, 0, command.control_action};
  }
  if (!refusal && cancels) refusal = check_room(CancelCause::kill_switch);
  if (refusal) {
    refuse(command, refusal);
    return kNoIndex;
  }
  state_->kills.set(command.control_scope, command.target, on);
  reports_->kill_changed(command, command.control_action);
  return cancels ? begin(command, {}, CancelCause::kill_switch) : kNoIndex;
}

std::uint32_t Controls::mass_cancel(const Command& command) noexcept {
  Refusal refusal = check_target(command);
  if (!refusal && command.instrument.value != 0 && !state_->knows(command.instrument)) {
    refusal = {RejectCode::unknown_instrument};
  }
  if (!refusal) refusal = check_room(CancelCause::mass_cancel);
  if (refusal) {
    refuse(command, refusal);
    return kNoIndex;
  }
  reports_->mass_cancel_started(command);
  return begin(command, command.instrument, CancelCause::mass_cancel);
}

void Controls::cancel_order(const Command& command) noexcept {
  const std::uint32_t slot = state_->find(command.order_id);
  const AsOf now = state_->as_of_now();
  const bool gone = slot != kNoIndex && state_->is_gone(slot, now);
  if (gone) matcher_->remove_gone(slot, now, Cause::of(command));
  if (slot == kNoIndex || gone) return refuse(command, {RejectCode::unknown_order});
  reports_->canceled(slot, Cause::of(command), CancelCause::venue_cancel);
  state_->finish(slot, OrdStatus::canceled);
  reports_->cancels_done(command);
}

Refusal Controls::check_target(const Command& command) const noexcept {
  if (state_->kills.knows(command.control_scope, command.target)) return {};
  return {RejectCode::unknown_target, 0, command.target};
}

Refusal Controls::check_room(CancelCause cause) const noexcept {
  if (state_->mass_cancels.has_room_for(cause)) return {};
  return {RejectCode::mass_cancel_capacity, MassCancels::bound_for(cause)};
}

std::uint32_t Controls::begin(const Command& command, InstrumentId only,
                              CancelCause cause) noexcept {
  MassCancel begun;
  begun.last_order = state_->order_count;
  begun.cause = Cause::of(command);
  begun.day = state_->today;
  begun.target = command.target;
  begun.only = only;
  begun.scope = command.control_scope;
  begun.cancel_cause = cause;
  begun.next_side = only.value == 0 ? 0 : 2 * (only.value - 1);
  begun.end_side =
      only.value == 0 ? 2 * static_cast<std::uint32_t>(state_->books.size()) : begun.next_side + 2;
  return state_->mass_cancels.begin(begun);
}

bool Controls::go_on(std::uint32_t mass_cancel) noexcept {
  EngineState& state = *state_;
  MassCancel& it = state.mass_cancels.at(mass_cancel);
  for (; state.budget > 0;) {
    --state.budget;
    if (it.cursor == kNoIndex) {
      if (it.next_side == it.end_side) {
        reports_->cancels_done(it);
        state.mass_cancels.end(mass_cancel);
        return true;
      }
      const Side side = it.next_side % 2 == 0 ? Side::buy : Side::sell;
      it.cursor = state.books[it.next_side / 2].front(side);
      ++it.next_side;
      continue;
    }
    const std::uint32_t slot = it.cursor;
    it.cursor = state.books[(it.next_side - 1) / 2].after(slot);
    if (state.concerns(it, slot)) matcher_->remove_gone(slot, {it.day, it.number}, it.cause);
  }
  return false;
}

}  // namespace sluice

#include "engine/core/scheduler.hpp"

#include <string>

#include "engine/core/engine_hash.hpp"

namespace sluice {

Scheduler::Scheduler(EngineState& state, Matcher& matcher, Requests& requests, Controls& controls)
    : state_(&state),
      matcher_(&matcher),
      requests_(&requests),
      controls_(&controls),
      queue_(state.config.max_deferred, static_cast<std::uint32_t>(state.books.size())) {}

void Scheduler::arrive(const Command& command) noexcept {
  if (!queue_.empty()) {
    const auto is_locked = [this](InstrumentId instrument) {
      return state_->book(instrument).waiting > 0;
    };
    if (const auto behind = must_wait(command, is_locked)) {
      postpone(command, *behind);
      return;
    }
  }
  settle(command, requests_->run(command));
}

template <class IsLocked>
std::optional<InstrumentId> Scheduler::must_wait(const Command& command,
                                                 const IsLocked& is_locked) const noexcept {
  bool named = false;
  if (const auto locked = requests_->first_locked(command, is_locked, named)) return locked;
  const auto behind_name = [&](const ClOrdId& clordid) {
    return queue_.behind(state_->names.fingerprint(command.session, clordid), command.seq);
  };
  const bool is_entry = command.type == CommandType::new_order;
  if (queue_.commands() > 0) {
    // It names an order that an earlier request is about to bring, or brings a name that is taken.
    if (!is_entry && !named) {
      if (const auto behind = behind_name(command.orig_clordid)) return behind;
    }
    if (WorkQueue::brings_name(command.type)) {
      if (const auto behind = behind_name(command.clordid)) return behind;
    }
  }
  // It names nothing: its refusal keeps its place among its instrument's reports.
  const bool is_lost = !is_entry && !named && state_->knows(command.instrument);
  if (is_lost && is_locked(command.instrument)) return command.instrument;
  return std::nullopt;
}

void Scheduler::control(const Command& command) noexcept {
  const auto is_locked = [this](InstrumentId instrument) {
    return state_->book(instrument).waiting > 0;
  };
  const auto behind = controls_->first_locked(command, is_locked);
  if (!behind) {
    settle(controls_->run(command));
  } else if (queue_.has_room_for(command.type)) {
    push_waiting(queue_.store(command, {}), *behind);
  } else {
    controls_->refuse(command, {RejectCode::deferred_capacity, queue_.bound_for(command.type)});
  }
}

void Scheduler::settle(std::uint32_t mass_cancel) noexcept {
  if (mass_cancel != kNoIndex) push({Task::Kind::mass_cancel, {}, mass_cancel});
}

void Scheduler::settle(const Command& command, const Progress& progress) noexcept {
  switch (progress.kind) {
    case Progress::Kind::done:
      break;
    case Progress::Kind::sweeping:
      push({Task::Kind::sweep, progress.instrument, kNoIndex});
      break;
    case Progress::Kind::unjudged:
      postpone(command, progress.instrument);
      break;
  }
}

void Scheduler::postpone(const Command& command, InstrumentId behind) noexcept {
  if (!queue_.has_room_for(command.type)) {
    requests_->refuse_unjudged(command,
                               {RejectCode::deferred_capacity, queue_.bound_for(command.type)});
    return;
  }
  const NameFingerprint name = state_->names.fingerprint(command.session, command.clordid);
  push_waiting(queue_.store(command, name), behind);
}

void Scheduler::push_waiting(std::uint32_t index, InstrumentId behind) noexcept {
  queue_.set_behind(index, behind);
  push({Task::Kind::command, behind, index});
}

void Scheduler::push(const Task& task) noexcept {
  if (task.instrument.value != 0) ++state_->book(task.instrument).waiting;
  queue_.push(task);
}

void Scheduler::pop() noexcept {
  const Task& task = queue_.front();
  if (task.instrument.value != 0) --state_->book(task.instrument).waiting;
  queue_.pop();
}

void Scheduler::tick(const Cause& cause) noexcept {
  // What it ends is settled when it begins: sweeps that wait behind it may hold orders of a later
  // day. next_due() asks for another tick when it is done.
  if (expiring_) return;
  const std::uint32_t first = state_->day_orders.first();
  if (first == kNoIndex || state_->orders.hot(first).day >= state_->today) return;
  expire_below_ = state_->today;
  expire_cause_ = cause;
  expiring_ = true;
  push({Task::Kind::expire_day, {}, kNoIndex});
}

void Scheduler::step() noexcept {
  while (!queue_.empty() && state_->budget > 0) {
    const Task task = queue_.front();
    switch (task.kind) {
      case Task::Kind::sweep:
        if (matcher_->resume(state_->book(task.instrument))) {
          // The aggressor's own end is an operation too: so events stay within two for each.
          if (state_->budget > 0) --state_->budget;
          pop();
        }
        break;
      case Task::Kind::expire_day:
        pop();
        if (expire_days()) {
          expiring_ = false;
        } else {
          // What came later need not wait until all are gone: sweeps that began before these
          // orders were over stood in front of this task, and to all others they are over.
          push({Task::Kind::expire_day, {}, kNoIndex});
        }
        break;
      case Task::Kind::mass_cancel:
        pop();
        // It takes its turn with what came later for the same reason.
        if (!controls_->go_on(task.index)) push(task);
        break;
      case Task::Kind::command:
        --state_->budget;
        run_waiting(task);
        break;
    }
  }
}

bool Scheduler::expire_days() noexcept {
  for (;;) {
    const std::uint32_t slot = state_->day_orders.first();
    if (slot == kNoIndex || state_->orders.hot(slot).day >= expire_below_) return true;
    if (state_->budget == 0) return false;
    --state_->budget;
    matcher_->remove_gone(slot, state_->as_of_now(), expire_cause_);
  }
}

void Scheduler::run_waiting(const Task& task) noexcept {
  const Command& command = queue_.command(task.index);
  if (is_control(command.type)) return run_waiting_control(task);
  // While it waited, the order that it names may have come into a sweep that began later.
  const auto is_locked = [this](InstrumentId instrument) {
    return state_->book(instrument).sweep.active;
  };
  if (const auto behind = must_wait(command, is_locked)) {
    pop();
    push_waiting(task.index, *behind);
    return;
  }
  const Progress progress = requests_->run(command);
  if (progress.kind == Progress::Kind::unjudged) return;
  queue_.release(task.index);
  pop();
  if (progress.kind == Progress::Kind::sweeping) {
    // Before everything that came later.
    ++state_->book(progress.instrument).waiting;
    queue_.push_front({Task::Kind::sweep, progress.instrument, kNoIndex});
  }
}

void Scheduler::run_waiting_control(const Task& task) noexcept {
  // Nothing overtakes it on its instrument, so no sweep can have begun there.
  const std::uint32_t began = controls_->run(queue_.command(task.index));
  queue_.release(task.index);
  pop();
  settle(began);
}

std::optional<TimeNs> Scheduler::next_due() const noexcept {
  const std::uint32_t slot = state_->day_orders.first();
  if (expiring_ || slot == kNoIndex) return std::nullopt;
  return end_of_day(state_->orders.hot(slot).day);
}

void Scheduler::add_to(StateHash& hash) const noexcept {
  hash.add(expiring_ ? expire_below_ : 0);
  if (expiring_) hash.add_bytes(expire_cause_);
  hash.add(queue_.size());
  for (std::uint32_t place = 0; place < queue_.size(); ++place) {
    const Task& task = queue_.at(place);
    hash.add(static_cast<std::uint64_t>(task.kind));
    hash.add(task.instrument.value);
    if (task.kind == Task::Kind::command) hash.add_bytes(queue_.command(task.index));
    if (task.kind == Task::Kind::mass_cancel) add_mass_cancel(hash, *state_, task.index);
  }
}

void Scheduler::save(ArchiveWriter& to) const {
  to.put(static_cast<std::uint8_t>(expiring_));
  to.put(expire_below_);
  to.put(expire_cause_);
  to.put(queue_.size());
  for (std::uint32_t place = 0; place < queue_.size(); ++place) {
    const Task& task = queue_.at(place);
    to.put(task.kind);
    to.put(task.instrument);
    if (task.kind == Task::Kind::mass_cancel) to.put(task.index);
    if (task.kind != Task::Kind::command) continue;
    to.put(queue_.command(task.index));
    to.put(static_cast<std::uint8_t>(queue_.brings(task.index)));
  }
}

void Scheduler::restore(ArchiveReader& from) {
  expiring_ = from.get<std::uint8_t>() != 0;
  expire_below_ = from.get<std::uint32_t>();
  expire_cause_ = from.get<Cause>();
  for (auto left = from.get<std::uint32_t>(); left > 0; --left) {
    Task task;
    task.kind = from.get<Task::Kind>();
    task.instrument = from.get<InstrumentId>();
    if (task.instrument.value != 0 && !state_->knows(task.instrument)) {
      throw SnapshotError("work is left for an instrument that the configuration does not have");
    }
    if (task.kind == Task::Kind::mass_cancel) {
      task.index = from.get_below(kMaxMassCancels, "a mass cancel's place");
    }
    if (task.kind == Task::Kind::command) task.index = restore_waiting(task.instrument, from);
    push(task);
  }
}

std::uint32_t Scheduler::restore_waiting(InstrumentId behind, ArchiveReader& from) {
  const auto command = from.get<Command>();
  const bool brings = from.get<std::uint8_t>() != 0;
  if (queue_.commands() == queue_.capacity()) {
    throw SnapshotError("more commands wait than max_deferred = " +
                        std::to_string(queue_.capacity()));
  }
  NameFingerprint name;
  if (!is_control(command.type)) {
    name = state_->names.fingerprint(command.session, command.clordid);
  }
  return queue_.restore(command, name, behind, brings);
}

}  // namespace sluice

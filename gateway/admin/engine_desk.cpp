#include "gateway/admin/engine_desk.hpp"

namespace sluice::gateway {
namespace {

const ControlOutcome kNotYet{};

}  // namespace

std::optional<std::uint32_t> EngineDesk::send(const Command& order) {
  Command command = order;
  command.time = clock_();
  command.session = SessionId{};
  command.msg_seq_num = ++last_;
  pushed_.fetch_add(1, std::memory_order_acq_rel);
  if (!lane_.try_push(command)) {
    pushed_.fetch_sub(1, std::memory_order_acq_rel);
    return std::nullopt;
  }
  outcomes_.emplace(last_, ControlOutcome{});
  return last_;
}

const ControlOutcome* EngineDesk::find(std::uint32_t number) const {
  const auto found = outcomes_.find(number);
  if (found == outcomes_.end()) return nullptr;
  const ControlOutcome& outcome = found->second;
  const bool waits = durable_ && outcome.answered && outcome.answer.command_seq.value > durable_();
  return waits ? &kNotYet : &outcome;
}

void EngineDesk::note(const Event& event) {
  const auto found = outcomes_.find(event.source_msg_seq_num);
  if (found == outcomes_.end()) return;
  ControlOutcome& outcome = found->second;
  if ((event.flags & kAnswer) != 0) {
    outcome.answered = true;
    outcome.answer = event;
  }
  const bool cancels_follow =
      event.type == EventType::mass_cancel_started ||
      (event.type == EventType::kill_changed && (event.control_state & kKillOn) != 0 &&
       (event.control_state & kKeepResting) == 0);
  if (event.type == EventType::cancels_done) outcome.orders = event.orders;
  outcome.done = !cancels_follow;
}

}  // namespace sluice::gateway

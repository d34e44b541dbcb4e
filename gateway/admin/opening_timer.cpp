#include "gateway/admin/opening_timer.hpp"

#include <utility>

#include "engine/types/durations.hpp"

namespace sluice::gateway {

OpeningTimer::OpeningTimer(const OpeningConfig& config, std::vector<InstrumentId> closed,
                           std::int64_t started_ns)
    : closed_(std::move(closed)) {
  const auto add = [&](std::uint32_t after_s, InstrumentState to) {
    if (after_s != 0) steps_.push_back({started_ns + std::int64_t{after_s} * kNsPerSecond, to});
  };
  add(config.post_only_after_s, InstrumentState::post_only);
  add(config.continuous_after_s, InstrumentState::continuous);
}

bool OpeningTimer::turn(AdminDesk& desk, std::int64_t now_ns) {
  if (closed_.empty() || next_ == steps_.size() || now_ns < steps_[next_].due_ns) return false;
  const Step& step = steps_[next_];
  if (!open(desk, step)) return true;  // the ring is full: the others at the next turn
  for (const std::uint32_t number : numbers_) {
    const ControlOutcome* const outcome = desk.engine.find(number);
    if (outcome != nullptr && !outcome->done) return true;
  }
  for (const std::uint32_t number : numbers_) desk.engine.forget(number);
  numbers_.clear();
  if (step.to == InstrumentState::continuous) {
    for (const InstrumentId id : closed_) desk.controls.set_closed(id, false);
  }
  opened_ = 0;
  ++next_;
  desk.logger->warn("instruments that came up cancel-only are now {}", name_of(step.to));
  (void)desk.save_controls();
  return true;
}

bool OpeningTimer::open(AdminDesk& desk, const Step& step) {
  for (; opened_ < closed_.size(); ++opened_) {
    const InstrumentId id = closed_[opened_];
    if (!desk.controls.is_closed(id)) continue;
    Command command{};
    command.type = CommandType::set_instrument_state;
    command.instrument = id;
    command.control_action = static_cast<std::uint8_t>(step.to);
    const auto number = desk.engine.send(command);
    if (!number) return false;
    numbers_.push_back(*number);
  }
  return true;
}

}  // namespace sluice::gateway

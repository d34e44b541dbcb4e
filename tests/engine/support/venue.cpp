#include "tests/engine/support/venue.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace sluice::test {

EngineConfig small_config() {
  EngineConfig config;
  config.unit = 5;
  config.epoch = 9;
  config.max_orders = 4'096;
  config.max_levels = 4'096;
  config.max_level_pages = 4'096;
  config.sessions = 3;
  config.firms = 2;
  config.accounts = 40;
  config.session_firm = {{1}, {1}, {2}};
  config.clordid_history = 4'096;
  config.order_history = 4'096;
  config.work_per_command = 1U << 20U;
  config.max_deferred = 64;
  config.instruments.resize(3);
  return config;
}

std::vector<OrderView> book_of(const Engine& engine, std::uint32_t instrument, Side side) {
  std::vector<OrderView> orders;
  engine.for_each_order(
      {instrument}, side,
      [](void* context, const OrderView& order) {
        static_cast<std::vector<OrderView>*>(context)->push_back(order);
      },
      &orders);
  return orders;
}

std::vector<std::string> brief(const std::vector<OrderView>& orders) {
  std::vector<std::string> lines;
  for (const OrderView& order : orders) {
    lines.push_back(std::string(order.clordid.view()) + " " +
                    std::to_string((order.qty - order.cum_qty).value) + "@" +
                    std::to_string(order.price.value));
  }
  return lines;
}

std::vector<Event> Venue::submit(const Command& asked) {
  Command command = asked;
  command.seq = {++seq_};
  if (command.time == TimeNs{}) command.time = now_;
  now_ = std::max(now_, command.time);
  const bool is_answered = command.session.value != 0 || is_control(command.type);
  if (is_answered && command.msg_seq_num == 0) command.msg_seq_num = ++msg_seq_num_;
  engine_.apply(command, sink_);
  std::vector<Event> events = sink_.take();
  const std::string complaint = audit_.observe(command, events, engine_.has_pending_work());
  if (!complaint.empty()) ADD_FAILURE() << complaint << "\nafter " << command;
  EXPECT_EQ(engine_.last_seq().value, command.seq.value);
  EXPECT_EQ(engine_.now().value, audit_.now().value);
  EXPECT_EQ(engine_.last_exec_count(), audit_.events());
  history_.insert(history_.end(), events.begin(), events.end());
  return events;
}

std::vector<Event> Venue::drain() {
  std::vector<Event> events;
  for (int steps = 0; engine_.has_pending_work(); ++steps) {
    if (steps > 1'000'000) throw std::runtime_error("the engine never finishes its work");
    const std::vector<Event> step = submit(continue_work());
    events.insert(events.end(), step.begin(), step.end());
  }
  return events;
}

OrderId Venue::id_of(std::uint32_t session, std::string_view clordid) const {
  for (auto event = history_.rbegin(); event != history_.rend(); ++event) {
    if (event->session.value == session && event->clordid.view() == clordid &&
        event->type == EventType::order_accepted)
      return event->order_id;
  }
  throw std::logic_error("no such order was accepted: " + std::string(clordid));
}

}  // namespace sluice::test

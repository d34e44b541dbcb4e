// What waits for a long sweep changes only when an answer comes: each instrument's own story is the
// one that an engine with unbounded work tells. Ids are counted over all instruments, so an order
// is known by the name of its entry here; and no day ends, because a command acts on the day on
// which its turn comes.
#include <charconv>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "engine/core/engine.hpp"
#include "tests/engine/properties/generators.hpp"
#include "tests/engine/support/commands.hpp"
#include "tests/engine/support/print.hpp"
#include "tests/engine/support/recording_sink.hpp"
#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

// Commands that touch one instrument each and whose names are used once, whatever became of the
// commands before. Number i is called "n<i>".
class OneInstrumentEach {
 public:
  // Two piles and an order that takes a part of one: instrument 1 is locked from the start, and the
  // sweeps that follow find enough to be long.
  OneInstrumentEach() {
    for (int i = 0; i < 120; ++i) {
      add(sell(1, next_name()).at(100));
      add(buy(1, next_name()).at(99));
    }
    add(buy(2, next_name()).qty(40).at(100));
  }
  void add(const Intent& intent) {
    if (intent.kind == Intent::Kind::control) return change_state(intent);
    // Small orders pile up on both sides, large ones take from the piles.
    const bool large = intent.qty % 4 == 3;
    const std::int64_t qty = large ? 30 : 1 + intent.qty % 3;
    const Side side = intent.sell ? Side::sell : Side::buy;
    const std::int64_t distance = intent.price % 4;
    const bool above = large != intent.sell;
    const std::int64_t price = above ? 100 + distance : 99 - distance;
    if (intent.kind != Intent::Kind::cancel && intent.kind != Intent::Kind::replace) {
      CommandBuilder entry = new_order(side, intent.session + 1U, next_name());
      return add(
          with_condition(entry.qty(qty).at(price).on(intent.instrument % 4 == 0 ? 2 : 1), intent));
    }
    // Copied: add() may move it. A cancel's name leads nowhere, which is an answer too.
    const Command target = commands_[commands_.size() - 1 - intent.target % commands_.size()];
    if (target.session.value == 0) return;
    const bool is_cancel = intent.kind == Intent::Kind::cancel;
    CommandBuilder request = is_cancel ? cancel(target.session.value, next_name())
                                       : replace(target.session.value, next_name());
    request.on(target.instrument.value).orig(target.clordid.view());
    // Half of the replaces change the quantity only: these may keep their place.
    const std::int64_t new_price = intent.condition % 2 == 0 ? target.price.value : price;
    add(is_cancel ? request : request.side(target.side).qty(qty).at(new_price));
  }
  [[nodiscard]] const std::vector<Command>& commands() const { return commands_; }

 private:
  // Mostly back to continuous: what is refused makes no long sweeps.
  void change_state(const Intent& intent) {
    const auto state = intent.qty % 4 == 0 ? static_cast<InstrumentState>(1 + intent.price % 6)
                                           : InstrumentState::continuous;
    add(set_state(state, intent.instrument % 4 == 0 ? 2 : 1));
  }
  static CommandBuilder& with_condition(CommandBuilder& entry, const Intent& intent) {
    switch (intent.condition) {
      case 9:
        return entry.ioc();
      case 10:
        return entry.fok();
      case 11:
        return entry.post_only();
      case 12:
        return entry.day();
      case 13:
        return entry.market();
      default:
        return entry;
    }
  }
  [[nodiscard]] std::string next_name() const { return "n" + std::to_string(commands_.size()); }
  void add(const Command& given) {
    Command command = given;
    command.time = kNoon;
    command.seq = {commands_.size() + 1};
    command.msg_seq_num = static_cast<std::uint32_t>(commands_.size() + 1);
    commands_.push_back(command);
  }

  std::vector<Command> commands_;
};

// Events by instrument, each order under the number of its entry's name.
class Stories {
 public:
  void hear(std::vector<Event> events) {
    for (Event& event : events) {
      if (event.type == EventType::order_accepted) {
        const std::string_view digits = event.clordid.view().substr(1);
        std::from_chars(digits.begin(), digits.end(), entries_[event.order_id]);
      }
      event.order_id = {entries_[event.order_id]};
      event.contra_order_id = {entries_[event.contra_order_id]};
      event.exec_id = {};
      event.match_id = {};
      event.command_seq = {};
      of_[event.instrument.value].push_back(event);
    }
  }
  [[nodiscard]] const std::vector<Event>& of(std::uint32_t instrument) { return of_[instrument]; }

 private:
  std::map<OrderId, std::uint64_t> entries_;
  std::map<std::uint32_t, std::vector<Event>> of_;
};

RC_GTEST_PROP(InstrumentOrder, UndrainedEachInstrumentsReportsAreThoseOfUnboundedWork, ()) {
  OneInstrumentEach flow;
  for (const Intent& intent : *any_flow()) flow.add(intent);
  EngineConfig config = small_config();
  Engine whole(config);
  config.work_per_command = 8;
  config.max_deferred = 4'096;
  Engine stepwise(config);
  RecordingSink whole_sink;
  RecordingSink stepwise_sink;
  std::size_t lagged = 0;
  for (const Command& command : flow.commands()) {
    whole.apply(command, whole_sink);
    stepwise.apply(command, stepwise_sink);
    if (stepwise.has_pending_work()) ++lagged;
  }
  RC_ASSERT(lagged > 0U);
  Command more{};
  more.type = CommandType::continue_work;
  more.time = kNoon;
  while (stepwise.has_pending_work()) {
    more.seq = {stepwise.last_seq().value + 1};
    stepwise.apply(more, stepwise_sink);
  }
  Stories expected;
  Stories told;
  expected.hear(whole_sink.take());
  told.hear(stepwise_sink.take());
  for (std::uint32_t i = 1; i <= config.instruments.size(); ++i) {
    const std::string found = difference(expected.of(i), told.of(i));
    if (!found.empty()) RC_FAIL("instrument " + std::to_string(i) + ": " + found);
  }
}

}  // namespace
}  // namespace sluice::test

// Work in small steps comes to the same end as work in one.
#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

#include "engine/core/engine.hpp"
#include "tests/engine/properties/generators.hpp"
#include "tests/engine/support/book_rebuilder.hpp"
#include "tests/engine/support/print.hpp"
#include "tests/engine/support/recording_sink.hpp"
#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

// Flows for sweeps: many small orders at few prices against large ones, on one or two instruments.
rc::Gen<std::vector<Intent>> sweeping_flow() {
  return rc::gen::scale(
      4.0, rc::gen::container<std::vector<Intent>>(rc::gen::map(any_intent(), [](Intent intent) {
        if (intent.instrument < 60) intent.instrument = intent.instrument % 8 == 0 ? 2 : 0;
        const bool large = intent.qty % 8 == 7;
        if (intent.kind == Intent::Kind::enter && intent.qty < 60) intent.qty = large ? 12 : 0;
        intent.sell = large != intent.sell;
        return intent;
      })));
}

EngineConfig stepwise_config() {
  EngineConfig config = random_flow_config();
  config.work_per_command = 8;
  return config;
}

// The command that caused an event differs in number where a continuation did the work.
std::vector<Event> without_command_seq(std::vector<Event> events) {
  for (Event& event : events) event.command_seq = {};
  return events;
}

RC_GTEST_PROP(BoundedWork, DrainedAfterEachCommandItGivesTheEventsOfUnboundedWork, ()) {
  const std::vector<Intent> flow = *sweeping_flow();
  Engine whole(random_flow_config());
  Engine stepwise(stepwise_config());
  RecordingSink sink;
  FlowPlayer player;
  std::uint64_t seq = 0;
  for (const Intent& intent : flow) {
    Command command = player.next(intent);
    whole.apply(command, sink);
    const std::vector<Event> expected = sink.take();
    player.hear(expected);

    command.seq = {++seq};
    stepwise.apply(command, sink);
    while (stepwise.has_pending_work()) {
      Command more{};
      more.type = CommandType::continue_work;
      more.seq = {++seq};
      more.time = command.time;
      stepwise.apply(more, sink);
    }
    std::string found = difference(without_command_seq(expected), without_command_seq(sink.take()));
    for (std::uint32_t i = 1; i <= 3 && found.empty(); ++i) {
      for (const Side side : {Side::buy, Side::sell}) {
        found += difference(book_of(whole, i, side), book_of(stepwise, i, side));
      }
    }
    if (!found.empty()) RC_FAIL(found);
  }
}

RC_GTEST_PROP(BoundedWork, UndrainedEveryCommandIsAnsweredOnceAndNothingIsLost, ()) {
  const std::vector<Intent> flow = *sweeping_flow();
  EngineConfig config = stepwise_config();
  config.max_deferred = *rc::gen::element(1U, 4U, 64U);
  Venue venue(config);
  FlowPlayer player;
  std::size_t commands = 0;
  for (const Intent& intent : flow) {
    Command command = player.next(intent);
    if (command.type != CommandType::tick) ++commands;
    const std::vector<Event> events = venue.submit(command);
    player.hear(events);
    // One step for the command, one for the work that waited; two events a match.
    RC_ASSERT(events.size() <= 2U * 2U * config.work_per_command + 4U);
  }
  venue.drain();
  RC_ASSERT(venue.audit().unanswered() == 0U);
  RC_ASSERT(venue.audit().open_orders() == venue.engine().open_orders());
  const auto answers = static_cast<std::size_t>(
      std::count_if(venue.history().begin(), venue.history().end(),
                    [](const Event& event) { return (event.flags & kAnswer) != 0; }));
  RC_ASSERT(answers == commands);
}

RC_GTEST_PROP(BoundedWork, UndrainedTheFinalBooksAreThoseOfTheEvents, ()) {
  const std::vector<Intent> flow = *sweeping_flow();
  Venue venue(stepwise_config());
  FlowPlayer player;
  for (const Intent& intent : flow) player.hear(venue.submit(player.next(intent)));
  venue.drain();
  BookRebuilder rebuilder;
  rebuilder.observe(venue.history());
  for (std::uint32_t i = 1; i <= 3; ++i) {
    for (const Side side : {Side::buy, Side::sell}) {
      const std::string found =
          difference(rebuilder.book(i, side), book_of(venue.engine(), i, side));
      if (!found.empty()) RC_FAIL(found);
    }
    const auto bid = venue.engine().best({i}, Side::buy);
    const auto offer = venue.engine().best({i}, Side::sell);
    RC_ASSERT(!bid || !offer || bid->price < offer->price);
  }
}

}  // namespace
}  // namespace sluice::test

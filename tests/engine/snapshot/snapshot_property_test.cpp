// An engine that is made again from its snapshot goes on as if nothing had been, wherever it was.
#include <algorithm>
#include <gtest/gtest.h>
#include <memory>

#include "tests/engine/properties/generators.hpp"
#include "tests/engine/snapshot/snapshot.hpp"
#include "tests/engine/support/print.hpp"
#include "tests/engine/support/recording_sink.hpp"

namespace sluice::test {
namespace {

RC_GTEST_PROP(Snapshot, OfEachStepGoesOnAsTheEngineDoes, ()) {
  EngineConfig config = random_flow_config();
  config.work_per_command = *rc::gen::element(8U, 32U, 1U << 20U);
  const std::vector<Intent> flow = *any_flow();
  Engine engine(config);
  // Restored again and again: what one restoring loses the next ones cannot have.
  auto copy = std::make_unique<Engine>(config);
  RecordingSink sink;
  FlowPlayer player;
  for (const Intent& intent : flow) {
    const Command command = player.next(intent);
    engine.apply(command, sink);
    const std::vector<Event> expected = sink.take();
    copy->apply(command, sink);
    const std::string found = difference(expected, sink.take());
    if (!found.empty()) RC_FAIL(found);
    copy = restored(saved(*copy), config);
    RC_ASSERT(copy->state_hash() == engine.state_hash());
    RC_ASSERT(copy->next_due() == engine.next_due());
    RC_ASSERT(copy->has_pending_work() == engine.has_pending_work());
    RC_ASSERT(copy->open_orders() == engine.open_orders());
    player.hear(expected);
  }
  RC_ASSERT(saved(*copy) == saved(engine));
}

// More of everything does not change what was there: ids of the old ones stay.
RC_GTEST_PROP(Snapshot, IntoALargerConfigurationGoesOnAsTheEngineDoes, ()) {
  EngineConfig config = random_flow_config();
  config.work_per_command = *rc::gen::element(8U, 1U << 20U);
  const std::vector<Intent> flow = *any_flow();
  EngineConfig larger = config;
  larger.max_orders *= 2;
  larger.max_levels *= 2;
  larger.max_level_pages *= 2;
  larger.sessions += 2;
  larger.session_firm.push_back({2});
  larger.session_firm.push_back({});
  larger.firms += 1;
  larger.accounts += 3;
  larger.max_deferred *= 2;
  larger.name_key = {1, 2};
  Engine engine(config);
  std::unique_ptr<Engine> copy;
  RecordingSink sink;
  FlowPlayer player;
  for (std::size_t i = 0; i < flow.size(); ++i) {
    const Command command = player.next(flow[i]);
    if (i == flow.size() / 2) copy = restored(saved(engine), larger);
    engine.apply(command, sink);
    const std::vector<Event> expected = sink.take();
    player.hear(expected);
    if (copy == nullptr) continue;
    copy->apply(command, sink);
    const std::vector<Event> events = sink.take();
    // What there was too little of, or not at all, is there now.
    const auto is_of_size = [](const Event& event) {
      return event.reject == RejectCode::deferred_capacity ||
             event.reject == RejectCode::unknown_target;
    };
    if (std::ranges::any_of(expected, is_of_size)) break;
    const std::string found = difference(expected, events);
    if (!found.empty()) RC_FAIL(found);
  }
}

// A file is checked before, so this is for whoever makes a mistake in here: an error, never more.
RC_GTEST_PROP(Snapshot, ThatIsCutShortIsRefused, ()) {
  EngineConfig config = random_flow_config();
  config.work_per_command = 8;
  config.max_orders = 64;
  Engine engine(config);
  RecordingSink sink;
  FlowPlayer player;
  for (const Intent& intent : *any_flow()) {
    engine.apply(player.next(intent), sink);
    player.hear(sink.take());
  }
  const std::vector<std::byte> bytes = saved(engine);
  const auto part = *rc::gen::inRange<std::size_t>(0, bytes.size());
  RC_ASSERT_THROWS_AS(static_cast<void>(restored(std::span(bytes).first(part), config)),
                      SnapshotError);
}

}  // namespace
}  // namespace sluice::test

// What an engine is told to expect changes nothing: neither events nor state, also where it does
// not come.
#include <cstdio>
#include <gtest/gtest.h>
#include <random>
#include <vector>

#include "engine/core/engine.hpp"
#include "tests/engine/support/print.hpp"
#include "tests/engine/support/random_flow.hpp"
#include "tests/engine/support/recording_sink.hpp"

namespace sluice::test {
namespace {

TEST(Foresight, ChangesNeitherEventsNorState) {
  const auto seed = std::random_device{}();
  std::printf("seed %u\n", seed);
  std::mt19937_64 random(seed);
  Engine plain(random_flow_config());
  FlowPlayer player;
  std::vector<Command> commands;
  std::vector<Event> events;
  for (int n = 0; n < 5'000; ++n) {
    commands.push_back(player.next(random_intent(random)));
    commands.back().seq = {plain.last_seq().value + 1};
    RecordingSink sink;
    plain.apply(commands.back(), sink);
    const std::vector<Event> caused = sink.take();
    player.hear(caused);
    events.insert(events.end(), caused.begin(), caused.end());
  }
  Engine told(random_flow_config());
  RecordingSink sink;
  for (std::size_t n = 0; n < commands.size(); ++n) {
    // One of any time before or after, and the right one.
    told.expect(commands[random() % commands.size()]);
    if (n + Engine::kExpectedAhead < commands.size()) {
      told.expect(commands[n + Engine::kExpectedAhead]);
    }
    told.apply(commands[n], sink);
  }
  EXPECT_EQ(difference(events, sink.take()), "");
  EXPECT_EQ(told.state_hash(), plain.state_hash());
}

TEST(Foresight, IsOfNoUseBeforeAnythingIsThereAndHarmless) {
  Engine engine(random_flow_config());
  for (int type = 0; type < 256; ++type) {
    Command command{};
    command.type = static_cast<CommandType>(type);
    command.session = {UINT32_MAX};
    engine.expect(command);
  }
  EXPECT_EQ(engine.state_hash(), Engine(random_flow_config()).state_hash());
}

}  // namespace
}  // namespace sluice::test

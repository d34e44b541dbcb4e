// apply() takes nothing from the heap and gives nothing back.
#include <gtest/gtest.h>
#include <iostream>
#include <memory>
#include <new>
#include <random>

#include "engine/core/engine.hpp"
#include "tests/engine/support/print.hpp"
#include "tests/engine/support/random_flow.hpp"
#include "tests/engine/support/recording_sink.hpp"
#include "tests/engine/support/venue.hpp"
#include "tests/support/heap/heap_use.hpp"

namespace sluice::test {
namespace {

constexpr int kCommands = 200'000;

TEST(Allocation, CounterSeesAnAllocation) {
  const HeapUse before = heap_use_of_this_thread();
  // Called by name: a compiler may leave out a new-expression whose result nobody needs.
  ::operator delete(::operator new(100));
  const HeapUse used = heap_use_of_this_thread() - before;
  EXPECT_EQ(used.allocations, 1U);
  EXPECT_EQ(used.releases, 1U);
}

// Random commands with bounds near enough to be met: books, histories and queues of waiting
// commands fill and empty again.
TEST(Allocation, ApplyNeverTouchesTheHeapOverRandomCommands) {
  EngineConfig config = random_flow_config();
  config.work_per_command = 8;
  config.max_deferred = 8;
  config.max_orders = 400;
  config.max_levels = 64;
  config.max_level_pages = 64;
  config.clordid_history = 1'000;
  Engine engine(config);
  const auto sink = std::make_unique<RecordingSink>();
  CountingSink counting;
  constexpr std::uint64_t kSeed = 20'260'502;
  std::cout << "seed " << kSeed << '\n';
  std::mt19937_64 random(kSeed);
  FlowPlayer player;

  // Events of a mirror engine tell the player which orders exist; only the other one is watched.
  Engine mirror(config);
  std::uint64_t allocated = 0;
  std::uint64_t released = 0;
  for (int i = 0; i < kCommands; ++i) {
    const Command command = player.next(random_intent(random));
    mirror.apply(command, *sink);
    player.hear(sink->take());
    const HeapUse before = heap_use_of_this_thread();
    engine.apply(command, counting);
    static_cast<void>(engine.next_due());
    static_cast<void>(engine.has_pending_work());
    static_cast<void>(engine.best({1}, Side::buy));
    const HeapUse used = heap_use_of_this_thread() - before;
    allocated += used.allocations;
    released += used.releases;
  }
  EXPECT_EQ(allocated, 0U);
  EXPECT_EQ(released, 0U);
  EXPECT_GT(counting.count(), static_cast<std::uint64_t>(kCommands) / 2);
  EXPECT_EQ(engine.state_hash(), mirror.state_hash());
}

}  // namespace
}  // namespace sluice::test

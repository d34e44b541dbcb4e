// What a runner has journaled makes the same engine again.
#include "engine/journal/command_journal.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "engine/journal/engine_replay.hpp"
#include "engine/journal/live_tail.hpp"
#include "tests/engine/journal/memory.hpp"
#include "tests/engine/runner/runner_fixture.hpp"
#include "tests/engine/support/print.hpp"
#include "tests/engine/support/recording_sink.hpp"

namespace sluice::test {
namespace {

constexpr std::size_t kCommandsPerSegment = 100;
constexpr std::size_t kJournalSegmentBytes =
    SegmentHeader::kBytes + kCommandsPerSegment * stride_of(sizeof(Command)) + stride_of(0);

/// How a replay ended.
struct Replayed {
  std::uint64_t commands = 0;
  std::string wrong;
};

/// Into an engine that has begun.
Replayed replay(StreamReader& from, Engine& engine, EventSink& sink) {
  Replayed done;
  const std::uint64_t before = engine.last_seq().value;
  try {
    read_stream(from, [&](const RecordView& record) { apply_record(engine, record, sink); });
  } catch (const JournalDamage& damage) {
    done.wrong = damage.what();
  }
  done.commands = engine.last_seq().value - before;
  return done;
}

class JournaledRunner : public RunnerTest {
 protected:
  void make_journaled(std::size_t segments) {
    make(1'024, 1'024);
    give(segments);
    journal_.emplace(supply_, StreamOrigin{.kind = StreamKind::commands, .epoch = 1}, 1,
                     StreamPosition{}, sizeof(Command), 0);
    run_with({.idle = IdleKind::yield, .journal = &*journal_});
  }
  void give(std::size_t segments) {
    for (; segments > 0; --segments)
      supply_.give(memory_.emplace_back(kJournalSegmentBytes).span());
  }
  StreamReader reader() {
    return {[this](std::uint64_t index) -> std::optional<std::span<const std::byte>> {
              if (index > memory_.size()) return std::nullopt;
              return memory_[index - 1].view();
            },
            StreamKind::commands, 1, StreamPosition{}};
  }
  void push(std::uint32_t session, const Command& command) {
    ASSERT_TRUE(lanes_[session - 1]->try_push(command));
  }
  std::vector<Event> logged() {
    std::vector<Event> events(log_->written());
    for (std::size_t n = 0; n < events.size(); ++n) {
      EXPECT_EQ(log_->read(n + 1, events[n]), ExecutionLog::ReadStatus::ok);
    }
    return events;
  }
  /// The journal in a fresh engine: the same events and the same state.
  void expect_same_again() {
    Engine fresh(engine_config());
    RecordingSink sink;
    StreamReader from = reader();
    const Replayed replayed = replay(from, fresh, sink);
    EXPECT_EQ(replayed.wrong, "");
    EXPECT_EQ(replayed.commands, engine_->last_seq().value);
    EXPECT_EQ(difference(logged(), sink.take()), "");
    EXPECT_EQ(fresh.state_hash(), engine_->state_hash());
  }

  std::deque<Memory> memory_;
  SegmentSupply supply_;
  std::optional<StreamWriter> journal_;
};

TEST_F(JournaledRunner, GivesTheSameEventsAndStateAgain) {
  make_journaled(20);
  std::mt19937_64 random(11);
  for (int n = 0; n < 1'500; ++n) {
    const auto session = static_cast<std::uint32_t>(1 + random() % 2);
    const auto price = static_cast<std::int64_t>(95 + random() % 10);
    Command command = order(session, random() % 2 == 0 ? Side::buy : Side::sell, price,
                            static_cast<std::int64_t>(1 + random() % 40));
    // Some end by the clock: ticks are commands too.
    if (random() % 4 == 0) command.tif = TimeInForce::day;
    if (n % 500 == 499) fake_now_ns += kNsPerDay;
    push(session, command);
    (void)runner_->turn();
  }
  while (runner_->turn()) continue;
  EXPECT_GT(engine_->last_seq().value, 1'500U) << "ticks and continued work";
  expect_same_again();
}

TEST_F(JournaledRunner, TakesNoMoreThanTheJournalHasRoomForAndLosesNothing) {
  make_journaled(1);
  for (std::size_t n = 0; n < 2 * kCommandsPerSegment; ++n) push(1 + n % 2, order(1 + n % 2));
  while (runner_->turn()) continue;
  EXPECT_EQ(engine_->last_seq().value, kCommandsPerSegment);
  EXPECT_GT(runner_->counters().journal_stalls.load(), 0U);
  // An admin's look is no command.
  EXPECT_EQ(engine_->open_orders(), kCommandsPerSegment);
  give(1);
  while (runner_->turn()) continue;
  EXPECT_EQ(engine_->last_seq().value, 2 * kCommandsPerSegment);
  expect_same_again();
}

TEST_F(JournaledRunner, TicksAndContinuedWorkWaitForRoomToo) {
  make_journaled(1);
  // The last command fills the journal, and sweeps more than one step may.
  for (std::size_t n = 0; n + 1 < kCommandsPerSegment; ++n) push(1, order(1, Side::sell, 100));
  while (runner_->turn()) continue;
  Command sweep = order(2, Side::buy, 100, static_cast<std::int64_t>(kCommandsPerSegment));
  sweep.tif = TimeInForce::day;
  push(2, sweep);
  while (runner_->turn()) continue;
  EXPECT_TRUE(engine_->has_pending_work());
  fake_now_ns += kNsPerDay;
  EXPECT_FALSE(runner_->turn());
  EXPECT_EQ(engine_->last_seq().value, kCommandsPerSegment);
  give(2);
  while (runner_->turn()) continue;
  EXPECT_FALSE(engine_->has_pending_work());
  EXPECT_EQ(engine_->open_orders(), 0U);
  expect_same_again();
}

TEST_F(JournaledRunner, AThreadThatStopsLeavesWhatTheJournalHasNoRoomFor) {
  make_journaled(1);
  for (std::size_t n = 0; n < kCommandsPerSegment + 10; ++n) push(1, order(1));
  runner_->start();
  runner_->stop();
  EXPECT_EQ(engine_->last_seq().value, kCommandsPerSegment);
  EXPECT_EQ(lanes_[0]->commands.waiting(), 10U);
  expect_same_again();
}

TEST_F(JournaledRunner, ADamagedJournalIsReplayedUpToItsDamage) {
  make_journaled(3);
  for (std::size_t n = 0; n < 250; ++n) push(1, order(1));
  while (runner_->turn()) continue;
  memory_[1].span()[SegmentHeader::kBytes + 20 * stride_of(sizeof(Command)) + 77] ^= std::byte{4};
  Engine fresh(engine_config());
  RecordingSink sink;
  StreamReader from = reader();
  const Replayed replayed = replay(from, fresh, sink);
  EXPECT_EQ(replayed.commands, kCommandsPerSegment + 20);
  EXPECT_EQ(replayed.wrong, "segment 2, offset 10496, sequence 121: length or CRC is wrong");
}

TEST_F(JournaledRunner, ALengthThatBecameZeroIsNoEndWhereMoreFollows) {
  make_journaled(2);
  for (std::size_t n = 0; n < 150; ++n) push(1, order(1));
  while (runner_->turn()) continue;
  // A record in the middle; the end of the first segment; the last record of all.
  for (const auto& [segment, record, wrong] :
       {std::tuple{
            0U, 20U,
            "segment 1, offset 10496, sequence 21: nothing is written here, but later records "
            "are"},
        std::tuple{
            0U, 100U,
            "segment 1, offset 36096, sequence 101: nothing is written here, but later records "
            "are"},
        std::tuple{1U, 49U, ""}}) {
    std::byte* const length = memory_[segment].span().data() + SegmentHeader::kBytes +
                              record * stride_of(sizeof(Command));
    std::array<std::byte, 4> kept{};
    std::copy_n(length, kept.size(), kept.begin());
    std::fill_n(length, kept.size(), std::byte{});
    Engine fresh(engine_config());
    RecordingSink sink;
    StreamReader from = reader();
    const Replayed replayed = replay(from, fresh, sink);
    EXPECT_EQ(replayed.commands, segment * kCommandsPerSegment + record);
    EXPECT_EQ(replayed.wrong, wrong);
    std::ranges::copy(kept, length);
  }
}

TEST_F(JournaledRunner, RecordsThatAreNoCommandsOrOfAnotherEngineAreTold) {
  const auto told = [&](const RecordMeta& meta, std::span<const std::byte> payload) {
    memory_.clear();
    SegmentSupply supply;
    supply.give(memory_.emplace_back(kJournalSegmentBytes).span());
    StreamWriter writer(supply, {.kind = StreamKind::commands}, 1, {}, sizeof(Command), 0);
    EXPECT_TRUE(writer.append(meta, payload));
    Engine fresh(engine_config());
    RecordingSink sink;
    StreamReader from = reader();
    const Replayed replayed = replay(from, fresh, sink);
    EXPECT_EQ(replayed.commands, 0U);
    EXPECT_EQ(fresh.last_seq().value, 0U);
    return replayed.wrong;
  };
  Command command = order(1);
  const auto bytes = std::as_bytes(std::span(&command, 1));
  EXPECT_EQ(told({.type = RecordType::event}, bytes), "sequence 1: it is no command");
  EXPECT_EQ(told({.type = RecordType::command}, bytes.first(255)), "sequence 1: it is no command");
  command.seq = CommandSeq{2};
  EXPECT_EQ(told({.type = RecordType::command}, bytes), "sequence 1: its command has the number 2");
}

TEST_F(JournaledRunner, ATailIsReplayedIntoAnEngineThatHasTheRest) {
  make_journaled(3);
  for (std::size_t n = 0; n < 150; ++n) push(1, order(1));
  while (runner_->turn()) continue;
  Engine fresh(engine_config());
  RecordingSink sink;
  // From the second segment on: the engine is not there yet.
  StreamReader late({[this](std::uint64_t index) -> std::optional<std::span<const std::byte>> {
                      if (index > memory_.size()) return std::nullopt;
                      return memory_[index - 1].view();
                    }},
                    StreamKind::commands, 2);
  EXPECT_EQ(replay(late, fresh, sink).wrong, "sequence 101: the engine's next command is 1");
  StreamReader from = reader();
  EXPECT_EQ(replay(from, fresh, sink).commands, 150U);
  // What comes later goes on where the reader stands.
  push(1, order(1));
  while (runner_->turn()) continue;
  EXPECT_EQ(replay(from, fresh, sink).commands, 1U);
  EXPECT_EQ(fresh.state_hash(), engine_->state_hash());
}

}  // namespace
}  // namespace sluice::test

// What a thread reads ahead arrives in order, a bounded number of batches early, and so does what
// went wrong; and what it reads is what reading without it gives, wherever it is damaged.
#include "engine/journal/read_ahead.hpp"

#include <algorithm>
#include <atomic>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "engine/journal/events_ahead.hpp"
#include "engine/journal/rounds_ahead.hpp"
#include "engine/journal/segment_file.hpp"
#include "tests/engine/journal/sim_storage.hpp"

namespace sluice::test {
namespace {

TEST(ReadAhead, GivesEverythingInOrderAndThenNothing) {
  ReadAhead<int> ahead(3, [](ReadAhead<int>& to) {
    for (int n = 0; n < 1'000; ++n) ASSERT_TRUE(to.give(n));
  });
  for (int n = 0; n < 1'000; ++n) ASSERT_EQ(ahead.next(), n);
  EXPECT_EQ(ahead.next(), std::nullopt);
  EXPECT_EQ(ahead.next(), std::nullopt);
}

TEST(ReadAhead, ThrowsWhatTheReaderThrewBehindAllThatItGave) {
  ReadAhead<int> ahead(3, [](ReadAhead<int>& to) {
    ASSERT_TRUE(to.give(1));
    ASSERT_TRUE(to.give(2));
    throw JournalDamage("bad");
  });
  EXPECT_EQ(ahead.next(), 1);
  EXPECT_EQ(ahead.next(), 2);
  EXPECT_THROW((void)ahead.next(), JournalDamage);
  EXPECT_THROW((void)ahead.next(), JournalDamage);
}

TEST(ReadAhead, PassesOnWhatIsNoException) {
  ReadAhead<int> ahead(1, [](ReadAhead<int>&) { throw PowerCut{}; });
  EXPECT_THROW((void)ahead.next(), PowerCut);
}

TEST(ReadAhead, StopsAReaderThatNobodyWantsToHearAnyMore) {
  std::atomic<bool> refused{false};
  {
    ReadAhead<int> ahead(1, [&](ReadAhead<int>& to) {
      while (to.give(1)) continue;
      refused = true;
    });
    EXPECT_EQ(ahead.next(), 1);
  }
  EXPECT_TRUE(refused);
}

TEST(ReadAhead, IsNeverFurtherAheadThanItMay) {
  constexpr int kMost = 4;
  std::atomic<int> taken{0};
  std::atomic<int> most{0};
  ReadAhead<int> ahead(kMost, [&](ReadAhead<int>& to) {
    for (int n = 0; n < 500; ++n) {
      ASSERT_TRUE(to.give(n));
      most = std::max(most.load(), n + 1 - taken.load());
    }
  });
  while (ahead.next()) ++taken;
  // One may have been taken and not counted yet.
  EXPECT_LE(most, kMost + 1);
}

constexpr std::size_t kRoundBytes = std::size_t{2} << 20U;
constexpr std::size_t kSegmentBytes = kRoundBytes + 8'192;

/// Some rounds of several streams over a few segments.
void write_rounds(SimStorage& disk, std::mt19937_64& random) {
  PreparedSegments segments(disk, kSegmentBytes, 1, 1);
  const StreamOrigin origin{.kind = StreamKind::rounds, .unit = 1, .stream = 0, .epoch = 1};
  RoundLog log(segments, origin, {}, kRoundBytes);
  for (int round = 0; round < 30; ++round) {
    for (auto left = random() % 60; left > 0; --left) {
      const StreamOrigin stream{.kind = StreamKind::commands,
                                .unit = 1,
                                .stream = static_cast<std::uint8_t>(random() % 3),
                                .epoch = 1};
      const std::vector<std::byte> payload(random() % 8'000, static_cast<std::byte>(random()));
      log.add(stream, {.type = RecordType::command}, payload);
    }
    log.commit(1);
  }
}

/// All that reading gives: the records, the end, or what was wrong.
struct Outcome {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> records;
  StreamPosition end;
  std::string torn;
  std::string damage;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

template <class Read>
Outcome outcome_of(const Read& read) {
  Outcome outcome;
  try {
    const RoundLogTip tip = read([&](const RecordView& record) {
      outcome.records.emplace_back(record.header->sequence, record.header->crc);
    });
    outcome.end = tip.rounds;
    outcome.torn = tip.torn;
  } catch (const JournalDamage& damage) {
    outcome.damage = damage.what();
  }
  return outcome;
}

void expect_the_same(SimStorage& disk) {
  using Visit = std::function<void(const RecordView&)>;
  const Outcome plain =
      outcome_of([&](const Visit& visit) { return read_round_log(disk, 0, visit); });
  std::size_t expected = 0;
  const Outcome ahead = outcome_of([&](const Visit& visit) {
    return read_round_log_ahead(disk, 0, visit, [&](const RecordView&) { ++expected; });
  });
  EXPECT_EQ(ahead, plain);
  EXPECT_EQ(expected, plain.records.size());
}

TEST(RoundsAhead, ReadsWhatReadingInPlaceReads) {
  SimStorage disk;
  std::mt19937_64 random(1);
  write_rounds(disk, random);
  expect_the_same(disk);
}

TEST(RoundsAhead, FindsDamageWhereReadingInPlaceFindsIt) {
  const auto seed = std::random_device{}();
  std::printf("seed %u\n", seed);
  std::mt19937_64 random(seed);
  SimStorage disk;
  write_rounds(disk, random);
  const std::vector<std::uint64_t> segments = segment_indices(disk, kRoundStream);
  for (int n = 0; n < 100; ++n) {
    const auto bytes = disk.bytes(segment_name(kRoundStream, segments[random() % segments.size()]));
    std::byte& one = bytes[random() % bytes.size()];
    const std::byte before = std::exchange(one, one ^ std::byte{0x40});
    expect_the_same(disk);
    one = before;
  }
}

TEST(RoundsAhead, PassesOnWhatTheVisitorThrows) {
  SimStorage disk;
  std::mt19937_64 random(2);
  write_rounds(disk, random);
  const auto visit = [](const RecordView&) { throw std::runtime_error("no"); };
  EXPECT_THROW((void)read_round_log_ahead(disk, 0, visit, [](const RecordView&) {}),
               std::runtime_error);
}

/// Events 1 to `count` on a disk, in segments of some thousand.
void write_events(SimStorage& disk, std::uint64_t count) {
  EventLogWriter log(disk, 1, std::size_t{1} << 20U, {});
  for (std::uint64_t n = 1; n <= count; ++n) {
    Event event{};
    event.exec_id = ExecId::make(1, 1, n);
    event.command_seq = {n};
    log.append(event);
  }
  log.sync();
}

struct ReadEvents {
  std::uint64_t last = 0;
  std::string wrong;
  std::string damage;
  friend bool operator==(const ReadEvents&, const ReadEvents&) = default;
};

template <class Reader>
ReadEvents read_events(SimStorage& disk) {
  ReadEvents found;
  try {
    Reader reader(disk, 1);
    while (const Event* const event = reader.next()) {
      EXPECT_EQ(event->command_seq.value, found.last + 1);
      found.last = event->command_seq.value;
    }
    EXPECT_EQ(reader.next(), nullptr);
    found.wrong = reader.tip().wrong;
  } catch (const JournalDamage& damage) {
    found.damage = damage.what();
  }
  return found;
}

TEST(EventsAhead, GivesAllEventsAcrossSegments) {
  SimStorage disk;
  write_events(disk, 6'000);
  const ReadEvents found = read_events<EventsAhead>(disk);
  EXPECT_EQ(found.last, 6'000U);
  EXPECT_EQ(found.wrong + found.damage, "");
}

TEST(EventsAhead, IsWrongWhereTheReaderIs) {
  const auto seed = std::random_device{}();
  std::printf("seed %u\n", seed);
  std::mt19937_64 random(seed);
  SimStorage disk;
  write_events(disk, 6'000);
  const std::vector<std::uint64_t> segments = segment_indices(disk, kEventStream);
  ASSERT_GE(segments.size(), 3U);
  for (int n = 0; n < 60; ++n) {
    const auto bytes = disk.bytes(segment_name(kEventStream, segments[random() % segments.size()]));
    std::byte& one = bytes[random() % bytes.size()];
    const std::byte before = std::exchange(one, one ^ std::byte{0x40});
    EXPECT_EQ(read_events<EventsAhead>(disk), read_events<EventLogReader>(disk));
    one = before;
  }
}

TEST(EventsAhead, IsGoneInTheMiddleWithoutWaitingForTheEnd) {
  SimStorage disk;
  write_events(disk, 6'000);
  EventsAhead events(disk, 1);
  ASSERT_NE(events.next(), nullptr);
}

}  // namespace
}  // namespace sluice::test

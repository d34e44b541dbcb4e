// Output leaves in one line, and nothing before its record is durable.
#include "gateway/session/journal/output_gate.hpp"

#include <cstdint>
#include <deque>
#include <gtest/gtest.h>
#include <random>
#include <utility>

namespace sluice::gateway {
namespace {

TEST(OutputGate, OpensUpToWhatIsDurable) {
  OutputGate gate;
  EXPECT_EQ(gate.open(100), 0U) << "nothing was appended";
  gate.note(10, 1);
  gate.note(30, 2);
  EXPECT_EQ(gate.open(0), 0U);
  EXPECT_EQ(gate.open(1), 10U);
  EXPECT_TRUE(gate.holds());
  EXPECT_EQ(gate.open(2), 30U);
  EXPECT_FALSE(gate.holds());
  EXPECT_EQ(gate.open(2), 30U) << "what is open stays open";
}

TEST(OutputGate, BytesWithoutARecordOfTheirOwnWaitForTheOneBefore) {
  OutputGate gate;
  gate.note(10, 7);
  gate.note(25, 7);  // a heartbeat, a page of a resend
  EXPECT_EQ(gate.open(6), 0U);
  EXPECT_EQ(gate.open(7), 25U);
}

TEST(OutputGate, PastItsPartsTheLastOneGrowsAndWaitsLonger) {
  OutputGate gate;
  const std::uint64_t many = OutputGate::kParts + 10;
  for (std::uint64_t n = 1; n <= many; ++n) gate.note(10 * n, n);
  const std::uint64_t apart = OutputGate::kParts - 1;
  EXPECT_EQ(gate.open(apart), 10 * apart);
  EXPECT_EQ(gate.open(many - 1), 10 * apart) << "never earlier than its record";
  EXPECT_EQ(gate.open(many), 10 * many);
}

TEST(OutputGate, LetsNothingOutEarlyAndEverythingInTheEnd) {
  std::mt19937_64 random(17);
  OutputGate gate;
  std::deque<std::pair<std::uint64_t, std::uint64_t>> parts;  // place, record
  std::uint64_t place = 0;
  std::uint64_t record = 0;
  std::uint64_t durable = 0;
  for (int n = 0; n < 20'000; ++n) {
    if (random() % 3 > 0) {
      place += 1 + random() % 500;
      record += random() % 3;
      gate.note(place, record);
      parts.emplace_back(place, record);
    } else {
      durable += random() % (record - durable + 1);
    }
    const std::uint64_t open = gate.open(durable);
    std::uint64_t allowed = 0;
    for (const auto& [end, needs] : parts) {
      if (needs <= durable) allowed = end;
    }
    ASSERT_LE(open, allowed);
    if (durable == record) {
      ASSERT_EQ(open, place);
    }
    while (parts.size() > 1 && parts[1].second <= durable && parts[1].first <= open) {
      parts.pop_front();
    }
  }
  EXPECT_EQ(gate.open(record), place);
}

}  // namespace
}  // namespace sluice::gateway

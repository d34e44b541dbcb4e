// A client that knows the key of the engine's hash can choose ClOrdIDs that share one place of the
// table: they must stay distinct. One who does not know it cannot.
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

#include "engine/core/clordid_history.hpp"
#include "tests/engine/support/commands.hpp"

namespace sluice::test {
namespace {

constexpr std::uint32_t kNames = 64;
constexpr SessionId kFlooder{1};
constexpr HashKey kKnown{1, 2};

/// The place of a name in a table of 256, which is what kNames names get.
std::uint64_t place_of(const ClordidHistory& history, const ClOrdId& clordid) {
  return history.fingerprint(kFlooder, clordid).low % 256;
}

/// Names that all have the place 7 under the key of `history`, found by trying.
std::vector<ClOrdId> names_of_one_place(const ClordidHistory& history) {
  std::vector<ClOrdId> found;
  for (int i = 0; found.size() < kNames; ++i) {
    const ClOrdId clordid = name("flood" + std::to_string(i));
    if (place_of(history, clordid) == 7) found.push_back(clordid);
  }
  return found;
}

TEST(NameFlood, NamesOfOnePlaceStayDistinct) {
  ClordidHistory history(1, kNames, kNames, kKnown);
  const std::vector<ClOrdId> names = names_of_one_place(history);
  std::vector<std::uint32_t> nodes;
  for (const ClOrdId& clordid : names) {
    const NameFingerprint print = history.fingerprint(kFlooder, clordid);
    EXPECT_EQ(history.find(print), kNoIndex);
    nodes.push_back(history.remember(kFlooder, print, NameState::refused));
  }
  for (std::uint32_t i = 0; i < kNames; ++i) {
    EXPECT_EQ(history.find(history.fingerprint(kFlooder, names[i])), nodes[i]);
  }
  // The oldest leaves out of the middle of the run; those behind it are still found.
  (void)history.remember(kFlooder, history.fingerprint(kFlooder, name("other")),
                         NameState::refused);
  EXPECT_EQ(history.find(history.fingerprint(kFlooder, names[0])), kNoIndex);
  for (std::uint32_t i = 1; i < kNames; ++i) {
    EXPECT_EQ(history.find(history.fingerprint(kFlooder, names[i])), nodes[i]);
  }
}

TEST(NameFlood, AnotherKeyScattersThem) {
  const ClordidHistory known(1, kNames, kNames, kKnown);
  const ClordidHistory secret(1, kNames, kNames, {1, 3});
  std::set<std::uint64_t> places;
  for (const ClOrdId& clordid : names_of_one_place(known)) {
    places.insert(place_of(secret, clordid));
  }
  // 64 balls in 256 urns hit 57 on average.
  EXPECT_GT(places.size(), 45U);
}

TEST(NameFlood, TheSessionIsPartOfTheName) {
  const ClordidHistory history(2, kNames, kNames, kKnown);
  EXPECT_NE(history.fingerprint({1}, name("A")), history.fingerprint({2}, name("A")));
}

}  // namespace
}  // namespace sluice::test

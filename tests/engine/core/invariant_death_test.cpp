// Invariants that are checked in release builds too: who breaks one ends the program, and standard
// error says which.
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

#include "engine/book/level_pool.hpp"
#include "engine/book/order_pool.hpp"
#include "engine/core/clordid_history.hpp"
#include "engine/log/execution_log.hpp"
#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

/// An engine that has seen one command.
class EngineDeathTest : public ::testing::Test {
 protected:
  void SetUp() override { apply(buy(1, "A").at(100), 1); }
  void apply(const Command& asked, std::uint64_t seq) {
    Command command = asked;
    command.seq = {seq};
    engine_.apply(command, sink_);
  }

  Engine engine_{small_config()};
  RecordingSink sink_;
};

TEST_F(EngineDeathTest, CommandsAreNumberedWithoutARepetitionOrAGap) {
  const std::string broken = "engine.cpp:[0-9]+: broken invariant: command.seq";
  EXPECT_DEATH(apply(buy(1, "B").at(100), 0), broken);
  EXPECT_DEATH(apply(buy(1, "B").at(100), 1), broken);
  EXPECT_DEATH(apply(buy(1, "B").at(100), 3), broken);
  apply(buy(1, "B").at(100), 2);
  EXPECT_EQ(engine_.open_orders(), 2U);
}

TEST_F(EngineDeathTest, ASessionIsOneOfThoseThatAreConfigured) {
  const std::string broken = "requests.cpp:[0-9]+: broken invariant: command.session";
  EXPECT_DEATH(apply(buy(0, "B").at(100), 2), broken);
  EXPECT_DEATH(apply(buy(4, "B").at(100), 2), broken);
  EXPECT_DEATH(apply(cancel(4, "X").orig("A"), 2), broken);
  EXPECT_DEATH(apply(replace(4, "X").orig("A"), 2), broken);
  apply(buy(3, "B").at(100), 2);
  EXPECT_EQ(engine_.open_orders(), 2U);
}

TEST_F(EngineDeathTest, ACommandHasAKnownType) {
  for (const int type : {0, 4, 15, 18, 31, 36, 255}) {
    Command command = buy(1, "B").at(100);
    command.type = static_cast<CommandType>(type);
    EXPECT_DEATH(apply(command, 2), "broken invariant: the command has a known type") << type;
  }
}

TEST_F(EngineDeathTest, ButAnInstrumentThatIsNotConfiguredIsOnlyRefused) {
  for (const std::uint32_t instrument : {0U, 4U, ~0U}) {
    apply(buy(1, "B" + std::to_string(instrument)).at(100).on(instrument),
          engine_.last_seq().value + 1);
    EXPECT_EQ(sink_.take().back().reject, RejectCode::unknown_instrument);
  }
}

TEST(PoolDeathTest, NothingIsTakenFromAnEmptyPool) {
  const std::string broken = "broken invariant: free_";
  LevelPool levels(1, 1);
  static_cast<void>(levels.take_level());
  EXPECT_DEATH(static_cast<void>(levels.take_level()), broken + "level_");
  static_cast<void>(levels.take_page(kNoIndex));
  EXPECT_DEATH(static_cast<void>(levels.take_page(kNoIndex)), broken + "page_");
  OrderPool orders(1);
  const std::uint32_t slot = orders.take();
  EXPECT_DEATH(static_cast<void>(orders.take()), broken);
  orders.give_back(slot);
  EXPECT_EQ(orders.take(), slot);
}

TEST(PoolDeathTest, NoMoreNamesAreOpenThanOrdersMayBe) {
  ClordidHistory names(1, 1, 1, {1, 2});
  const auto open = [&](const char* text) {
    return names.remember({1}, names.fingerprint({1}, name(text)), NameState::open, 0);
  };
  open("A");
  open("B");
  EXPECT_DEATH(open("C"), "clordid_history.cpp:[0-9]+: broken invariant: free_");
}

TEST(ExecutionLogDeathTest, NoBatchIsLargerThanWasSaid) {
  std::string folder = testing::TempDir() + "sluice-batch-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  {
    ExecutionLog log(folder + "/execution.log", 64, 16, 0, 1);
    const auto write = [&log](int events) {
      for (; events > 0; --events) {
        static_cast<void>(log.claim());
        log.commit();
      }
      log.publish();
    };
    write(16);
    EXPECT_EQ(log.published(), 16U);
    EXPECT_DEATH(write(17), "execution_log.hpp:[0-9]+: broken invariant: written_");
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace sluice::test

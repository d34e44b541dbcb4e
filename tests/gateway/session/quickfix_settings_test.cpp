#include "gateway/session/quickfix_settings.hpp"

#include <gtest/gtest.h>
#include <string>

namespace sluice::gateway {
namespace {

class QuickfixSettings : public ::testing::Test {
 protected:
  QuickfixSettings() {
    config_.gateway.comp_id = "VENUE";
    config_.sessions.resize(2);
    config_.sessions[0].comp_id = "CLIENT1";
    config_.sessions[1].comp_id = "CLIENT2";
  }
  [[nodiscard]] std::string get(std::size_t session, const std::string& name) const {
    const FIX::SessionSettings settings = make_quickfix_settings(config_, "/some/SLUICE44.xml");
    return settings.get(quickfix_session_id(config_, config_.sessions[session])).getString(name);
  }

  VenueConfig config_;
};

TEST_F(QuickfixSettings, EachSessionIsNamedFromTheVenuesSide) {
  const FIX::SessionID id = quickfix_session_id(config_, config_.sessions[1]);
  EXPECT_EQ(id.getBeginString().getValue(), "FIX.4.4");
  EXPECT_EQ(id.getSenderCompID().getValue(), "VENUE");
  EXPECT_EQ(id.getTargetCompID().getValue(), "CLIENT2");
}

TEST_F(QuickfixSettings, ThereIsOneForEachSessionAndNoMore) {
  EXPECT_EQ(make_quickfix_settings(config_, "x").getSessions().size(), 2u);
  config_.sessions.clear();
  EXPECT_EQ(make_quickfix_settings(config_, "x").getSessions().size(), 0u);
}

TEST_F(QuickfixSettings, SessionsAcceptWithOurDictionary) {
  EXPECT_EQ(get(0, "ConnectionType"), "acceptor");
  EXPECT_EQ(get(0, "UseDataDictionary"), "Y");
  EXPECT_EQ(get(0, "DataDictionary"), "/some/SLUICE44.xml");
}

// Together with the store's creation time: one range for ever.
TEST_F(QuickfixSettings, TheSessionsRangeIsTheDayWithoutItsFirstNanosecond) {
  EXPECT_EQ(get(0, "StartTime"), "00:00:00.000000001");
  EXPECT_EQ(get(0, "EndTime"), "00:00:00");
}

TEST_F(QuickfixSettings, ASessionsOptionsAreItsOwn) {
  config_.sessions[0].quickfix = {{"ResetOnLogon", "Y"}, {"MaxLatency", "30"}};
  EXPECT_EQ(get(0, "ResetOnLogon"), "Y");
  EXPECT_EQ(get(0, "MaxLatency"), "30");
  const FIX::SessionSettings settings = make_quickfix_settings(config_, "x");
  EXPECT_FALSE(settings.get(quickfix_session_id(config_, config_.sessions[1])).has("MaxLatency"));
}

TEST_F(QuickfixSettings, TimestampsAreInMicrosecondsUnlessASessionSaysOtherwise) {
  config_.sessions[1].quickfix = {{"TimestampPrecision", "9"}};
  EXPECT_EQ(get(0, "TimestampPrecision"), "6");
  EXPECT_EQ(get(1, "TimestampPrecision"), "9");
}

TEST_F(QuickfixSettings, NoOptionMovesTheRange) {
  config_.sessions[0].quickfix = {{"StartTime", "08:00:00"}, {"EndTime", "17:00:00"}};
  EXPECT_EQ(get(0, "StartTime"), "00:00:00.000000001");
  EXPECT_EQ(get(0, "EndTime"), "00:00:00");
}

}  // namespace
}  // namespace sluice::gateway

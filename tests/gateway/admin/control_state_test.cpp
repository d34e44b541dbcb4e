// What admins ordered: as events tell it, and over a restart.
#include "gateway/admin/control_state.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace sluice::gateway {
namespace {

VenueConfig control_state_config() {
  VenueConfig config;
  for (const char* symbol : {"BTC-USDT", "ETH-USDT"}) {
    config.instruments.emplace_back().symbol = symbol;
  }
  config.firms = {{"ALPHA"}, {"BETA"}};
  config.accounts = {{"A-1", "ALPHA"}, {"B-1", "BETA"}};
  for (const auto& [name, firm] : {std::pair{"CLIENT1", "ALPHA"}, std::pair{"MAKER1", "BETA"}}) {
    SessionConfig& session = config.sessions.emplace_back();
    session.comp_id = name;
    session.firm = firm;
  }
  return config;
}

Event state_event(std::uint32_t instrument, InstrumentState state) {
  Event event{};
  event.type = EventType::instrument_state_changed;
  event.instrument = {instrument};
  event.control_state = static_cast<std::uint8_t>(state);
  return event;
}

Event kill_event(ControlScope scope, std::uint32_t target, unsigned flags) {
  Event event{};
  event.type = EventType::kill_changed;
  event.time = {77};
  event.control_scope = scope;
  event.target = target;
  event.control_state = static_cast<std::uint8_t>(flags);
  return event;
}

class Controls : public ::testing::Test {
 protected:
  VenueConfig config_ = control_state_config();
  VenueNames names_{config_};
  ControlState state_{names_};
};

TEST_F(Controls, FollowTheEventsOfTheEngine) {
  state_.on_event(state_event(2, InstrumentState::halted));
  EXPECT_EQ(state_.state({1}), InstrumentState::continuous);
  EXPECT_EQ(state_.state({2}), InstrumentState::halted);
  state_.note_author(ControlScope::firm, 2, "alice", "losses");
  state_.on_event(kill_event(ControlScope::account, 2, kKillOn));
  state_.on_event(kill_event(ControlScope::firm, 2, kKillOn | kKeepResting));
  ASSERT_EQ(state_.kills().size(), 2U);
  const KillSwitch* const kill = state_.find(ControlScope::firm, 2);
  ASSERT_NE(kill, nullptr);
  EXPECT_TRUE(kill->keep_resting);
  EXPECT_EQ(kill->since, TimeNs{77});
  EXPECT_EQ(kill->user, "alice");
  EXPECT_EQ(kill->reason, "losses");
  EXPECT_EQ(state_.find(ControlScope::account, 2)->user, "");
  state_.on_event(kill_event(ControlScope::firm, 2, kKillOn));
  EXPECT_EQ(state_.kills().size(), 2U);
  EXPECT_FALSE(state_.find(ControlScope::firm, 2)->keep_resting);
  state_.on_event(kill_event(ControlScope::firm, 2, 0));
  EXPECT_EQ(state_.find(ControlScope::firm, 2), nullptr);
  EXPECT_NE(state_.find(ControlScope::account, 2), nullptr);
}

TEST_F(Controls, AreTheSameFromTheFileOfTheNextStart) {
  state_.on_event(state_event(1, InstrumentState::close_only));
  state_.note_author(ControlScope::venue, 0, "bob", "\"all\" stop");
  state_.on_event(kill_event(ControlScope::venue, 0, kKillOn | kKeepResting));
  state_.on_event(kill_event(ControlScope::session, 2, kKillOn));
  state_.set_disabled({1}, true);
  ControlState again(names_);
  std::vector<std::string> missing;
  EXPECT_EQ(again.from_file(state_.to_file(), missing), "");
  EXPECT_TRUE(missing.empty());
  EXPECT_EQ(again.to_file(), state_.to_file());
  EXPECT_EQ(again.state({1}), InstrumentState::close_only);
  EXPECT_EQ(again.find(ControlScope::venue, 0)->reason, "\"all\" stop");
  EXPECT_EQ(again.find(ControlScope::session, 2)->since, TimeNs{77});
  EXPECT_TRUE(again.is_disabled({1}));
  EXPECT_FALSE(again.is_disabled({2}));
}

TEST_F(Controls, AreKeptByNameAndTellWhatIsGone) {
  state_.on_event(state_event(2, InstrumentState::halted));
  state_.on_event(state_event(1, InstrumentState::post_only));
  state_.on_event(kill_event(ControlScope::firm, 2, kKillOn));
  state_.set_disabled({2}, true);
  const std::string file = state_.to_file();
  config_.instruments.erase(config_.instruments.begin());
  config_.firms.pop_back();
  config_.sessions.pop_back();
  ControlState again(names_);
  std::vector<std::string> missing;
  EXPECT_EQ(again.from_file(file, missing), "");
  EXPECT_EQ(again.state({1}), InstrumentState::halted);
  EXPECT_EQ(missing, (std::vector<std::string>{"instrument BTC-USDT",
                                               "the kill switch of firm BETA", "session MAKER1"}));
}

TEST_F(Controls, ADamagedFileIsSaidToBeOne) {
  for (const char* file :
       {"", "{}", R"({"version":2})", R"({"version":1})", R"({"version":1,"instruments":{"X":7}})",
        R"({"version":1,"instruments":{"BTC-USDT":"open"},"kills":[],"disabled_sessions":[]})",
        R"({"version":1,"instruments":{},"kills":[{}],"disabled_sessions":[]})",
        R"({"version":1,"instruments":{},"kills":[],"disabled_sessions":[7]})"}) {
    ControlState again(names_);
    std::vector<std::string> missing;
    EXPECT_NE(again.from_file(file, missing), "") << file;
  }
}

}  // namespace
}  // namespace sluice::gateway

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

Event kill_event(ControlScope scope, std::uint32_t target, unsigned flags,
                 std::uint32_t number = 0) {
  Event event{};
  event.type = EventType::kill_changed;
  event.time = {77};
  event.source_msg_seq_num = number;
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
  state_.on_event(kill_event(ControlScope::account, 2, kKillOn));
  state_.on_event(kill_event(ControlScope::firm, 2, kKillOn | kKeepResting));
  ASSERT_EQ(state_.kills().size(), 2U);
  EXPECT_TRUE(state_.find(ControlScope::firm, 2)->keep_resting);
  EXPECT_EQ(state_.find(ControlScope::firm, 2)->since, TimeNs{77});
  state_.on_event(kill_event(ControlScope::firm, 2, kKillOn));
  EXPECT_EQ(state_.kills().size(), 2U);
  EXPECT_FALSE(state_.find(ControlScope::firm, 2)->keep_resting);
  state_.on_event(kill_event(ControlScope::firm, 2, 0));
  EXPECT_EQ(state_.find(ControlScope::firm, 2), nullptr);
  EXPECT_NE(state_.find(ControlScope::account, 2), nullptr);
}

TEST_F(Controls, KnowWhoOrderedWhatWhenSeveralAreOnTheirWay) {
  state_.note_author(7, {"alice", "", "losses"});
  state_.note_author(8, {"bob", "BETA", "our own"});
  state_.on_event(kill_event(ControlScope::firm, 1, kKillOn, 7));
  state_.on_event(kill_event(ControlScope::firm, 2, kKillOn, 8));
  EXPECT_EQ(state_.find(ControlScope::firm, 1)->by.user, "alice");
  EXPECT_EQ(state_.find(ControlScope::firm, 1)->by.reason, "losses");
  EXPECT_EQ(state_.find(ControlScope::firm, 2)->by.user, "bob");
  EXPECT_EQ(state_.find(ControlScope::firm, 2)->by.firm, "BETA");
}

TEST_F(Controls, AFirmsOrderDoesNotReplaceTheVenuesAndTheVenuesReplacesAFirms) {
  state_.note_author(1, {"venue", "", "regulator"});
  state_.on_event(kill_event(ControlScope::firm, 2, kKillOn | kKeepResting, 1));
  state_.note_author(2, {"bob", "BETA", "me too"});
  state_.on_event(kill_event(ControlScope::firm, 2, kKillOn, 2));
  const KillSwitch& kill = *state_.find(ControlScope::firm, 2);
  EXPECT_EQ(kill.by.user, "venue");
  EXPECT_FALSE(kill.keep_resting);
  state_.note_author(3, {"bob", "BETA", "us"});
  state_.on_event(kill_event(ControlScope::account, 2, kKillOn, 3));
  state_.note_author(4, {"venue", "", "and we"});
  state_.on_event(kill_event(ControlScope::account, 2, kKillOn, 4));
  EXPECT_EQ(state_.find(ControlScope::account, 2)->by.user, "venue");
}

TEST_F(Controls, AreTheSameFromTheFileOfTheNextStart) {
  state_.on_event(state_event(1, InstrumentState::close_only));
  state_.set_closed({2}, true);
  state_.note_author(1, {"bob", "", "\"all\" stop"});
  state_.on_event(kill_event(ControlScope::venue, 0, kKillOn | kKeepResting, 1));
  state_.on_event(kill_event(ControlScope::session, 2, kKillOn));
  state_.set_disabled({1}, OrderedBy{"eve", "ALPHA", "unpaid"});
  ControlState again(names_);
  std::vector<std::string> missing;
  EXPECT_EQ(again.from_file(state_.to_file(), missing), "");
  EXPECT_TRUE(missing.empty());
  EXPECT_EQ(again.to_file(), state_.to_file());
  EXPECT_EQ(again.state({1}), InstrumentState::close_only);
  EXPECT_FALSE(again.is_closed({1}));
  EXPECT_TRUE(again.is_closed({2}));
  EXPECT_EQ(again.find(ControlScope::venue, 0)->by.reason, "\"all\" stop");
  EXPECT_EQ(again.find(ControlScope::session, 2)->since, TimeNs{77});
  ASSERT_NE(again.disabled_by({1}), nullptr);
  EXPECT_EQ(again.disabled_by({1})->firm, "ALPHA");
  EXPECT_EQ(again.disabled_by({2}), nullptr);
}

TEST_F(Controls, OfNamesThatAreGoneAreToldAndKeptUntilTheyAreBack) {
  state_.on_event(state_event(2, InstrumentState::halted));
  state_.on_event(state_event(1, InstrumentState::post_only));
  state_.set_closed({1}, true);
  state_.on_event(kill_event(ControlScope::firm, 2, kKillOn));
  state_.set_disabled({2}, OrderedBy{"eve", "", "unpaid"});
  const std::string file = state_.to_file();
  const VenueConfig whole = config_;
  config_.instruments.erase(config_.instruments.begin());
  config_.firms.pop_back();
  config_.sessions.pop_back();
  ControlState without(names_);
  std::vector<std::string> missing;
  EXPECT_EQ(without.from_file(file, missing), "");
  EXPECT_EQ(without.state({1}), InstrumentState::halted);
  EXPECT_EQ(missing, (std::vector<std::string>{"instrument BTC-USDT",
                                               "the kill switch of firm BETA", "session MAKER1"}));
  const std::string kept = without.to_file();
  config_ = whole;
  ControlState again(names_);
  missing.clear();
  EXPECT_EQ(again.from_file(kept, missing), "");
  EXPECT_TRUE(missing.empty());
  EXPECT_EQ(again.state({1}), InstrumentState::post_only);
  EXPECT_TRUE(again.is_closed({1}));
  EXPECT_NE(again.find(ControlScope::firm, 2), nullptr);
  EXPECT_NE(again.disabled_by({2}), nullptr);
}

TEST_F(Controls, ADamagedFileIsSaidToBeOne) {
  const std::string good = state_.to_file();
  const auto with = [&](const char* key, const Json& value) {
    Json file = Json::parse(good);
    file[key] = value;
    return file.dump();
  };
  for (const std::string& file :
       {std::string(), std::string("{}"), with("version", 2), with("instruments", {{"X", 7}}),
        with("instruments", {{"BTC-USDT", "open"}}), with("instruments", nullptr),
        with("closed_by_unclean_stop", Json::array({1})),
        with("kills", Json::array({Json::object()})),
        with("kills", Json::array({{{"scope", "world"}}})),
        with("disabled_sessions", Json::array({7}))}) {
    ControlState again(names_);
    std::vector<std::string> missing;
    EXPECT_NE(again.from_file(file, missing), "") << file;
  }
}

}  // namespace
}  // namespace sluice::gateway

// Orders and books as admins see them, cancels by admins, and kill switches.
#include <gtest/gtest.h>
#include <string>

#include "tests/end_to_end/admin_fixture.hpp"

namespace sluice::testing {
namespace {

class AdminOrders : public ::testing::Test {
 protected:
  AdminOrders() {
    for (RawFixClient* client : {&client1_, &client2_, &other_}) log_on(*client, venue_);
  }
  /// Rests an order and returns its OrderID(37).
  static std::string rest(RawFixClient& client, const char* name, char side, const char* price,
                          const char* symbol = kSymbol) {
    client.send(limit_order(name, symbol, side, "2", price));
    return std::string(expect_report(client, '0').get(37));
  }
  static void expect_canceled(RawFixClient& client, const char* name, const char* text) {
    const FixMessage report = expect_report(client, '4');
    EXPECT_EQ(report.get(11), name);
    EXPECT_EQ(report.get(378), "8");
    EXPECT_EQ(report.get(58), text);
    EXPECT_FALSE(report.has(41));
  }

  VenueProcess venue_{options_of(admin_venue_text())};
  AdminClient admin_{admin_socket(venue_)};
  RawFixClient client1_{client_options("CLIENT1")};
  RawFixClient client2_{client_options("CLIENT2")};
  RawFixClient other_{client_options("OTHER")};
};

constexpr const char* kKilled = "Cancelled by the venue: a kill switch was set";
constexpr const char* kMass = "Cancelled by the venue: a mass cancel";

TEST_F(AdminOrders, AreListedByWhoseTheyAre) {
  const std::string id = rest(client1_, "A", '1', "99.5");
  rest(client2_, "B", '2', "101");
  rest(other_, "C", '2', "102", kSideSymbol);
  const auto all = admin_.ask("order.list");
  ASSERT_TRUE(all.ok()) << all.last;
  EXPECT_EQ(all.rows.size(), 3U);
  EXPECT_EQ(all.result()["orders"], 3);
  const auto of_one = admin_.ask("order.list", {{"session", "CLIENT1"}});
  ASSERT_EQ(of_one.rows.size(), 1U);
  EXPECT_EQ(of_one.rows[0], (Json{{"order_id", id},
                                  {"clordid", "A"},
                                  {"session", "CLIENT1"},
                                  {"account", "ACC1"},
                                  {"firm", "F1"},
                                  {"instrument", kSymbol},
                                  {"side", "buy"},
                                  {"ord_type", "limit"},
                                  {"time_in_force", "good_till_cancel"},
                                  {"price", "99.5"},
                                  {"qty", "2"},
                                  {"filled", "0"},
                                  {"leaves", "2"}}));
  EXPECT_EQ(admin_.ask("order.list", {{"firm", "F1"}}).rows.size(), 2U);
  EXPECT_EQ(admin_.ask("order.list", {{"account", "ACC2"}}).rows.size(), 1U);
  EXPECT_EQ(admin_.ask("order.list", {{"instrument", kSideSymbol}}).rows.size(), 1U);
  const auto cut = admin_.ask("order.list", {{"limit", 2}});
  EXPECT_EQ(cut.rows.size(), 2U);
  EXPECT_EQ(cut.result()["truncated"], true);
  const auto exact = admin_.ask("order.list", {{"limit", 3}});
  EXPECT_EQ(exact.result()["truncated"], false);
}

TEST_F(AdminOrders, ABookShowsItsLevels) {
  rest(client1_, "A", '1', "99");
  rest(client2_, "B", '1', "99");
  rest(client2_, "C", '1', "98");
  rest(other_, "D", '2', "101");
  const auto book = admin_.ask("book.show", {{"instrument", kSymbol}});
  ASSERT_TRUE(book.ok()) << book.last;
  EXPECT_EQ(book.result()["bids"], (Json{{{"price", "99"}, {"qty", "4"}, {"orders", 2}},
                                         {{"price", "98"}, {"qty", "2"}, {"orders", 1}}}));
  EXPECT_EQ(book.result()["asks"].size(), 1U);
  EXPECT_EQ(book.result()["truncated"], false);
  const auto touch = admin_.ask("book.show", {{"instrument", kSymbol}, {"depth", 1}});
  EXPECT_EQ(touch.result()["bids"].size(), 1U);
  EXPECT_EQ(admin_.ask("book.show", {{"instrument", kSymbol}, {"depth", 129}}).code(),
            "bad_request");
}

TEST_F(AdminOrders, OneIsCancelledByItsNumber) {
  const std::string id = rest(client1_, "A", '1', "99");
  const std::string stays = rest(client1_, "B", '1', "98");
  const auto dry = admin_.ask("order.cancel", {{"order_id", id}}, "a test", true);
  EXPECT_EQ(dry.result()["would"]["canceled"], 1);
  const auto done = admin_.change("order.cancel", {{"order_id", id}});
  ASSERT_TRUE(done.ok()) << done.last;
  EXPECT_EQ(done.result()["canceled"], 1);
  EXPECT_EQ(done.result()["before"]["clordid"], "A");
  expect_canceled(client1_, "A", "Cancelled by the venue: this order");
  EXPECT_EQ(admin_.change("order.cancel", {{"order_id", id}}).code(), "unknown_order");
  EXPECT_EQ(admin_.ask("order.list").rows.at(0)["order_id"], stays);
}

TEST_F(AdminOrders, ManyAreCancelledByWhoseTheyAre) {
  rest(client1_, "A", '1', "99");
  rest(client1_, "S", '1', "99", kSideSymbol);
  rest(other_, "C", '2', "101");
  const auto done =
      admin_.change("order.cancel", {{"session", "CLIENT1"}, {"instrument", kSymbol}});
  ASSERT_TRUE(done.ok()) << done.last;
  EXPECT_EQ(done.result()["canceled"], 1);
  expect_canceled(client1_, "A", kMass);
  EXPECT_EQ(admin_.change("order.cancel", {{"all", true}}).result()["canceled"], 2);
  expect_canceled(client1_, "S", kMass);
  expect_canceled(other_, "C", kMass);
  EXPECT_EQ(admin_.change("order.cancel").code(), "bad_request");
  EXPECT_EQ(admin_.change("order.cancel", {{"all", true}, {"firm", "F1"}}).code(), "bad_request");
  EXPECT_EQ(admin_.change("order.cancel", {{"firm", "F3"}}).code(), "unknown_firm");
}

TEST_F(AdminOrders, AKillOfAFirmCancelsAndRefusesUntilItIsLifted) {
  rest(client1_, "A", '1', "99");
  rest(client2_, "B", '1', "98");
  rest(other_, "C", '2', "101");
  const Json firm{{"scope", "firm"}, {"name", "F1"}};
  const auto on = admin_.change("kill.on", firm);
  ASSERT_TRUE(on.ok()) << on.last;
  EXPECT_EQ(on.result()["canceled"], 2);
  expect_canceled(client1_, "A", kKilled);
  expect_canceled(client2_, "B", kKilled);
  client2_.send(limit_order("NEW", kSymbol, '1', "1", "99"));
  const FixMessage refusal = expect_report(client2_, '8');
  EXPECT_EQ(refusal.get(103), "0");
  EXPECT_NE(refusal.get(58).find("kill switch"), std::string_view::npos) << refusal.readable();
  other_.send(limit_order("NEW", kSymbol, '2', "1", "101"));
  expect_report(other_, '0');
  const auto status = admin_.ask("kill.status");
  ASSERT_EQ(status.rows.size(), 1U);
  EXPECT_EQ(status.rows[0]["scope"], "firm");
  EXPECT_EQ(status.rows[0]["name"], "F1");
  EXPECT_EQ(status.rows[0]["reason"], "a test");
  ASSERT_TRUE(admin_.change("kill.off", firm).ok());
  EXPECT_TRUE(admin_.ask("kill.status").rows.empty());
  client2_.send(limit_order("AGAIN", kSymbol, '1', "1", "99"));
  expect_report(client2_, '0');
}

TEST_F(AdminOrders, AKillMayKeepWhatRestsAndCancelsPassAlways) {
  rest(client1_, "A", '1', "99");
  const auto on = admin_.change("kill.on", {{"scope", "venue"}, {"keep_resting", true}});
  ASSERT_TRUE(on.ok()) << on.last;
  EXPECT_EQ(on.result()["canceled"], 0);
  other_.send(limit_order("NEW", kSymbol, '2', "1", "99"));
  expect_report(other_, '8');
  client1_.send(replace_request("MORE", "A", kSymbol, '1', "3", "99"));
  EXPECT_EQ(expect(client1_, "9").get(102), "2");
  client1_.send(cancel_request("GONE", "A", kSymbol, '1'));
  expect_report(client1_, '4');
}

TEST_F(AdminOrders, AKillHoldsOverARestartOfAnyKind) {
  const Json account{{"scope", "account"}, {"name", "ACC2"}};
  ASSERT_TRUE(admin_.change("kill.on", account).ok());
  for (int start = 0; start < 2; ++start) {
    if (start == 0) {
      venue_.stop();
    } else {
      venue_.kill();
    }
    venue_.start_again();
    AdminClient admin{admin_socket(venue_)};
    const auto status = admin.ask("kill.status");
    ASSERT_EQ(status.rows.size(), 1U);
    EXPECT_EQ(status.rows[0]["user"], admin.greeting()["user"]);
    log_on(other_, venue_);
    other_.send(
        limit_order(numbered("NEW", static_cast<std::uint64_t>(start)), kSymbol, '2', "1", "101"));
    while (true) {
      const FixMessage message = other_.receive().value();
      if (message.type() == "f") continue;  // cancel-only after the kill of the process
      EXPECT_EQ(message.get(150), "8");
      EXPECT_EQ(message.get(103), "0");
      break;
    }
  }
}

TEST(AdminKills, AsManyAsThereAreAreInForceAfterARestart) {
  VenueText text = small_venue({"OWNER"});
  std::string accounts = "[\"ACC1\"";
  for (int i = 0; i < 40; ++i) {
    const std::string name = "ACC-" + std::to_string(i);
    text.more_accounts.emplace_back(name, "F1");
    accounts += ", \"" + name + "\"";
  }
  text.sessions[0].more.emplace_back("accounts", accounts + "]");
  VenueProcess venue{options_of(text)};
  const auto of_account = [](int i) -> Json {
    return {{"scope", "account"}, {"name", "ACC-" + std::to_string(i)}};
  };
  {
    AdminClient admin{admin_socket(venue)};
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(admin.change("kill.on", of_account(i)).ok());
  }
  venue.kill();
  venue.start_again();
  AdminClient admin{admin_socket(venue)};
  EXPECT_EQ(admin.ask("kill.status").rows.size(), 40U);
  RawFixClient owner{client_options("OWNER")};
  log_on(owner, venue);
  const auto order_for = [&](int i, const char* stem) {
    FixBody order =
        limit_order(numbered(stem, static_cast<std::uint64_t>(i)), kSymbol, '1', "1", "99");
    owner.send(order.add(1, "ACC-" + std::to_string(i)));
  };
  for (int i = 0; i < 40; ++i) {
    order_for(i, "KILLED");
    EXPECT_EQ(expect_report(owner, '8').get(103), "0") << i;
    ASSERT_TRUE(admin.change("kill.off", of_account(i)).ok());
    order_for(i, "FREE");
    expect_report(owner, '0');
  }
  EXPECT_TRUE(admin.ask("kill.status").rows.empty());
}

TEST_F(AdminOrders, KillsOfUnknownScopesAndNamesAreRefused) {
  EXPECT_EQ(admin_.change("kill.on", {{"scope", "world"}}).code(), "bad_request");
  EXPECT_EQ(admin_.change("kill.on", {{"scope", "firm"}}).code(), "bad_request");
  EXPECT_EQ(admin_.change("kill.on", {{"scope", "venue"}, {"name", "F1"}}).code(), "bad_request");
  EXPECT_EQ(admin_.change("kill.on", {{"scope", "session"}, {"name", "X"}}).code(),
            "unknown_session");
  EXPECT_EQ(admin_.change("kill.off", {{"scope", "firm"}, {"name", "F1"}}).result()["after"]["on"],
            false);
}

TEST_F(AdminOrders, AListOfManyIsBoundedByItsReaderAndComplete) {
  constexpr int kOrders = 3'000;
  for (int i = 0; i < kOrders; ++i) {
    client1_.queue(
        limit_order(numbered("N", static_cast<std::uint64_t>(i)), kSymbol, '1', "1", "50"));
    if (i % 500 == 499) {
      client1_.send_raw("");
      for (int j = 0; j < 500; ++j) expect_report(client1_, '0');
    }
  }
  const auto all = admin_.ask("order.list", {{"limit", 1'000'000}});
  ASSERT_TRUE(all.ok()) << all.last;
  EXPECT_EQ(all.rows.size(), static_cast<std::size_t>(kOrders));
  EXPECT_EQ(admin_.ask("book.show", {{"instrument", kSymbol}}).result()["truncated"], true);
  EXPECT_EQ(admin_.change("order.cancel", {{"all", true}}).result()["canceled"], kOrders);
}

}  // namespace
}  // namespace sluice::testing

// notice.send and tail: what admins say to sessions, and what they hear of them.
#include <gtest/gtest.h>
#include <string>

#include "tests/end_to_end/admin_fixture.hpp"

namespace sluice::testing {
namespace {

TEST(AdminMessages, ANoticeReachesWhoeverIsLoggedOn) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  RawFixClient client{client_options("CLIENT1")};
  RawFixClient other{client_options("OTHER")};
  log_on(client, venue);
  log_on(other, venue);
  const auto sent = admin.change("notice.send", {{"firm", "F1"},
                                                 {"headline", "Maintenance at 10:00"},
                                                 {"lines", {"fifteen minutes", "orders stay"}},
                                                 {"urgency", "flash"}});
  ASSERT_TRUE(sent.ok()) << sent.last;
  EXPECT_EQ(sent.result()["sent"], Json({"CLIENT1"}));
  EXPECT_EQ(sent.result()["logged_out"], Json({"CLIENT2"}));
  const FixMessage news = expect(client, "B");
  EXPECT_EQ(news.get(148), "Maintenance at 10:00");
  EXPECT_EQ(news.get(61), "1");
  EXPECT_EQ(news.get(33), "2");
  EXPECT_EQ(*news.find(58, 0), "fifteen minutes");
  EXPECT_EQ(*news.find(58, 1), "orders stay");
  EXPECT_TRUE(news.has(42));
  EXPECT_TRUE(until_heartbeat(other).empty());
  // It is a message like any other: it can be asked for again.
  client.send(FixBody("2").add(7, news.seq()).add(16, news.seq()));
  const FixMessage copy = expect(client, "B");
  EXPECT_EQ(copy.get(43), "Y");
  EXPECT_EQ(copy.get(148), news.get(148));
}

TEST(AdminMessages, ANoticeHasItsBounds) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient admin{admin_socket(venue)};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const Json longest = Json::array(
      {std::string(160, 'a'), std::string(160, 'b'), std::string(160, 'c'), std::string(160, 'd'),
       std::string(160, 'e'), std::string(160, 'f'), std::string(160, 'g'), std::string(160, 'h')});
  Json args{{"sessions", {"CLIENT1"}}, {"headline", std::string(128, 'x')}, {"lines", longest}};
  ASSERT_TRUE(admin.change("notice.send", args).ok());
  EXPECT_EQ(expect(client, "B").find(58, 7), std::string(160, 'h'));
  const auto refused = [&](const char* key, const Json& value) {
    Json wrong = args;
    wrong[key] = value;
    return admin.change("notice.send", wrong).code();
  };
  EXPECT_EQ(refused("headline", std::string(129, 'x')), "bad_request");
  EXPECT_EQ(refused("headline",
                    "line\x01"
                    "break"),
            "bad_request");
  Json nine = longest;
  nine.push_back("i");
  EXPECT_EQ(refused("lines", nine), "bad_request");
  EXPECT_EQ(refused("lines", Json::array({std::string(161, 'a')})), "bad_request");
  EXPECT_EQ(refused("lines", Json::array()), "bad_request");
  EXPECT_EQ(refused("urgency", "panic"), "bad_request");
  EXPECT_EQ(refused("firm", "F1"), "bad_request");
  EXPECT_EQ(refused("sessions", {"NOBODY"}), "unknown_session");
}

TEST(AdminMessages, ATailShowsBothDirectionsWithoutSecrets) {
  VenueText text = admin_venue_text();
  text.sessions[0].password = "verysecret";
  VenueProcess venue{options_of(text)};
  AdminClient admin{admin_socket(venue)};
  admin.send("tail", {{"sessions", {"CLIENT1"}}});
  // Until the tap is on, what a second admin asks is answered later than the tail began.
  AdminClient second{admin_socket(venue)};
  ASSERT_TRUE(second.ask("stat").ok());
  RawFixClient client{client_options("CLIENT1", "verysecret")};
  RawFixClient other{client_options("OTHER")};
  log_on(client, venue);
  log_on(other, venue);
  client.send(limit_order("SEEN", kSymbol, '1', "1", "99"));
  expect_report(client, '0');
  std::vector<std::string> seen;
  while (seen.size() < 4) {
    const Json line = admin.receive().value();
    const Json& row = line.at("row");
    EXPECT_EQ(row["session"], "CLIENT1");
    FixMessage message;
    ASSERT_TRUE(message.assign(row["message"].get<std::string>()));
    seen.push_back(row["direction"].get<std::string>() + " " + std::string(message.type()));
    EXPECT_EQ(row["message"].get<std::string>().find("verysecret"), std::string::npos);
    if (message.type() == "A" && row["direction"] == "in") {
      EXPECT_EQ(message.get(554), "***");
    }
    if (message.type() == "D") {
      EXPECT_EQ(message.get(11), "SEEN");
    }
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"in A", "out A", "in D", "out 8"}));
  // Whatever is asked next ends it.
  admin.send("stat");
  const auto end = admin.receive_answer();
  EXPECT_EQ(end.result()["messages"], 4);
  EXPECT_TRUE(admin.receive_answer().ok());
}

TEST(AdminMessages, TwoTailsHearTheSame) {
  VenueProcess venue{options_of(admin_venue_text())};
  AdminClient first{admin_socket(venue)};
  AdminClient second{admin_socket(venue)};
  AdminClient third{admin_socket(venue)};
  first.send("tail");
  second.send("tail", {{"sessions", {"OTHER"}}});
  ASSERT_TRUE(third.ask("stat").ok());
  RawFixClient other{client_options("OTHER")};
  log_on(other, venue);
  for (AdminClient* tail : {&first, &second}) {
    EXPECT_EQ(tail->receive().value()["row"]["direction"], "in");
    EXPECT_EQ(tail->receive().value()["row"]["direction"], "out");
  }
}

}  // namespace
}  // namespace sluice::testing

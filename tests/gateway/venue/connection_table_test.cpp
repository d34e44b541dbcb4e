#include "gateway/venue/connection_table.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <set>

namespace sluice::gateway {
namespace {

std::unique_ptr<Connection> unconnected() {
  return std::make_unique<Connection>(FileDescriptor{}, IpAddress{}, "nobody", 64, 64);
}

std::uint32_t place_of(std::uint64_t token) { return static_cast<std::uint32_t>(token); }

TEST(ConnectionTable, FindsEachByItsTokenUntilItIsRemoved) {
  ConnectionTable table;
  EXPECT_TRUE(table.empty());
  Connection& first = table.insert(unconnected());
  Connection& second = table.insert(unconnected());
  EXPECT_NE(first.token, second.token);
  EXPECT_EQ(table.find(first.token), &first);
  EXPECT_EQ(table.find(second.token), &second);
  const std::uint64_t token = first.token;
  EXPECT_EQ(table.remove(first)->token, token);
  EXPECT_EQ(table.find(token), nullptr);
  EXPECT_EQ(table.find(second.token), &second);
  EXPECT_FALSE(table.empty());
  (void)table.remove(second);
  EXPECT_TRUE(table.empty());
}

TEST(ConnectionTable, HasNobodyAtPlacesThatWereNeverGiven) {
  ConnectionTable table;
  EXPECT_EQ(table.find(0), nullptr);
  const std::uint64_t token = table.insert(unconnected()).token;
  EXPECT_EQ(table.find(token + 1), nullptr);
  EXPECT_EQ(table.find(~std::uint64_t{0}), nullptr);  // the listener's token
}

TEST(ConnectionTable, AnOldTokenIsNobodysWhenItsPlaceWasGivenAgain) {
  ConnectionTable table;
  Connection& gone = table.insert(unconnected());
  const std::uint64_t old = gone.token;
  (void)table.remove(gone);
  Connection& newcomer = table.insert(unconnected());
  EXPECT_EQ(place_of(newcomer.token), place_of(old));
  EXPECT_EQ(table.find(old), nullptr);
  EXPECT_EQ(table.find(newcomer.token), &newcomer);
}

TEST(ConnectionTable, GivesPlacesAgainSoThatItNeverGrowsPastTheMostAtOnce) {
  ConnectionTable table;
  std::set<std::uint32_t> places;
  for (int i = 0; i < 1'000; ++i) {
    Connection& a = table.insert(unconnected());
    Connection& b = table.insert(unconnected());
    places.insert({place_of(a.token), place_of(b.token)});
    (void)table.remove(a);
    (void)table.remove(b);
  }
  EXPECT_EQ(places.size(), 2U);
}

TEST(ConnectionTable, VisitsThoseThatAreThereAndFindsTheTicketHolder) {
  ConnectionTable table;
  Connection& gone = table.insert(unconnected());
  Connection& asks = table.insert(unconnected());
  Connection& other = table.insert(unconnected());
  asks.auth_ticket = 7;
  gone.auth_ticket = 8;
  (void)table.remove(gone);
  std::set<const Connection*> seen;
  table.for_each([&](Connection& connection) { seen.insert(&connection); });
  EXPECT_EQ(seen, (std::set<const Connection*>{&asks, &other}));
  EXPECT_EQ(table.find_ticket(7), &asks);
  EXPECT_EQ(table.find_ticket(8), nullptr);
}

}  // namespace
}  // namespace sluice::gateway

#include "gateway/venue/connection_table.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <set>

namespace sluice::gateway {
namespace {

std::unique_ptr<Connection> unconnected() {
  return std::make_unique<Connection>(FileDescriptor{}, IpAddress{}, "nobody", 64, 64);
}

TEST(ConnectionTable, FindsEachByItsPlaceUntilItIsRemoved) {
  ConnectionTable table;
  EXPECT_TRUE(table.empty());
  Connection& first = table.insert(unconnected());
  Connection& second = table.insert(unconnected());
  EXPECT_NE(first.slot, second.slot);
  EXPECT_EQ(table.find(first.slot), &first);
  EXPECT_EQ(table.find(second.slot), &second);
  const std::uint32_t place = first.slot;
  EXPECT_EQ(table.remove(first)->slot, place);
  EXPECT_EQ(table.find(place), nullptr);
  EXPECT_EQ(table.find(second.slot), &second);
  EXPECT_FALSE(table.empty());
  (void)table.remove(second);
  EXPECT_TRUE(table.empty());
}

TEST(ConnectionTable, HasNobodyAtPlacesThatWereNeverGiven) {
  ConnectionTable table;
  EXPECT_EQ(table.find(0), nullptr);
  (void)table.insert(unconnected());
  EXPECT_EQ(table.find(1), nullptr);
  EXPECT_EQ(table.find(~std::uint64_t{0}), nullptr);  // the listener's token
}

TEST(ConnectionTable, GivesPlacesAgainSoThatItNeverGrowsPastTheMostAtOnce) {
  ConnectionTable table;
  std::set<std::uint32_t> places;
  for (int i = 0; i < 1'000; ++i) {
    Connection& a = table.insert(unconnected());
    Connection& b = table.insert(unconnected());
    places.insert({a.slot, b.slot});
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

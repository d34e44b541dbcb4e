#include "gateway/net/address_set.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "gateway/net/address_key.hpp"

namespace sluice::gateway {
namespace {

AddressSet set_of(const std::vector<std::string>& texts) {
  std::vector<AddressPrefix> prefixes;
  for (const std::string& text : texts) prefixes.push_back(AddressPrefix::parse(text).value());
  return AddressSet(prefixes);
}

bool contains(const AddressSet& set, const char* text) {
  return set.contains(IpAddress::parse(text).value());
}

TEST(AddressSet, HoldsThePrefixesToTheirEdgesAndNothingElse) {
  const AddressSet set = set_of({"192.0.2.8/29", "10.0.0.0/8", "10.1.0.0/16", "2001:db8::/33"});
  for (const char* inside : {"10.0.0.0", "10.255.255.255", "10.1.2.3", "192.0.2.8", "192.0.2.15",
                             "2001:db8::", "2001:db8:7fff:ffff::1"}) {
    EXPECT_TRUE(contains(set, inside)) << inside;
  }
  for (const char* outside : {"9.255.255.255", "11.0.0.0", "192.0.2.7", "192.0.2.16", "::1",
                              "2001:db8:8000::", "255.255.255.255"}) {
    EXPECT_FALSE(contains(set, outside)) << outside;
  }
}

TEST(AddressSet, OfNothingHoldsNobodyAndOfEverythingEverybody) {
  EXPECT_FALSE(contains(AddressSet(), "127.0.0.1"));
  EXPECT_TRUE(contains(set_of({"::/0"}), "127.0.0.1"));
  EXPECT_TRUE(contains(set_of({"0.0.0.0/0"}), "255.255.255.255"));
  EXPECT_FALSE(contains(set_of({"0.0.0.0/0"}), "::1"));
}

TEST(AddressKey, SaysWhoseAnAddressIs) {
  const auto text = [](const char* address) {
    return AddressKey::of(IpAddress::parse(address).value()).text();
  };
  EXPECT_EQ(text("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(text("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(text("::1"), "::/64");
}

}  // namespace
}  // namespace sluice::gateway

#include "gateway/net/address_filter.hpp"

#include <arpa/inet.h>
#include <cstring>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <string>
#include <vector>

namespace sluice::gateway {
namespace {

bool contains(const char* prefix, const char* address) {
  return AddressPrefix::parse(prefix).value().contains(IpAddress::parse(address).value());
}

TEST(IpAddress, ReadsAndWritesBothFamilies) {
  EXPECT_EQ(IpAddress::parse("192.0.2.1").value().text(), "192.0.2.1");
  EXPECT_EQ(IpAddress::parse("2001:db8::1").value().text(), "2001:db8::1");
  EXPECT_EQ(IpAddress::parse("::").value().text(), "::");
}

TEST(IpAddress, RefusesWhatIsNotAnAddress) {
  const std::string with_nul("127.0.0.1\0x", 11);
  for (const std::string& text :
       {std::string(), std::string("1.2.3"), std::string("1.2.3.256"), std::string("01.2.3.4x"),
        std::string("localhost"), std::string("::1%lo"), std::string(":::"), std::string(100, '1'),
        std::string("1.2.3.4 "), with_nul}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

TEST(IpAddress, MappedIPv4IsTheSameAddressAsPlainIPv4) {
  EXPECT_EQ(IpAddress::parse("::ffff:10.1.2.3"), IpAddress::parse("10.1.2.3"));
  EXPECT_EQ(IpAddress::parse("::ffff:10.1.2.3").value().text(), "10.1.2.3");
}

TEST(IpAddress, ComesFromTheSocketAddressOfEitherFamily) {
  sockaddr_storage storage{};
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  ASSERT_EQ(::inet_pton(AF_INET, "198.51.100.7", &v4.sin_addr), 1);
  std::memcpy(&storage, &v4, sizeof(v4));
  EXPECT_EQ(IpAddress::from(storage), IpAddress::parse("198.51.100.7"));

  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  ASSERT_EQ(::inet_pton(AF_INET6, "::ffff:198.51.100.7", &v6.sin6_addr), 1);
  std::memcpy(&storage, &v6, sizeof(v6));
  EXPECT_EQ(IpAddress::from(storage), IpAddress::parse("198.51.100.7"));

  storage.ss_family = AF_UNIX;
  EXPECT_FALSE(IpAddress::from(storage));
}

TEST(IpAddress, LoopbackIsTheWholeOf127AndTheOneOfIPv6) {
  EXPECT_TRUE(IpAddress::parse("127.0.0.1").value().is_loopback());
  EXPECT_TRUE(IpAddress::parse("127.255.255.254").value().is_loopback());
  EXPECT_TRUE(IpAddress::parse("::1").value().is_loopback());
  EXPECT_FALSE(IpAddress::parse("128.0.0.1").value().is_loopback());
  EXPECT_FALSE(IpAddress::parse("0.0.0.0").value().is_loopback());
  EXPECT_FALSE(IpAddress::parse("::").value().is_loopback());
  EXPECT_FALSE(IpAddress::parse("::2").value().is_loopback());
}

TEST(AddressPrefix, TakesTheFirstAndTheLastAddressOfItsRangeAndNoneBeside) {
  EXPECT_TRUE(contains("10.0.0.0/8", "10.0.0.0"));
  EXPECT_TRUE(contains("10.0.0.0/8", "10.255.255.255"));
  EXPECT_FALSE(contains("10.0.0.0/8", "9.255.255.255"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(contains("192.0.2.128/25", "192.0.2.255"));
  EXPECT_FALSE(contains("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff:ffff::1"));
  EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::"));
}

TEST(AddressPrefix, AnAddressAloneIsOneAddress) {
  EXPECT_TRUE(contains("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(contains("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(contains("2001:db8::1/128", "2001:db8::1"));
  EXPECT_FALSE(contains("192.0.2.1/32", "192.0.2.0"));
}

TEST(AddressPrefix, ZeroBitsOfOneFamilyAreNotTheOtherFamily) {
  EXPECT_TRUE(contains("0.0.0.0/0", "255.255.255.255"));
  EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(contains("::/0", "2001:db8::1"));
}

TEST(AddressPrefix, MatchesAMappedPeerWithAnIPv4Rule) {
  EXPECT_TRUE(contains("10.0.0.0/8", "::ffff:10.9.8.7"));
  EXPECT_TRUE(contains("::ffff:10.0.0.0/104", "10.9.8.7"));
}

TEST(AddressPrefix, RefusesBadCountsAndBitsBeyondThePrefix) {
  for (const char* text : {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/ 8",
                           "10.0.0.0/+8", "10.0.0.0/0008", "2001:db8::/129", "/8", "10.0.0.1/8",
                           "0.0.0.1/0", "2001:db8::1/64", "10.0.0.0/8/8", "10/8"}) {
    EXPECT_FALSE(AddressPrefix::parse(text)) << text;
  }
}

TEST(AddressFilter, AllowsEveryoneWhenEmptyAndOnlyTheListedOtherwise) {
  const IpAddress lan = IpAddress::parse("10.1.1.1").value();
  const IpAddress other = IpAddress::parse("203.0.113.9").value();
  EXPECT_TRUE(AddressFilter().allows(other));

  const AddressFilter filter = AddressFilter::parse({"10.0.0.0/8", "2001:db8::/32"}).value();
  EXPECT_TRUE(filter.allows(lan));
  EXPECT_TRUE(filter.allows(IpAddress::parse("2001:db8::5").value()));
  EXPECT_FALSE(filter.allows(other));
}

TEST(AddressFilter, OneBadTextSpoilsTheWholeList) {
  EXPECT_FALSE(AddressFilter::parse({"10.0.0.0/8", "ten"}));
}

}  // namespace
}  // namespace sluice::gateway

// A session's message store that takes no more: that session ends, nothing it was not told is lost,
// and nobody else notices.
#include <cstdint>
#include <filesystem>
#include <gtest/gtest.h>
#include <optional>
#include <string>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

constexpr std::uintmax_t kStoreMessages = 1'024;
constexpr std::uintmax_t kRingBytes = kStoreMessages * 512;
/// The store takes the memory of its ring in such steps, each before it is written.
constexpr std::uintmax_t kStepBytes = 65'536;

VenueOptions venue_options() {
  VenueText text = small_venue();
  text.gateway.emplace_back("store_messages", std::to_string(kStoreMessages));
  return options_of(text);
}

/// While one lives CLIENT1's store cannot have more memory, as on a full disk.
class FullDisk {
 public:
  /// `ring_bytes`: what it has for messages.
  FullDisk(VenueProcess& venue, std::uintmax_t ring_bytes)
      : path_(venue.state_dir() + "/sessions/CLIENT1.store"),
        size_(std::filesystem::file_size(path_)) {
    std::filesystem::resize_file(path_, size_ - kRingBytes + ring_bytes);
  }
  ~FullDisk() { std::filesystem::resize_file(path_, size_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  std::string path_;
  std::uintmax_t size_;
};

bool has_logged(VenueProcess& venue, const std::string& text) {
  venue.stop(kPatience);
  return venue.process().standard_error().find(text) != std::string::npos;
}

TEST(FullStore, ReportThatCannotBeStoredIsNotSentAndComesOnceItCan) {
  VenueProcess venue{venue_options()};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  std::uint64_t orders = 0;
  {
    const FullDisk full{venue, kStepBytes};
    std::optional<FixMessage> report;
    do {
      // More reports than would fit are not sent.
      ASSERT_LT(orders, kStepBytes / 100);
      const std::string clordid = numbered("ORDER", ++orders);
      client.send(limit_order(clordid, kSymbol, '1', "1", "100"));
      report = client.receive();
      if (report) {
        EXPECT_EQ(report->get(11), clordid) << report->readable();
      }
    } while (report);
    EXPECT_TRUE(client.closed_by_peer());
    bystander.trade();
  }
  const std::uint32_t unused = client.expected_in();
  EXPECT_EQ(log_on(client, venue).seq(), unused);
  EXPECT_EQ(expect_report(client, '0').get(11), numbered("ORDER", orders));
  EXPECT_TRUE(until_heartbeat(client).empty());
  EXPECT_TRUE(has_logged(
      venue, "CLIENT1 cut: message " + std::to_string(unused) + " to it cannot be stored"));
}

TEST(FullStore, AnswerOfQuickfixThatCannotBeStoredEndsTheSession) {
  VenueProcess venue{venue_options()};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  client.options().automatic = false;
  log_on(client, venue);
  {
    const FullDisk full{venue, kStepBytes};
    std::optional<FixMessage> heartbeat;
    std::uint32_t requests = 0;
    do {
      ASSERT_LT(requests, kStepBytes / 500);
      client.send(FixBody{"1"}.add(112, numbered(std::string(500, 'T'), ++requests)));
      heartbeat = client.receive();
    } while (heartbeat);
    EXPECT_TRUE(client.closed_by_peer());
    bystander.trade();
  }
  const std::uint32_t unused = client.expected_in();
  EXPECT_EQ(log_on(client, venue).seq(), unused);
  EXPECT_TRUE(has_logged(
      venue, "CLIENT1 cut: message " + std::to_string(unused) + " to it cannot be stored"));
}

TEST(FullStore, LogonWhoseAnswerCannotBeStoredIsClosed) {
  VenueProcess venue{venue_options()};
  Bystander bystander{venue, "CLIENT2"};
  RawFixClient client{client_options("CLIENT1")};
  {
    const FullDisk full{venue, 0};
    client.connect(venue.host(), venue.port());
    EXPECT_FALSE(client.logon(false));
    EXPECT_TRUE(client.closed_by_peer());
    bystander.trade();
  }
  EXPECT_EQ(log_on(client, venue).seq(), 1U);
  EXPECT_TRUE(has_logged(venue, "CLIENT1 cut: message 1 to it cannot be stored"));
}

}  // namespace
}  // namespace sluice::testing

// A process may open only so many descriptors: enough are asked for at the start, and running out
// of them costs nobody who is logged on.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <vector>

#include "tests/end_to_end/venue_fixture.hpp"
#include "tests/support/sanitizers.hpp"

namespace sluice::testing {
namespace {

constexpr rlim_t kConnections = 100;
// Connections and one that is closed, two stores, a listener and its spare, two pollers, 16 admins
// with their socket, signal, poller and log, and 64 spare.
constexpr rlim_t kNeeded = kConnections + 1 + 2 + 2 + 2 + 20 + 64;

VenueOptions venue_with(rlim_t soft, rlim_t hard) {
  VenueText text = small_venue();
  text.gateway.emplace_back("max_connections", std::to_string(kConnections));
  VenueOptions options = options_of(text);
  options.descriptors = rlimit{soft, hard};
  return options;
}

rlimit limit_of(VenueProcess& venue) {
  rlimit limit{};
  EXPECT_EQ(::prlimit(venue.process().pid(), RLIMIT_NOFILE, nullptr, &limit), 0);
  return limit;
}

std::unique_ptr<RawFixClient> connected(VenueProcess& venue) {
  auto client = std::make_unique<RawFixClient>(client_options("CLIENT1"));
  client->connect(venue.host(), venue.port());
  return client;
}

TEST(DescriptorLimit, SoftOneIsRaisedToWhatIsNeededAndCarriesAllConnections) {
  VenueProcess venue{venue_with(32, kNeeded)};
  EXPECT_EQ(limit_of(venue).rlim_cur, kNeeded);
  Bystander bystander{venue, "CLIENT2"};
  std::vector<std::unique_ptr<RawFixClient>> others;
  // Two of them are the sessions'.
  while (others.size() < kConnections - 2) others.push_back(connected(venue));
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  others.push_back(connected(venue));
  expect_close(*others[0]);
  others.push_back(connected(venue));
  expect_close(*others[1]);
  bystander.trade();
}

TEST(DescriptorLimit, SoftOneThatIsHigherStays) {
  VenueProcess venue{venue_with(kNeeded + 7, kNeeded + 9)};
  EXPECT_EQ(limit_of(venue).rlim_cur, kNeeded + 7);
}

TEST(DescriptorLimit, HardOneThatIsTooLowEndsTheStartWithSix) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/venue.toml";
  std::ofstream{path} << venue_with(0, 0).config.text(folder.path() + "/state");
  ProcessOptions run;
  run.argv = {default_venue_binary(), "--config", path};
  run.descriptors = rlimit{32, kNeeded - 1};
  ChildProcess process{run};
  const auto status = process.wait(kPatience);
  ASSERT_TRUE(status && !status->by_signal);
  EXPECT_EQ(status->code, 6);
  EXPECT_EQ(process.standard_error(),
            "sluice: 100 connections and 2 message stores need 191 descriptors, the hard limit is "
            "190: raise it (ulimit -Hn, LimitNOFILE= of the service) or lower "
            "gateway.max_connections\n");
}

// Not for UBSan: it looks whether an object can be read by writing it to a pipe, which takes
// descriptors.
#ifndef SLUICE_UBSAN
void set_soft_limit(VenueProcess& venue, rlim_t soft) {
  rlimit limit = limit_of(venue);
  limit.rlim_cur = soft;
  EXPECT_EQ(::prlimit(venue.process().pid(), RLIMIT_NOFILE, &limit, nullptr), 0);
}

/// Where the venue's descriptor goes that it takes after `before` others.
rlim_t free_number(VenueProcess& venue, int before = 0) {
  const std::string folder = "/proc/" + std::to_string(venue.process().pid()) + "/fd/";
  for (rlim_t number = 0;; ++number) {
    if (std::filesystem::is_symlink(folder + std::to_string(number))) continue;
    if (before-- == 0) return number;
  }
}

TEST(DescriptorLimit, WithoutDescriptorsNewcomersAreClosedAndSessionsTradeOn) {
  VenueProcess venue{venue_with(kNeeded, kNeeded)};
  Bystander bystander{venue, "CLIENT2"};
  // The first events have a file made for them.
  bystander.trade();
  const Deadline made = after(kPatience);
  const std::string events = venue.state_dir() + "/journal/events-00000000000000000001.seg";
  while (!std::filesystem::exists(events) && Clock::now() < made) bystander.trade();
  const rlim_t first_free = free_number(venue);
  set_soft_limit(venue, free_number(venue, 2));
  std::vector<std::unique_ptr<RawFixClient>> newcomers;
  while (newcomers.size() < 6) newcomers.push_back(connected(venue));
  for (std::size_t i = 2; i < newcomers.size(); ++i) expect_close(*newcomers[i]);
  bystander.trade();
  newcomers.clear();
  const Deadline deadline = after(kPatience);
  while (free_number(venue) != first_free && Clock::now() < deadline) bystander.trade();
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  // Each was taken and closed once: nobody was tried again and again.
  venue.stop(kPatience);
  EXPECT_NE(venue.process().standard_error().find(" 4 connections, 0 closed for newer ones;"),
            std::string::npos)
      << venue.process().standard_error();
}

TEST(DescriptorLimit, WhoeverCannotEvenBeTakenToBeClosedWaitsUntilHeCan) {
  VenueProcess venue{venue_with(kNeeded, kNeeded)};
  Bystander bystander{venue, "CLIENT2"};
  set_soft_limit(venue, 0);
  const auto client = connected(venue);
  client->send(client->logon_body(false));
  bystander.trade();
  set_soft_limit(venue, kNeeded);
  EXPECT_EQ(expect(*client, "A").seq(), 1U);
}
#endif

}  // namespace
}  // namespace sluice::testing

// The programs beside the venue: the check of the admin protocol, sluicectl's tail and audit.
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>

#include "tests/end_to_end/script_runner.hpp"

namespace sluice::testing {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(AdminPrograms, TheVenueSpeaksItsProtocolAndItsAuditLogHolds) {
  VenueProcess venue{options_of(admin_venue_text())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  client.send(limit_order("RESTS", kSymbol, '1', "1", "50"));
  expect_report(client, '0');
  const std::string log = venue.state_dir() + "/audit.log";
  const auto check = start_python("tests/scripts/admin_conformance.py",
                                  {admin_socket(venue), "--changes", "--audit", log});
  const Ran checked = finish(*check);
  EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
  EXPECT_NE(checked.out.find("ok      the audit log holds"), std::string::npos) << checked.out;

  const Ran good = ctl(venue, {"audit", "verify", log});
  EXPECT_EQ(good.code, 0) << good.err;
  // One byte, in the middle of what was said as a reason.
  std::string changed = content_of(log);
  const std::size_t at = changed.find("conformance");
  ASSERT_NE(at, std::string::npos);
  changed[at] = 'C';
  const std::string copy = venue.folder() + "/changed.log";
  std::ofstream{copy, std::ios::binary} << changed;
  const Ran bad = ctl(venue, {"audit", "verify", copy});
  EXPECT_EQ(bad.code, 6) << bad.out << bad.err;
}

TEST(AdminPrograms, ATailShowsALiveOrderReadably) {
  VenueProcess venue{options_of(admin_venue_text())};
  RawFixClient client{client_options("CLIENT1")};
  log_on(client, venue);
  const auto tail = start_ctl(venue, {"tail", "CLIENT1", "--decode", "--count", "4"});
  // Whatever passes before it listens is not seen, so an order follows another until it has enough.
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (std::uint64_t i = 1; !tail->wait(milliseconds{20}); ++i) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << tail->standard_error();
    client.send(limit_order(numbered("SEEN", i), kSymbol, '1', "0.5", "50"));
    expect_report(client, '0');
    client.send(cancel_request(numbered("GONE", i), numbered("SEEN", i), kSymbol, '1'));
    expect_report(client, '4');
  }
  const Ran ran = finish(*tail);
  EXPECT_EQ(ran.code, 0) << ran.err;
  for (const char* word : {"ExecutionReport", "SEEN", "BTC-USDT", "CLIENT1"}) {
    EXPECT_NE(ran.out.find(word), std::string::npos) << word << " in\n" << ran.out;
  }
}

}  // namespace
}  // namespace sluice::testing

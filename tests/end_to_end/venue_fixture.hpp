// What the end-to-end tests share: a venue of small bounds, clients that wait long enough for a
// loaded machine, and the steps that most of them begin with.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/raw_fix_client.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::testing {

/// Deadline of every wait for something that must come.
inline constexpr milliseconds kPatience{60'000};
/// Both have tick 0.01, lot 0.00001 and at most 1000 an order. The second one is the bystanders'.
inline constexpr const char* kSymbol = "BTC-USDT";
inline constexpr const char* kSideSymbol = "SIDE-USDT";

/// Exit code of a venue whose journal is damaged or cannot be written.
inline constexpr int kBadJournal = 8;

/// A venue that takes little memory, with one session without a password for each name.
[[nodiscard]] VenueText small_venue(std::initializer_list<const char*> comp_ids = {"CLIENT1",
                                                                                   "CLIENT2"});
/// The same text started.
[[nodiscard]] VenueOptions options_of(VenueText config);

[[nodiscard]] RawClientOptions client_options(const std::string& comp_id,
                                              const std::string& password = {});

/// Connects and logs on with the client's present numbers. Throws std::runtime_error when the
/// answer is not a Logon.
FixMessage log_on(RawFixClient& client, VenueProcess& venue);

/// The next message, which must be of that MsgType(35); throws std::runtime_error otherwise.
FixMessage expect(RawFixClient& client, std::string_view msg_type);
/// The next message, which must be an ExecutionReport(8) of that ExecType(150).
FixMessage expect_report(RawFixClient& client, char exec_type);

/// Sends a TestRequest(1) and returns what came before its answer.
std::vector<FixMessage> until_heartbeat(RawFixClient& client);

/// Reads until the peer closes; what came before goes to skipped(). Throws when it stays open.
void expect_close(RawFixClient& client);

/// "ORDER7" for ("ORDER", 7).
[[nodiscard]] std::string numbered(std::string_view stem, std::uint64_t number);

/// A client that trades with itself: the proof that others feel nothing.
class Bystander {
 public:
  /// Its session must be one of `venue`'s.
  Bystander(VenueProcess& venue, const std::string& comp_id);
  /// Rests an order and crosses it; throws std::runtime_error unless exactly the four reports of
  /// that come back, under the next four numbers.
  void trade();
  [[nodiscard]] RawFixClient& client() { return client_; }

 private:
  RawFixClient client_;
  std::uint64_t trades_ = 0;
};

}  // namespace sluice::testing

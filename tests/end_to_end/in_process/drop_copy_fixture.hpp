// A turned venue with drop copies of every scope, and what a reader of one must find.
#pragma once

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "tests/end_to_end/in_process/turned_venue.hpp"

namespace sluice::testing {

/// Sessions of orders: CLIENT1 of firm F1 (accounts ACC1, ACC2), CLIENT2 of F1 (ACC1), CLIENT3 of
/// F2 (BACC1), BOTH of F1 (ACC1) which chooses by its Logon and copies group FIRM. Drop copies, all
/// of F1: FIRM-A and FIRM-B of group FIRM (firm F1), ACC-R of group ACCOUNTS (ACC2), SES-R of group
/// SESSIONS (CLIENT2), WIDE of group VENUE.
void add_drop_copies(gateway::VenueConfig& config);

/// The fields that a copy and its original have in common, as text.
[[nodiscard]] std::string shared_fields(const FixMessage& message);

/// A drop copy's client. Checks of each copy that it is marked as one of its group and numbered as
/// the next.
class CopyReader {
 public:
  CopyReader(TurnedVenue& venue, std::string comp_id, std::string group)
      : client_(venue, std::move(comp_id)), group_(std::move(group)) {}

  [[nodiscard]] TurnedClient& client() { return client_; }
  /// The number that the next copy must have; 0: any.
  std::uint64_t next = 1;

  /// What has come when all is quiet: copies only.
  std::vector<FixMessage> copies();
  void check(const FixMessage& copy);

 private:
  TurnedClient client_;
  std::string group_;
};

/// Connects and logs on with DropCopyFlag(9406) as said; the answer.
FixMessage log_on_with_flag(TurnedClient& client, const char* flag, bool reset = false);

class DropCopyTest : public ::testing::Test {
 protected:
  explicit DropCopyTest(const TurnedVenue::Change& more = {})
      : venue_([more](gateway::VenueConfig& config) {
          add_drop_copies(config);
          if (more) more(config);
        }) {}

  /// A resting order of one session and a part of it taken by another: four reports.
  void trade(TurnedClient& owner, TurnedClient& taker) {
    const std::string n = std::to_string(++trades_);
    owner.order("s" + n, '2', "0.002", "5.00");
    (void)owner.receive_report();
    taker.order("b" + n, '1', "0.002", "5.00", '3');
    (void)owner.receive_report();
    (void)taker.receive_all(2);
  }
  /// ExecIDs of all events so far that satisfy `is_in`.
  template <class IsIn>
  std::vector<std::uint64_t> events_where(const IsIn& is_in) {
    std::vector<std::uint64_t> ids;
    for (const Event& event : venue_.events()) {
      if (event.session.value != 0 && is_in(event)) ids.push_back(event.exec_id.value);
    }
    return ids;
  }
  std::vector<std::uint64_t> events_of_firm() {
    return events_where([](const Event& event) { return event.session.value != 3; });
  }
  const gateway::DropCopyCounters& counters() { return venue_.venue().drop_copy(); }

  TurnedVenue venue_;
  TurnedClient client1_{venue_, "CLIENT1"};
  TurnedClient client2_{venue_, "CLIENT2"};
  TurnedClient client3_{venue_, "CLIENT3"};
  CopyReader firm_{venue_, "FIRM-A", "FIRM"};
  CopyReader firm_b_{venue_, "FIRM-B", "FIRM"};
  int trades_ = 0;
};

}  // namespace sluice::testing

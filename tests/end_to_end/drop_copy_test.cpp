// Drop copies against the real program: its threads, its files, its end.
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/end_to_end/copy_client.hpp"
#include "tests/end_to_end/cutting_relay.hpp"
#include "tests/end_to_end/drop_copy_venue.hpp"
#include "tests/end_to_end/in_process/random_seed.hpp"

namespace sluice::testing {
namespace {

using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

/// A client that trades and keeps what it hears.
class Trader {
 public:
  Trader(VenueProcess& venue, const std::string& comp_id) : raw_(client_options(comp_id)) {
    log_on(raw_, venue);
  }
  [[nodiscard]] RawFixClient& raw() { return raw_; }
  void send(const FixBody& body) { raw_.send(body); }
  /// Takes what is there.
  void pump() {
    while (const FixMessage* message = raw_.poll()) keep(*message);
  }
  /// Takes all that comes before the answer to one more request; that is a report as well.
  void finish() {
    const std::string id = numbered(raw_.options().sender + "-last-", raw_.next_out());
    send(cancel_request(id, "never-was", kSymbol, '1'));
    for (;;) {
      const FixMessage message = raw_.receive().value();
      keep(message);
      if (message.type() == "9" && message.get(11) == id) return;
    }
  }
  [[nodiscard]] const std::vector<std::string>& reports() const { return reports_; }

 private:
  void keep(const FixMessage& message) {
    if (std::string name = report_name(message); !name.empty()) reports_.push_back(std::move(name));
  }
  RawFixClient raw_;
  std::vector<std::string> reports_;
};

/// The next random request of one client.
FixBody random_request(std::mt19937_64& random, const std::string& prefix, std::uint64_t number) {
  const std::string id = prefix + std::to_string(number);
  const std::string earlier = prefix + std::to_string(number - std::min(number, 1 + random() % 8));
  const char side = random() % 2 == 0 ? '1' : '2';
  const std::string price = std::to_string(98 + random() % 5);
  switch (random() % 8) {
    case 0:
      return cancel_request(id, earlier, kSymbol, side);
    case 1:
      return replace_request(id, earlier, kSymbol, side, "0.2", price);
    case 2:
      return market_order(id, kSymbol, side, "0.1");
    case 3:
      return limit_order(id, kSymbol, side, "0.1", price, '3');
    case 4:
      return limit_order(id, random() % 2 == 0 ? kSymbol : "NO-SUCH", side, "0.1", "1.001");
    default:
      return limit_order(id, kSymbol, side, "0.1", price);
  }
}

std::vector<std::string> joined(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(DropCopy, WhateverIsCutEachReaderHasItsSourcesReportsOnceAndInOrder) {
  std::mt19937_64 random{random_seed()};
  VenueText text = drop_copy_venue({drop_session("D1", "FIRM"), drop_session("D2", "FIRM"),
                                    drop_session("D3", "SESSION"), drop_session("D4", "VENUE")});
  text.log = {{"level", "\"error\""}};
  VenueProcess venue{options_of(text)};
  Trader c1{venue, "C1"};
  Trader c2{venue, "C2"};
  Trader c3{venue, "C3"};
  CuttingRelay relay{venue.port()};
  std::vector<std::unique_ptr<CopyClient>> readers;
  for (const char* name : {"D1", "D2", "D3", "D4"}) {
    // One of them without the relay: its own end is cut.
    const std::uint16_t port = readers.size() == 1 ? venue.port() : relay.port();
    readers.push_back(std::make_unique<CopyClient>(client_options(name), venue.host(), port));
    (void)readers.back()->log_on();
  }
  std::uint64_t number = 0;
  int cuts = 0;
  for (int round = 0; round < 300; ++round) {
    for (Trader* trader : {&c1, &c2, &c3}) {
      for (std::uint64_t n = random() % 8; n > 0; --n) {
        trader->send(random_request(random, trader->raw().options().sender + "-", ++number));
      }
      trader->pump();
    }
    switch (random() % 12) {
      case 0:
        relay.cut();
        ++cuts;
        break;
      case 1:
        relay.lose_everything();
        break;
      case 2:
        relay.cut();
        break;
      case 3:
        readers[1]->raw().abort();
        ++cuts;
        break;
      default:
        break;
    }
    for (const auto& reader : readers) {
      if (random() % 3 == 0 && !reader->pump()) {
        relay.cut();  // carries bytes again
        (void)reader->log_on();
      }
    }
  }
  // Twice: the last orders of one may fill those of another.
  for (Trader* trader : {&c1, &c2, &c3, &c1, &c2, &c3}) trader->finish();
  relay.cut();
  EXPECT_GT(cuts, 0);
  const std::vector<std::string> firm = joined(c1.reports(), c2.reports());
  const std::vector<std::string> expected[] = {firm, firm, c2.reports(),
                                               joined(firm, c3.reports())};
  std::vector<std::vector<std::string>> got;
  for (std::size_t i = 0; i < readers.size(); ++i) {
    EXPECT_TRUE(readers[i]->wait_for(expected[i].size()));
    EXPECT_TRUE(readers[i]->pump()) << "and nothing more";
    std::vector<std::string> faults;
    got.push_back(readers[i]->reports(faults));
    EXPECT_THAT(faults, IsEmpty());
    EXPECT_EQ(readers[i]->by_seq().begin()->second.appl_seq, 1U);
    std::vector<std::string> sorted = got.back();
    std::vector<std::string> wanted = expected[i];
    std::sort(sorted.begin(), sorted.end());
    std::sort(wanted.begin(), wanted.end());
    EXPECT_EQ(sorted, wanted) << "reader " << i;
  }
  EXPECT_EQ(got[0], got[1]) << "both of one group";
}

TEST(DropCopy, ASessionThatChoosesByItsLogonReadsOnItsOwnThreadWhatTheFeedThreadNumbers) {
  VenueText text = drop_copy_venue({drop_session("D1", "FIRM")});
  text.gateway.emplace_back("io_threads", "2");
  text.sessions.push_back(
      {.comp_id = "BOTH",
       .password = {},
       .more = {{"role", quoted("by_logon")}, {"drop_copy", quoted("FIRM")}, {"io_thread", "1"}}});
  VenueProcess venue{options_of(text)};
  Trader trader{venue, "C1"};
  CopyClient reader{client_options("D1"), venue.host(), venue.port()};
  (void)reader.log_on();
  RawFixClient both{client_options("BOTH")};
  both.connect(venue.host(), venue.port());
  both.send(both.logon_body(false).add(9406, "Y"));
  EXPECT_EQ(both.receive().value().get(9406), "Y");
  constexpr std::size_t kOrders = 500;
  for (std::size_t i = 0; i < kOrders; ++i) {
    trader.raw().queue(limit_order(numbered("o", i), kSymbol, '1', "0.1", "1"));
  }
  trader.raw().send_raw("");
  trader.finish();
  ASSERT_TRUE(reader.wait_for(kOrders + 1));
  std::vector<std::string> faults;
  const std::vector<std::string> expected = reader.reports(faults);
  for (std::size_t i = 0; i <= kOrders; ++i) {
    const FixMessage copy = both.receive().value();
    ASSERT_EQ(report_name(copy), expected[i]) << copy.readable();
    ASSERT_EQ(copy.get_int(1181), static_cast<std::int64_t>(i + 1));
  }
  both.send(limit_order("no", kSymbol, '1', "0.1", "1"));
  EXPECT_EQ(expect(both, "j").get(380), "6");
  EXPECT_TRUE(both.logout());
  expect_close(both);
  log_on(both, venue);
  both.send(limit_order("yes", kSymbol, '1', "0.1", "1"));
  EXPECT_EQ(expect_report(both, '0').get(11), "yes");
}

TEST(DropCopy, NumbersGoOnAfterAKillAndNoneComesTwice) {
  VenueProcess venue{options_of(drop_copy_venue({drop_session("D1", "FIRM")}))};
  CopyClient reader{client_options("D1"), venue.host(), venue.port()};
  for (std::uint64_t run = 0; run < 4; ++run) {
    (void)reader.log_on();
    RawFixClient trader{client_options("C1")};
    trader.connect(venue.host(), venue.port());
    ASSERT_TRUE(trader.logon(true));
    // Killed in the midst of the flow: reports leave while the next ones are made.
    for (std::uint64_t i = 0; i < 500; ++i) {
      trader.queue(limit_order(numbered("o", run * 500 + i), kSymbol, '1', "0.1", "1"));
    }
    trader.send_raw("");
    ASSERT_TRUE(reader.wait_for(reader.count() + 50));
    venue.kill();
    while (reader.pump()) (void)reader.raw().connection().wait_readable(after(kPatience));
    venue.start_again();
    reader.set_port(venue.port());
  }
  // What a run numbered and did not send any more is a hole, and nothing else is.
  std::uint64_t last = 0;
  for (const auto& [seq, copy] : reader.by_seq()) {
    EXPECT_GT(copy.appl_seq, last) << "message " << seq;
    last = copy.appl_seq;
  }
  EXPECT_GE(reader.count(), 200U);
}

TEST(DropCopy, ADamagedFileOfNumbersKeepsTheVenueFromStarting) {
  VenueProcess venue{options_of(drop_copy_venue({drop_session("D1", "FIRM")}))};
  ASSERT_TRUE(venue.stop());
  const std::string path = venue.state_dir() + "/drop_copy/FIRM";
  { std::ofstream(path, std::ios::trunc) << "x"; }
  try {
    venue.start_again();
    FAIL() << "it started";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr(path));
    EXPECT_THAT(error.what(), ::testing::HasSubstr("damaged, it has 1 bytes and not 48"));
  }
}

TEST(DropCopy, AnOrderlyStopSendsWhatWasPublishedAndCountsWhatAnAbsentReaderIsOwed) {
  VenueProcess venue{
      options_of(drop_copy_venue({drop_session("D1", "FIRM"), drop_session("D2", "FIRM")}))};
  CopyClient reader{client_options("D1"), venue.host(), venue.port()};
  (void)reader.log_on();
  Trader trader{venue, "C1"};
  constexpr std::uint64_t kOrders = 2'000;
  constexpr std::uint64_t kRounds = 4;
  constexpr std::uint64_t kReports = kOrders + kRounds;  // and the requests that finish a round
  for (std::uint64_t i = 0; i < kOrders; i += kOrders / kRounds) {
    for (std::uint64_t n = i; n < i + kOrders / kRounds; ++n) {
      trader.raw().queue(limit_order(numbered("o", n), kSymbol, '1', "0.1", "1"));
    }
    trader.raw().send_raw("");
    trader.finish();
  }
  ASSERT_EQ(trader.reports().size(), kReports);
  venue.process().send_signal(SIGTERM);
  while (reader.pump()) (void)reader.raw().connection().wait_readable(after(kPatience));
  EXPECT_EQ(reader.count(), kReports);
  ASSERT_TRUE(venue.process().wait(kPatience));
  EXPECT_THAT(venue.process().standard_error(),
              ::testing::HasSubstr("D2: 2004 copies wait for its next Logon"));
  EXPECT_THAT(venue.process().standard_error(),
              ::testing::HasSubstr("drop copies: 2004 copies, 0 lost; 0 stalled"));
}

}  // namespace
}  // namespace sluice::testing

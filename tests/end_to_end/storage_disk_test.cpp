// The journal on a file system that fails while clients trade: full, or read-only all of a sudden.
// What the documents promise of that, and that nothing is lost which anybody was told.
#include <filesystem>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/journal/event_log.hpp"
#include "engine/journal/read_only_storage.hpp"
#include "tests/end_to_end/test_disk.hpp"
#include "tests/end_to_end/tool_run.hpp"
#include "tests/end_to_end/venue_fixture.hpp"
#include "tests/support/owed_reports.hpp"
#include "tests/support/surviving_trader.hpp"

namespace sluice::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::size_t kDiskBytes = std::size_t{64} << 20U;
/// Less than a file of the journal takes.
constexpr std::size_t kRoomLeft = std::size_t{1} << 20U;

struct DiskFault {
  const char* name;
  std::function<std::unique_ptr<TestDisk>()> make;

  friend std::ostream& operator<<(std::ostream& out, const DiskFault& fault) {
    return out << fault.name;
  }
};

std::size_t lines_with(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

std::vector<Event> events_in(const std::string& journal) {
  ReadOnlyStorage storage(journal);
  EventLogReader log(storage, 1);
  std::vector<Event> events;
  for (Event event; log.next(event);) events.push_back(event);
  return events;
}

/// Each step is an order that rests and, in the same packet, the cancel of the one before; some
/// steps are always on their way, so that the failure meets messages whenever it comes.
class SteadyClient {
 public:
  SteadyClient(VenueProcess& venue, const std::string& comp_id)
      : raw_(client_options(comp_id)), comp_id_(comp_id) {
    log_on(raw_, venue);
    raw_.send(limit_order(order(0), kSideSymbol, '1', "1", "1"));
    (void)expect_report(raw_, '0');
  }

  /// Sends what may be on its way and takes what has come.
  void turn() {
    for (; !is_over_ && steps_ < answered_ + kOnTheirWay; ++steps_) {
      raw_.queue(limit_order(order(steps_ + 1), kSideSymbol, '1', "1", "1"));
      raw_.queue(cancel_request(comp_id_ + "-c" + std::to_string(steps_ + 1), order(steps_),
                                kSideSymbol, '1'));
      (void)raw_.flush();
    }
    while (const FixMessage* const message = raw_.poll()) take(*message);
    is_over_ = is_over_ || raw_.closed_by_peer();
  }
  [[nodiscard]] bool is_over() const { return is_over_; }

  [[nodiscard]] const std::set<std::string>& heard() const { return heard_; }
  [[nodiscard]] const std::vector<FixMessage>& refusals() const { return refusals_; }
  [[nodiscard]] const std::vector<FixMessage>& news() const { return news_; }
  [[nodiscard]] const std::string& logout() const { return logout_; }
  /// Of the steps whose order was refused, or accepted, or whose cancel was done.
  [[nodiscard]] const std::set<std::uint64_t>& refused() const { return refused_; }
  [[nodiscard]] const std::set<std::uint64_t>& accepted() const { return accepted_; }
  [[nodiscard]] const std::set<std::uint64_t>& cancelled() const { return cancelled_; }

 private:
  static constexpr std::uint64_t kOnTheirWay = 16;

  [[nodiscard]] std::string order(std::uint64_t step) const {
    return comp_id_ + "-o" + std::to_string(step);
  }
  void take(const FixMessage& message) {
    if (message.type() == "j") {
      refusals_.push_back(message);
      refused_.insert(step_of(message.get(379)));
      ++answered_;
    } else if (message.type() == "B") {
      news_.push_back(message);
    } else if (message.type() == "5") {
      logout_ = message.get(58);
      is_over_ = true;
    }
    if (!message.has(17)) return;
    heard_.insert(std::string(message.get(17)));
    if (message.get(150) == "0") {
      accepted_.insert(step_of(message.get(11)));
      ++answered_;
    }
    if (message.get(150) == "4") cancelled_.insert(step_of(message.get(11)));
  }
  [[nodiscard]] std::uint64_t step_of(std::string_view clordid) const {
    return std::stoull(std::string(clordid.substr(comp_id_.size() + 2)));
  }

  RawFixClient raw_;
  std::string comp_id_;
  std::uint64_t steps_ = 0;
  std::uint64_t answered_ = 0;
  bool is_over_ = false;
  std::set<std::string> heard_;
  std::vector<FixMessage> refusals_;
  std::vector<FixMessage> news_;
  std::string logout_;
  std::set<std::uint64_t> refused_;
  std::set<std::uint64_t> accepted_;
  std::set<std::uint64_t> cancelled_;
};

/// A venue whose journal is on a disk of the test's.
class JournalDisk {
 public:
  JournalDisk(std::unique_ptr<TestDisk> disk, const std::string& durability)
      : disk_(std::move(disk)), venue_(options_of(text_with(journal(), durability))) {}

  [[nodiscard]] std::string journal() const { return disk_->path() + "/journal"; }
  [[nodiscard]] TestDisk& disk() { return *disk_; }
  [[nodiscard]] VenueProcess& venue() { return venue_; }

  void expect_end_with_words() {
    const auto ended = venue_.process().wait(kPatience);
    ASSERT_TRUE(ended.has_value());
    EXPECT_FALSE(ended->by_signal);
    EXPECT_EQ(ended->code, kBadJournal);
    const std::string log = venue_.process().standard_error();
    EXPECT_EQ(lines_with(log, "the journal cannot be written, the venue stops: " + journal()), 1U)
        << log;
    EXPECT_THAT(log, HasSubstr(disk_->failure()));
  }

  /// A start with the disk back, at the end of which `trader` has heard all that there is for it.
  void expect_all_heard_after_start(SurvivingTrader& trader, std::uint32_t session) {
    venue_.start_again();
    const std::size_t before = trader.raw().heartbeats_seen();
    trader.log_on(venue_.host(), venue_.port());
    EXPECT_TRUE(hear_until({&trader}, after(kPatience),
                           [&] { return trader.raw().heartbeats_seen() > before; }));
    ASSERT_TRUE(venue_.stop(kPatience).has_value());
    (void)trader.hear();
    const OwedReports owed = owed_to(session, events_in(journal()));
    EXPECT_EQ(trader.heard(), owed.exec_ids);
    EXPECT_EQ(trader.cancel_rejects(), owed.cancel_rejects);
    EXPECT_THAT(trader.wrongs(), IsEmpty());
    const ToolOutcome verified = run_tool({"verify", journal()});
    EXPECT_EQ(verified.code, 0) << verified.err;
  }

  void expect_in_journal(const std::set<std::string>& heard) const {
    std::set<std::string> logged;
    for (const Event& event : events_in(journal())) {
      logged.insert(std::to_string(event.exec_id.value));
    }
    std::size_t missing = 0;
    for (const std::string& id : heard) missing += logged.contains(id) ? 0U : 1U;
    EXPECT_EQ(missing, 0U) << "of " << heard.size();
    EXPECT_GT(heard.size(), 100U);
  }

 private:
  static VenueText text_with(const std::string& journal, const std::string& durability) {
    VenueText text = small_venue({"CLIENT1", "CLIENT2"});
    text.journal = {{"dir", quoted(journal)}, {"durability", quoted(durability)}};
    return text;
  }

  std::unique_ptr<TestDisk> disk_;
  VenueProcess venue_;
};

class FailingDisk : public ::testing::TestWithParam<DiskFault> {
 protected:
  /// Nothing, and it is said, where this system has no such disk for a test.
  static std::unique_ptr<JournalDisk> start(const std::string& durability) {
    std::unique_ptr<TestDisk> disk;
    try {
      disk = GetParam().make();
    } catch (const MountsNotAllowed& why) {
      say_not_run(why.what());
      return nullptr;
    }
    return std::make_unique<JournalDisk>(std::move(disk), durability);
  }

  /// Both trade until both are cut off; the disk fails when they have traded a little.
  void trade_until_cut(JournalDisk& on, SurvivingTrader& trader, SteadyClient& steady) {
    // A file of the journal is filled first.
    const Deadline deadline = after(2 * kPatience);
    bool has_failed = false;
    while (!(steady.is_over() && trader.is_cut()) && Clock::now() < deadline) {
      if (!trader.is_cut()) trader.trade(random_);
      steady.turn();
      (void)trader.raw().connection().wait_readable(after(milliseconds{5}));
      (void)trader.hear();
      if (!has_failed && trader.heard().size() > 100 && steady.heard().size() > 100) {
        on.disk().fail();
        has_failed = true;
      }
    }
    EXPECT_TRUE(steady.is_over() && trader.is_cut());
  }

  std::mt19937_64 random_{20261127};
};

TEST_P(FailingDisk, RefusesEntryTakesCancelsTellsEverybodyAndLosesNothing) {
  const auto on = start("process");
  if (!on) return;
  SurvivingTrader trader("CLIENT1", kSymbol, "5.0");
  trader.log_on(on->venue().host(), on->venue().port());
  SteadyClient steady(on->venue(), "CLIENT2");
  trade_until_cut(*on, trader, steady);

  ASSERT_FALSE(steady.refusals().empty());
  const FixMessage& refused = steady.refusals().front();
  EXPECT_EQ(refused.get(380), "4") << refused.readable();
  EXPECT_EQ(refused.get(372), "D");
  EXPECT_EQ(refused.get(58),
            "the venue's journal cannot be written: only cancels are taken, and the venue stops");
  const std::uint64_t first = *steady.refused().begin();
  EXPECT_TRUE(steady.cancelled().contains(first)) << "the cancel behind that order";
  EXPECT_LT(*steady.accepted().rbegin(), first);
  ASSERT_EQ(steady.news().size(), 1U);
  EXPECT_EQ(steady.news()[0].get(148), "The venue stops");
  EXPECT_EQ(steady.logout(), refused.get(58));
  on->expect_end_with_words();

  on->disk().heal();
  on->expect_all_heard_after_start(trader, 1);
  on->expect_in_journal(steady.heard());
}

// Here the memory goes too: what was heard is on the disk or nobody heard it.
TEST_P(FailingDisk, LetsNobodyHearWhatIsNotOnIt) {
  const auto on = start("disk");
  if (!on) return;
  SurvivingTrader trader("CLIENT1", kSymbol, "5.0");
  trader.log_on(on->venue().host(), on->venue().port());
  SteadyClient steady(on->venue(), "CLIENT2");
  trade_until_cut(*on, trader, steady);

  EXPECT_EQ(steady.refusals().size(), 0U) << "not even that is said";
  EXPECT_EQ(steady.news().size(), 0U);
  EXPECT_EQ(steady.logout(), "");
  on->expect_end_with_words();

  on->disk().heal();
  std::filesystem::remove_all(on->venue().state_dir());
  on->expect_all_heard_after_start(trader, 1);
  on->expect_in_journal(steady.heard());
}

INSTANTIATE_TEST_SUITE_P(
    Faults, FailingDisk,
    ::testing::Values(
        DiskFault{"Full", [] { return std::make_unique<FillingDisk>(kDiskBytes, kRoomLeft); }},
        DiskFault{"ReadOnly", [] { return std::make_unique<ReadOnlyDisk>(kDiskBytes); }}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace sluice::testing

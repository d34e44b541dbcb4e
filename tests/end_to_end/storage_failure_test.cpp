// A disk that fails: entry is refused in words, cancels still pass, everybody is told, and the
// venue ends with an exit code of its own; what it had said it knows when it is back.
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <sys/resource.h>

#include "engine/journal/event_log.hpp"
#include "engine/journal/read_only_storage.hpp"
#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {
namespace {

using ::testing::HasSubstr;

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

class StorageFailure : public ::testing::Test {
 protected:
  StorageFailure() {
    log_on(client_, venue_);
    log_on(other_, venue_);
    client_.send(limit_order("rests", kSymbol, '1', "1", "1"));
    (void)expect_report(client_, '0');
  }
  /// Orders until one is refused, or the connection ends; the refusal.
  FixMessage trade_until_refused() {
    for (std::uint32_t sent = 0;; ++sent) {
      client_.send(limit_order(numbered("o", sent), kSymbol, '1', "1", "1", '3'));
      for (int reports = 0; reports < 2; ++reports) {
        const auto message = client_.receive(kPatience);
        if (!message) return {};
        if (message->type() == "j") return *message;
        if (message->type() != "8") --reports;
      }
    }
  }

  VenueProcess venue_{options_of(small_venue({"CLIENT1", "CLIENT2"}))};
  RawFixClient client_{client_options("CLIENT1")};
  RawFixClient other_{client_options("CLIENT2")};
};

TEST_F(StorageFailure, AJournalWhoseFolderIsGoneEndsTheVenueInOrder) {
  // The files that are open go on; the next one cannot be made.
  std::filesystem::remove_all(venue_.state_dir() + "/journal");
  const FixMessage refused = trade_until_refused();
  EXPECT_EQ(refused.get(380), "4") << refused.readable();
  EXPECT_EQ(refused.get(58),
            "the venue's journal cannot be written: only cancels are taken, and the venue stops");
  const auto news = other_.receive_type("B", kPatience);
  ASSERT_TRUE(news.has_value());
  EXPECT_EQ(news->get(148), "The venue stops");
  EXPECT_TRUE(other_.receive_type("5", kPatience).has_value());
  const auto ended = venue_.process().wait(kPatience);
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->code, kBadJournal);
  const std::string log = venue_.process().standard_error();
  EXPECT_EQ(count_of(log, "the journal cannot be written, the venue stops"), 1U) << log;
  EXPECT_THAT(log, HasSubstr("state/journal/"));
  // The folder may be lost; what was taken was in memory too, and is gone with the journal that it
  // belongs to only if somebody says so.
  EXPECT_THROW(venue_.start_again(), std::runtime_error);
}

TEST_F(StorageFailure, ADamagedJournalStopsTheStartAndSaysWhere) {
  ASSERT_TRUE(venue_.stop());
  const std::string segment = venue_.state_dir() + "/journal/rounds-00000000000000000001.seg";
  ASSERT_TRUE(std::filesystem::exists(segment));
  {
    std::fstream file(segment, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(4'096 + 100);
    file.put('\x7f');
  }
  try {
    venue_.start_again();
    FAIL() << "it started";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("is damaged: rounds-00000000000000000001.seg, offset 4096"));
  }
}

VenueOptions with_durability_disk() {
  VenueOptions options = options_of(small_venue({"CLIENT1", "CLIENT2"}));
  options.config.journal = {{"durability", "\"disk\""}};
  return options;
}

// What waits for the disk when that fails never leaves: not even a refusal, whose number would have
// to come after those of reports that nobody may hear of.
TEST(StorageFailureWithDisk, NobodyHearsOfWhatIsNotOnIt) {
  VenueProcess venue(with_durability_disk());
  RawFixClient client(client_options("CLIENT1"));
  log_on(client, venue);
  client.send(limit_order("rests", kSymbol, '1', "1", "1"));
  (void)expect_report(client, '0');
  // No file may be as long as the journal's from now on.
  const rlimit shorter{1U << 20U, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(venue.process().pid(), RLIMIT_FSIZE, &shorter, nullptr), 0);
  std::set<std::string> heard;
  // The files that are open go on; the next one cannot be made.
  for (std::uint32_t sent = 0; !client.closed_by_peer(); ++sent) {
    client.send(limit_order(numbered("o", sent), kSymbol, '1', "1", "1", '3'));
    for (int reports = 0; reports < 2 && !client.closed_by_peer();) {
      const auto message = client.receive(kPatience);
      if (!message || !message->has(17)) continue;
      heard.insert(std::string(message->get(17)));
      ++reports;
    }
  }
  EXPECT_TRUE(client.closed_by_peer());
  EXPECT_GT(heard.size(), 100U);
  const auto ended = venue.process().wait(kPatience);
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->code, kBadJournal);
  // All that was heard is there, without what was in memory.
  std::filesystem::remove_all(venue.state_dir() + "/live");
  std::filesystem::remove_all(venue.state_dir() + "/sessions");
  std::filesystem::remove(venue.state_dir() + "/epoch");
  venue.start_again();
  client.connect(venue.host(), venue.port());
  const auto answer = client.logon(false);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->type(), "A") << answer->readable();
  ReadOnlyStorage storage(venue.state_dir() + "/journal");
  EventLogReader log(storage, 1);
  std::set<std::string> logged;
  for (Event event; log.next(event);) logged.insert(std::to_string(event.exec_id.value));
  for (const std::string& id : heard) EXPECT_TRUE(logged.contains(id)) << id;
}

}  // namespace
}  // namespace sluice::testing

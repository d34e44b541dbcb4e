#include "tests/end_to_end/traded_journal.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "engine/journal/read_only_storage.hpp"
#include "engine/journal/segment.hpp"
#include "tests/end_to_end/drop_copy_venue.hpp"
#include "tests/gateway/journal_tool/changed_file.hpp"

namespace sluice::testing {
namespace {

VenueText traded_text(const std::string& durability) {
  VenueText text = small_venue({"CLIENT1", "CLIENT2"});
  text.sessions.push_back(drop_session("DROP1", "FIRM"));
  text.journal = {{"durability", quoted(durability)}};
  text.tail += "[[drop_copy]]\nname = \"FIRM\"\nfirm = \"F1\"\n";
  return text;
}

/// Most of a segment are zeros, which take neither time nor memory where nobody writes them.
void copy_sparse(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::ifstream file(from, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const std::size_t end = bytes.find_last_not_of('\0');
  std::ofstream(to, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(end + 1));
  std::filesystem::resize_file(to, bytes.size());
}

}  // namespace

TradedJournal::TradedJournal(bool stopped) : venue_(options_of(traded_text("disk"))) {
  trade();
  for (const char* durability : {"process", "disk"}) {
    if (!venue_.stop(kPatience)) throw std::runtime_error("the venue does not stop");
    venue_.start_again(traded_text(durability));
    trade();
  }
  if (!stopped) {
    // Events follow the commands by themselves.
    const Deadline deadline = after(kPatience);
    while (files("events-").size() < 3 && Clock::now() < deadline) {
      std::this_thread::sleep_for(milliseconds{5});
    }
    venue_.kill();
  } else if (!venue_.stop(kPatience)) {
    throw std::runtime_error("the venue does not stop");
  }
}

// What is heard of with durability "disk" is on the disk. The copies' numbers come later than the
// reports.
void TradedJournal::trade() {
  (void)log_on(reader_, venue_);
  (void)log_on(client_, venue_);
  for (int n = 0; n < 3; ++n, ++trades_) {
    client_.send(limit_order(numbered("REST", trades_), kSymbol, '1', "1", "7"));
    client_.send(limit_order(numbered("TAKE", trades_), kSymbol, '2', "1", "7"));
    for (const char exec_type : {'0', '0', 'F', 'F'}) (void)expect_report(client_, exec_type);
    for (int copies = 0; copies < 4; ++copies) (void)expect(reader_, "8");
  }
  (void)until_heartbeat(client_);
}

std::vector<std::string> TradedJournal::files(const std::string& beginning) const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(beginning)) continue;
    if (name.ends_with(".seg") && records(name).empty()) continue;
    names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

std::vector<RecordPlace> TradedJournal::records(const std::string& file) const {
  std::vector<RecordPlace> found;
  std::size_t round_offset = 0;
  std::uint64_t next_command = 0;
  std::uint64_t after_round = 0;
  ReadOnlyStorage storage(folder());
  const StoredBytes data = storage.read(file);
  for (std::size_t at = SegmentHeader::kBytes; at < data.bytes.size();) {
    const RecordHeader* const record = whole_record(data.bytes.subspan(at));
    if (record == nullptr) break;
    const RecordHeader& header = *record;
    const auto type = static_cast<RecordType>(header.type);
    if (type == RecordType::event || type == RecordType::round) {
      round_offset = at;
      next_command = after_round;
    }
    if (type == RecordType::command || type == RecordType::run) {
      if (next_command == 0) {
        // The first of the file: all rounds up to here stand before it.
        next_command = header.sequence;
        for (RecordPlace& each : found) each.next_command = header.sequence;
      }
      after_round = header.sequence + 1;
    }
    found.push_back({file, at, header, round_offset, next_command});
    at += stride_of(header.bytes - sizeof(RecordHeader));
  }
  return found;
}

std::string TradedJournal::copy_with_flip(const std::string& file, std::size_t offset) {
  std::string copy = copies_.path() + "/journal";
  std::filesystem::remove_all(copy);
  std::filesystem::create_directory(copy);
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    copy_sparse(entry.path(), copy + "/" + entry.path().filename().string());
  }
  gateway::ChangedFile(copy + "/" + file).flip(offset);
  return copy;
}

StartOutcome TradedJournal::start_over(const std::string& journal) {
  const std::string state = copies_.path() + "/state";
  const std::string config = copies_.path() + "/venue.toml";
  std::filesystem::remove_all(state);
  std::filesystem::create_directory(state);
  VenueText text = traded_text("disk");
  text.journal.emplace_back("dir", quoted(journal));
  std::ofstream(config, std::ios::trunc) << text.text(state);
  ProcessOptions run;
  run.argv = {default_venue_binary(), "--config", config};
  ChildProcess process(run);
  StartOutcome outcome;
  outcome.listened = process.wait_for_line("sluice: listening on ", kPatience).has_value();
  if (outcome.listened) process.send_signal(SIGTERM);
  const auto ended = process.wait(kPatience);
  if (!ended || ended->by_signal) throw std::runtime_error("the start neither goes on nor ends");
  outcome.code = ended->code;
  outcome.err = process.standard_error();
  return outcome;
}

}  // namespace sluice::testing

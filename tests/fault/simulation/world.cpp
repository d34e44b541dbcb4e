#include "tests/fault/simulation/world.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <sys/socket.h>
#include <system_error>
#include <utility>

#include "engine/journal/round.hpp"
#include "tests/fault/journal_audit.hpp"
#include "tests/support/in_process/small_venue.hpp"
#include "tests/support/owed_reports.hpp"

namespace sluice::testing {
namespace {

constexpr const char* kNames[] = {"CLIENT1", "CLIENT2", "CLIENT3"};

/// How much of a file, from its beginning, a bit may flip in so that it must be found: what is torn
/// and what has flipped in the last round cannot be told apart, as FORMAT.md says.
std::size_t flippable(const std::string& name, std::span<const std::byte> bytes) {
  std::size_t used = bytes.size();
  while (used > 0 && bytes[used - 1] == std::byte{0}) --used;
  if (!name.starts_with("rounds") || used == 0) return used;
  const SegmentStart start = read_segment_start(bytes, StreamKind::rounds);
  if (!start.wrong.empty()) return 0;
  RoundReader reader(bytes, start.header, true);
  std::vector<RecordView> records;
  std::size_t last = 0;
  for (;;) {
    const std::size_t at = reader.offset();
    if (reader.next(records) != RoundReader::Status::round) return last;
    last = at;
  }
}

}  // namespace

World::World(std::uint64_t seed)
    : random_(seed),
      clock_(kMidnightNs + static_cast<std::int64_t>(seed % 86'400) * kNsPerSecond,
             Monotonic::stands),
      has_small_log_(seed / 4 % 2 == 0),
      on_disk_(seed % 4 != 0) {
  for (const char* const name : kNames) {
    traders_.push_back(std::make_unique<SurvivingTrader>(name, kSymbol, "5.0", false));
  }
}

gateway::VenueConfig World::config() const {
  gateway::VenueConfig config = small_venue(memory_.path());
  config.gateway.port.reset();
  config.gateway.store_messages = 512;
  config.gateway.command_ring = 64;
  config.gateway.event_ring = 64;
  config.gateway.in_flight_per_session = 24;
  config.engine.max_orders = 2'048;
  config.engine.max_levels = 256;
  config.engine.max_level_pages = 256;
  config.engine.clordid_history = 2'048;
  config.engine.order_history = 2'048;
  config.engine.execution_log_events = has_small_log_ ? 256 : 8'192;
  if (has_small_log_) config.engine.work_per_command = 8;
  config.journal.durability = on_disk_ ? gateway::Durability::disk : gateway::Durability::process;
  config.journal.live_segment_bytes = 256U << 10U;
  config.journal.live_segments = 2;
  config.journal.snapshot_segments = 1;
  config.log.file = "/dev/null";  // beside memory_ it would be left behind
  config.log.level = "off";
  config.log.queue = 128;
  config.admin.enabled = false;
  return config;
}

void World::note(std::string_view what) {
  if (std::getenv("SLUICE_TRACE") != nullptr) std::cout << what << '\n';
  for (const char c : what) {
    result_.digest = (result_.digest ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01b3ULL;
  }
}

RunResult World::run() {
  const std::uint64_t lives = 2 + one_of(4);
  for (std::uint64_t life = 0; life < lives; ++life) {
    start();
    check_state();
    live();
    if (life + 1 < lives) end(static_cast<End>(one_of(5)));
  }
  settle();
  check_all();
  note(std::to_string(disk_.operations()));
  result_.on_disk = on_disk_;
  return std::move(result_);
}

// --- The venue comes ---

void World::start() {
  if (chance(4)) start_with_a_flipped_bit();
  for (;;) {
    if (on_disk_ && chance(4)) disk_.cut_after(1 + one_of(24));
    if (try_to_start()) return;
    cut_power();
  }
}

bool World::try_to_start() {
  ++result_.starts;
  try {
    venue_ = std::make_unique<gateway::Venue>(
        config(), gateway::wall_clock_now,
        [this](const std::string&) { return std::make_unique<test::Borrowed>(disk_); });
  } catch (const test::PowerCut&) {
    venue_.reset();
    return false;
  }
  disk_.go_on();
  note("a start");
  return true;
}

// Somewhere in what is durable: the start says so, or it was of no consequence.
void World::start_with_a_flipped_bit() {
  const std::vector<std::string> names = disk_.list();
  if (names.empty()) return;
  const std::string& name = names[one_of(names.size())];
  const std::span<std::byte> bytes = disk_.bytes(name);
  const std::size_t used = flippable(name, bytes);
  if (used == 0) return;
  const std::size_t at = one_of(used);
  const std::byte before = bytes[at];
  const std::byte flipped = before ^ (std::byte{1} << one_of(8));
  bytes[at] = flipped;
  try {
    ++result_.starts;
    venue_ = std::make_unique<gateway::Venue>(
        config(), gateway::wall_clock_now,
        [this](const std::string&) { return std::make_unique<test::Borrowed>(disk_); });
    venue_.reset();
  } catch (const gateway::JournalError& error) {
    ++result_.refused_starts;
    if (std::string(error.what()).find(name) == std::string::npos) {
      wrong("a bit of " + name + " had flipped, and the start said: " + error.what());
    }
  }
  disk_.go_on();
  const std::vector<std::string> left = disk_.list();
  if (std::ranges::count(left, name) == 0) return;
  std::byte& there = disk_.bytes(name)[at];
  if (there == flipped) there = before;
}

// --- It lives ---

void World::connect(SurvivingTrader& trader, bool reset) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
    throw std::system_error(errno, std::generic_category(), "socketpair");
  }
  note(trader.raw().options().sender + (reset ? " resets" : " connects"));
  venue_->door().bring_in({.fd = gateway::FileDescriptor(ends[0]),
                           .peer = gateway::IpAddress::parse("127.0.0.1").value(),
                           .peer_text = "127.0.0.1:1"});
  trader.log_on_over(ends[1], reset);
  if (reset) ++result_.resets;
}

void World::turn_all() {
  (void)venue_->door().turn();
  (void)venue_->io(0).turn();
  (void)venue_->runner().turn();
  (void)venue_->journal().sync_turn();
  (void)venue_->journal().keep_turn();
  if (venue_->journal().archive().turn()) ++result_.old_reads;
}

void World::live() {
  for (const auto& trader : traders_) connect(*trader, false);
  for (std::uint64_t steps = 50 + one_of(700); steps > 0; --steps) step();
}

void World::step() {
  SurvivingTrader& trader = *traders_[one_of(traders_.size())];
  switch (one_of(28)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
      if (!trader.is_cut()) trader.trade(random_);
      break;
    case 6:
    case 7:
    case 8:
      (void)trader.hear();
      break;
    case 9:
    case 10:
    case 11:
    case 12:
      (void)venue_->io(0).turn();
      break;
    case 13:
    case 14:
    case 15:
      (void)venue_->runner().turn();
      break;
    case 16:
    case 17:
      (void)venue_->journal().sync_turn();
      break;
    case 18:
      (void)venue_->journal().keep_turn();
      if (venue_->journal().archive().turn()) ++result_.old_reads;
      break;
    case 19:
      (void)venue_->door().turn();
      break;
    case 20:
      if (chance(4)) (void)venue_->journal().snapshot_turn();
      break;
    case 23:
    case 24:
    case 25:
    case 26:
      turn_all();
      break;
    case 21:
      clock_.advance(static_cast<std::int64_t>(one_of(200)) * kNsPerMillisecond);
      if (chance(64)) {
        clock_.set_wall(clock_.now_ns() + (chance(2) ? 1 : -1) * kNsPerSecond *
                                              static_cast<std::int64_t>(one_of(60)));
      }
      break;
    case 22:
      // Cut, and back at once or later; half-open where the venue does not know yet.
      if (chance(4)) trader.raw().close();
      break;
    default:
      if (trader.is_cut()) connect(trader, chance(16));
  }
}

// --- And goes ---

void World::cut_power() {
  venue_.reset();
  ++result_.power_cuts;
  note("the power is cut");
  disk_.come_back(random_);
  for (const auto& entry : std::filesystem::directory_iterator(memory_.path())) {
    std::filesystem::remove_all(entry.path());
  }
}

void World::end(End how) {
  if (!on_disk_ && (how == End::power_cut || how == End::power_cut_at_the_disk)) how = End::kill;
  note("the end: " + std::to_string(static_cast<int>(how)));
  switch (how) {
    case End::kill:
      venue_.reset();
      disk_.go_on();
      return;
    case End::power_cut:
      cut_power();
      return;
    case End::power_cut_at_the_disk:
      disk_.cut_after(1 + one_of(12));
      try {
        for (int i = 0; i < 400; ++i) step();
      } catch (const test::PowerCut&) {
      }
      cut_power();
      return;
    case End::disk_failure:
      ++result_.disk_failures;
      disk_.fail_after(1 + one_of(12));
      for (int i = 0; i < 200; ++i) step();
      venue_.reset();
      disk_.go_on();
      return;
    case End::stop:
      for (std::uint32_t i = 0; i < venue_->thread_count(); ++i) venue_->io(i).request_stop();
      for (int i = 0; i < 400 && !venue_->io(0).finished(); ++i) {
        turn_all();
        for (const auto& trader : traders_) (void)trader->hear();
        clock_.advance(20 * kNsPerMillisecond);
      }
      venue_.reset();
      disk_.go_on();
      return;
  }
}

void World::settle() {
  for (int round = 0; round < 4; ++round) {
    for (const auto& trader : traders_) {
      if (trader->is_cut() || round == 0) connect(*trader, false);
    }
    for (int i = 0; i < 60; ++i) {
      turn_all();
      for (const auto& trader : traders_) (void)trader->hear();
      if (i % 8 == 0) clock_.advance(60 * kNsPerMillisecond);
    }
  }
}

// --- What must hold ---

// The engine's state is what a new engine makes of all commands of the journal.
void World::check_state() {
  const JournalAudit audit = audit_journal(disk_, false);
  if (!audit.wrong.empty()) wrong(audit.wrong);
  if (audit.state_hash != venue_->engine().state_hash()) {
    wrong("the engine that was started is another one than a replay of the journal makes");
  }
}

void World::check_all() {
  const JournalAudit audit = audit_journal(disk_, false);
  if (!audit.wrong.empty()) wrong(audit.wrong);
  for (std::uint32_t i = 0; i < traders_.size(); ++i) {
    const SurvivingTrader& trader = *traders_[i];
    const OwedReports owed = owed_to(i + 1, audit.events);
    const auto& heard = trader.heard();
    if (heard != owed.exec_ids) {
      const auto [at, wanted] = std::ranges::mismatch(heard, owed.exec_ids);
      wrong(std::string(kNames[i]) + " heard " + std::to_string(heard.size()) + " reports of " +
            std::to_string(owed.exec_ids.size()) + ", the first " +
            std::to_string(at - heard.begin()) + " are the same; then " +
            (at == heard.end() ? "none" : std::to_string(*at)) + " in place of " +
            (wanted == owed.exec_ids.end() ? "none" : std::to_string(*wanted)));
    }
    if (trader.cancel_rejects() != owed.cancel_rejects) {
      wrong(std::string(kNames[i]) + " heard " + std::to_string(trader.cancel_rejects()) +
            " refusals of cancels of " + std::to_string(owed.cancel_rejects));
    }
    for (const std::string& each : trader.wrongs()) wrong(std::string(kNames[i]) + ": " + each);
    result_.reports += heard.size();
    for (const std::uint64_t id : heard) note(std::to_string(id));
  }
}

}  // namespace sluice::testing

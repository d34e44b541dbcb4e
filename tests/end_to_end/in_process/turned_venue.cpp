#include "tests/end_to_end/in_process/turned_venue.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "engine/journal/event_log.hpp"
#include "engine/journal/read_only_storage.hpp"
#include "engine/message/command.hpp"

namespace sluice::testing {
namespace {

// Generous: sanitizers and shared machines. Nothing waits so long unless it is wrong.
constexpr std::chrono::seconds kPatience{30};
// Turns without any news after which all is taken to be quiet. Loopback delivers at once.
constexpr int kQuietTurns = 4;

}  // namespace

void TurnedVenue::open() {
  gateway::VenueConfig config = small_venue(folder_.path());
  if (change_) change_(config);
  venue_ = std::make_unique<gateway::Venue>(std::move(config));
}

void TurnedVenue::restart(const Change& change) {
  venue_.reset();
  if (change) change_ = change;
  open();
}

void TurnedVenue::cut_power(const Change& change) {
  venue_.reset();
  disk_is_stuck_ = false;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    if (entry.path().filename() != "journal") std::filesystem::remove_all(entry.path());
  }
  if (change) change_ = change;
  open();
}

bool TurnedVenue::log_says(const std::string& text) {
  const auto said = [&] {
    std::ifstream in(folder_.path() + "/venue.log");
    return std::string{std::istreambuf_iterator<char>(in), {}}.find(text) != std::string::npos;
  };
  return turn_until(said, false);
}

bool TurnedVenue::turn_io() {
  const bool let_in = venue_->door().turn();
  return venue_->io(0).turn() || let_in;
}

void TurnedVenue::request_stop() {
  for (std::uint32_t i = 0; i < venue_->thread_count(); ++i) venue_->io(i).request_stop();
}

bool TurnedVenue::turn_feed() {
  const std::uint32_t feed = venue_->config().gateway.io_threads;
  return feed < venue_->config().door_thread() && venue_->io(feed).turn();
}

bool TurnedVenue::turn_until(const std::function<bool()>& done, bool engine) {
  const Deadline deadline = after(kPatience);
  while (!done()) {
    if (Clock::now() >= deadline) return false;
    turn_io();
    if (engine) (void)turn_engine();
    (void)turn_feed();
  }
  return true;
}

void TurnedVenue::settle(bool engine) {
  for (int quiet = 0; quiet < kQuietTurns; ++quiet) {
    if (turn_io()) quiet = 0;
    if (engine && turn_engine()) quiet = 0;
    if (turn_feed()) quiet = 0;
  }
}

std::vector<Event> TurnedVenue::events(std::uint32_t session) const {
  const ExecutionLog& log = std::as_const(*venue_).log();
  std::vector<Event> found;
  Event event;
  for (std::uint64_t n = log.oldest(); log.read(n, event) == ExecutionLog::ReadStatus::ok; ++n) {
    if (session == 0 || event.session.value == session) found.push_back(event);
  }
  return found;
}

void TurnedVenue::remove_events_on_disk() const {
  for (const auto& file : std::filesystem::directory_iterator(state_dir() + "/journal")) {
    if (file.path().filename().string().starts_with(kEventStream)) {
      std::filesystem::remove(file.path());
    }
  }
}

std::vector<Event> TurnedVenue::events_on_disk(std::uint32_t session) const {
  while (venue_->journal().keep_turn()) continue;
  ReadOnlyStorage storage(state_dir() + "/journal");
  EventLogReader log(storage, 1);
  std::vector<Event> found;
  for (Event event; log.next(event);) {
    if (event.session.value == session) found.push_back(event);
  }
  return found;
}

TurnedClient::TurnedClient(TurnedVenue& venue, std::string comp_id, int heartbeat_s)
    : venue_(venue),
      raw_({.sender = std::move(comp_id),
            .username = "",
            .password = "",
            .heartbeat_s = heartbeat_s,
            .automatic = false}) {}

void TurnedClient::start_logon(bool reset) {
  raw_.connect("127.0.0.1", venue_.venue().port());
  if (reset) {
    raw_.set_next_out(1);
    raw_.set_expected_in(1);
  }
  raw_.send(raw_.logon_body(reset));
}

FixMessage TurnedClient::logon(bool reset) {
  start_logon(reset);
  return receive();
}

void TurnedClient::vanish() {
  raw_.close();
  venue_.settle();
}

void TurnedClient::check_number(const FixMessage& message) {
  if (message.get(43) == "Y") return;
  const std::uint32_t expected =
      message.type() == "A" && message.get(141) == "Y" ? 2 : message.seq() + 1;
  EXPECT_EQ(raw_.expected_in(), expected) << "a gap or a repetition: " << message.readable();
  EXPECT_EQ(raw_.gap(), 0u) << message.readable();
}

std::optional<FixMessage> TurnedClient::poll() {
  const std::uint32_t expected = raw_.expected_in();
  const FixMessage* message = raw_.poll();
  if (message == nullptr) return std::nullopt;
  check_number(*message);
  if (message->get(43) != "Y" && message->get(141) != "Y") {
    EXPECT_EQ(message->seq(), expected) << message->readable();
  }
  return *message;
}

FixMessage TurnedClient::receive(bool engine) {
  std::optional<FixMessage> message;
  const auto is_there = [&] {
    message = poll();
    return message.has_value() || raw_.closed_by_peer();
  };
  if (!venue_.turn_until(is_there, engine) || !message) {
    throw std::runtime_error(raw_.options().sender + ": no message came; closed by the venue: " +
                             std::to_string(raw_.closed_by_peer()));
  }
  return *std::move(message);
}

FixMessage TurnedClient::receive_report(bool engine) {
  for (;;) {
    FixMessage message = receive(engine);
    if (message.type() != "0" && message.type() != "1") return message;
  }
}

std::vector<FixMessage> TurnedClient::receive_all(std::size_t count, bool engine) {
  std::vector<FixMessage> messages;
  while (messages.size() < count) messages.push_back(receive(engine));
  return messages;
}

std::vector<FixMessage> TurnedClient::receive_rest(bool engine) {
  std::vector<FixMessage> messages;
  for (;;) {
    venue_.settle(engine);
    const std::size_t before = messages.size();
    while (auto message = poll()) messages.push_back(*std::move(message));
    if (messages.size() == before) return messages;
  }
}

bool TurnedClient::closed() {
  return venue_.turn_until([this] {
    while (poll()) continue;
    return raw_.closed_by_peer();
  });
}

std::vector<std::uint64_t> exec_ids(const std::vector<FixMessage>& reports) {
  std::vector<std::uint64_t> ids;
  for (const FixMessage& report : reports) {
    ids.push_back(static_cast<std::uint64_t>(report.get_int(17).value_or(0)));
  }
  return ids;
}

std::vector<std::uint64_t> exec_ids(const std::vector<Event>& events) {
  std::vector<std::uint64_t> ids;
  for (const Event& event : events) ids.push_back(event.exec_id.value);
  return ids;
}

}  // namespace sluice::testing

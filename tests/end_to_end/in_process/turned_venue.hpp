// A whole venue and its clients on the test's own thread: nothing happens but by a turn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/message/event.hpp"
#include "gateway/config/venue_config.hpp"
#include "gateway/venue/venue.hpp"
#include "tests/support/in_process/small_venue.hpp"
#include "tests/support/raw_fix_client.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::testing {

/// Thread safety: none; all of the venue runs in turns on the caller's thread.
class TurnedVenue {
 public:
  using Change = std::function<void(gateway::VenueConfig&)>;

  /// `change` is applied to small_venue().
  explicit TurnedVenue(const Change& change = {}) : change_(change) { open(); }

  [[nodiscard]] gateway::Venue& venue() { return *venue_; }
  [[nodiscard]] const std::string& state_dir() const { return folder_.path(); }
  /// One turn of the door and the first I/O thread, of the engine, or of each, then of the feed
  /// thread. True if there was work.
  bool turn_io();
  /// One turn of the feed thread, if there is one; true if there was work.
  bool turn_feed();
  /// Of the engine and of the journal behind it; true if the engine had work.
  bool turn_engine() {
    const bool worked = venue_->runner().turn();
    if (!disk_is_stuck_) (void)venue_->journal().sync_turn();
    (void)venue_->journal().keep_turn();
    (void)venue_->journal().archive().turn();
    return worked;
  }
  void turn() {
    (void)turn_io();
    (void)turn_engine();
    turn_feed();
  }
  /// Turns until `done`; false after some seconds of waiting. `engine` false: only the I/O thread's
  /// turns.
  bool turn_until(const std::function<bool()>& done, bool engine = true);
  /// Turns until all is quiet: what is in sockets and rings has gone all its way.
  void settle(bool engine = true);
  /// Of all threads; it advances with their turns.
  void request_stop();
  /// Waits until the log has `text`, which a thread of its own writes; false after some seconds.
  [[nodiscard]] bool log_says(const std::string& text);

  /// Another venue on the same folder, as after the death of this one, with another configuration
  /// where `change` is given: that is applied to small_venue() in place of the first one.
  void restart(const Change& change = {});
  /// Likewise, as after a power cut: of the folder only the journal on the disk is left.
  void cut_power(const Change& change = {});
  /// The journal's syncs do not come back until this is over.
  void stick_disk(bool stuck) { disk_is_stuck_ = stuck; }

  /// All events so far that are for `session` (0: for anyone), from the execution log.
  [[nodiscard]] std::vector<Event> events(std::uint32_t session = 0) const;
  /// As if they were older than keep_hours.
  void remove_events_on_disk() const;
  /// All that the disk has, of a session.
  [[nodiscard]] std::vector<Event> events_on_disk(std::uint32_t session) const;

 private:
  void open();

  TemporaryFolder folder_;
  Change change_;
  std::unique_ptr<gateway::Venue> venue_;
  bool disk_is_stuck_ = false;
};

/// A client whose waiting makes the venue turn. Checks each message's number: they come without
/// gaps and without repetition, but for those with PossDupFlag(43)=Y.
class TurnedClient {
 public:
  TurnedClient(TurnedVenue& venue, std::string comp_id, int heartbeat_s = 30);

  [[nodiscard]] RawFixClient& raw() { return raw_; }
  /// Where the venue listens.
  [[nodiscard]] std::uint16_t port() const { return venue_.venue().port(); }

  /// Connects and logs on; the answer. Throws std::runtime_error when there is none.
  FixMessage logon(bool reset = false);
  /// The same without waiting for the answer.
  void start_logon(bool reset = false);
  /// The connection ends; returns when the venue knows.
  void vanish();

  std::uint32_t send(const FixBody& body) { return raw_.send(body); }
  std::uint32_t order(std::string_view clordid, char side, std::string_view qty,
                      std::string_view price, char tif = '1') {
    return send(limit_order(clordid, kSymbol, side, qty, price, tif));
  }
  std::uint32_t cancel(std::string_view clordid, std::string_view orig_clordid, char side) {
    return send(cancel_request(clordid, orig_clordid, kSymbol, side));
  }

  /// What is there now, without a turn.
  std::optional<FixMessage> poll();
  /// Turns until a message comes. `engine` false: only the I/O thread's turns. Throws
  /// std::runtime_error when none comes.
  FixMessage receive(bool engine = true);
  /// The same, leaving out Heartbeat(0) and TestRequest(1).
  FixMessage receive_report(bool engine = true);
  /// The next `count` messages.
  std::vector<FixMessage> receive_all(std::size_t count, bool engine = true);
  /// What has come when all is quiet.
  std::vector<FixMessage> receive_rest(bool engine = true);
  /// True when the venue has closed the connection, now or within a few seconds of turns.
  bool closed();

 private:
  void check_number(const FixMessage& message);

  TurnedVenue& venue_;
  RawFixClient raw_;
};

/// ExecID(17) of each message, in order.
[[nodiscard]] std::vector<std::uint64_t> exec_ids(const std::vector<FixMessage>& reports);
[[nodiscard]] std::vector<std::uint64_t> exec_ids(const std::vector<Event>& events);

}  // namespace sluice::testing

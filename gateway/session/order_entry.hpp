// The order-entry role of a session: messages to commands on the way in, events to reports on the
// way out.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <spdlog/logger.h>
#include <string>
#include <string_view>
#include <vector>

#include "engine/journal/event_archive.hpp"
#include "engine/log/execution_log.hpp"
#include "engine/runner/io_lane.hpp"
#include "gateway/codec/decoding/decoder.hpp"
#include "gateway/codec/encoding/encoder.hpp"
#include "gateway/session/fix_session.hpp"
#include "gateway/session/session_role.hpp"
#include "gateway/session/told_marks.hpp"
#include "gateway/session/venue_health.hpp"

namespace sluice::gateway {

/// Refusals that no event tells of; readable from any thread.
struct OrderEntryCounters {
  std::atomic<std::uint64_t> commands{0};            ///< Pushed into the ring.
  std::atomic<std::uint64_t> busy_refusals{0};       ///< Ring full: j with 380=4.
  std::atomic<std::uint64_t> in_flight_refusals{0};  ///< Session's cap met: j with 380=8.
  std::atomic<std::uint64_t> reports{0};             ///< Encoded and queued.
  /// Left the log in memory and cannot be read from the disk, while owed; at most.
  std::atomic<std::uint64_t> reports_lost{0};
};

/// Thread safety: the session's I/O thread.
///
/// Invariants: each event of the session is reported once, in order, under a number that it gets
/// only when the session can take it. While reports are owed (`owed_from_` != 0) every event of the
/// session is left to catch_up(), which reads the execution log, and the archive for what has left
/// it; so an old report never overtakes a new one.
class OrderEntry final : public SessionRole {
 public:
  /// `in_flight_cap`: never more in flight. `share`: so many find room in the lane however full
  /// others make it, as IoLane::try_push() says.
  OrderEntry(FixSession& session, IoLane& lane, DecodeContext context, const ReportEncoder& encoder,
             std::uint32_t in_flight_cap, std::uint32_t share, OrderEntryCounters& counters,
             const VenueHealth& health, EventArchive& archive,
             std::shared_ptr<spdlog::logger> logger, WallClock clock);

  void on_app_message(std::string_view msg_type, std::string_view raw, TimeNs received) override;
  void after_message() override;
  [[nodiscard]] std::string_view logon_text() override;
  void begin_drain() override { draining_ = true; }

  [[nodiscard]] bool is_drop_copy() const noexcept override { return false; }

  void on_event(const Event& event) override;
  void on_lost_events(std::uint64_t first) override;
  [[nodiscard]] bool owes_reports() const override { return owed_from_ != 0; }
  bool catch_up(const ExecutionLog& log, std::uint64_t position, std::uint32_t budget) override;
  void on_reset(std::uint64_t position, std::int64_t heard_ns) override;
  /// What is owed comes from the log, which a stop leaves behind: the Logout does not wait for it.
  [[nodiscard]] bool is_drained(const ExecutionLog&) const override { return true; }
  void on_chosen(bool chosen) override;
  void on_timer(std::int64_t now_ns) override { about_now_ns_ = now_ns; }

  /// All events of the session up to `position` have come by on_event(): if none is owed, its store
  /// knows from now on that they were told.
  void note_told(std::uint64_t position) noexcept;
  /// Before the first turn of a run: what of the session is owed begins with event `owed_from`, 0:
  /// nothing is. `lost`: numbers of client's messages, rising, that were taken
  /// and are not in the journal; the client is asked for them, and of what it sends again they
  /// alone are taken.
  void resume(std::uint64_t owed_from, std::vector<std::uint32_t> lost);
  /// Before resume(), in rising order: earlier runs have told of the event, at about that time,
  /// monotonic.
  void note_told_before(std::uint64_t event, std::int64_t time_ns) noexcept {
    told_.note(event, time_ns);
  }

  /// The number of the first event that may be owed; 0: none.
  [[nodiscard]] std::uint64_t owed_from() const noexcept { return owed_from_; }
  [[nodiscard]] std::uint32_t in_flight() const noexcept { return in_flight_; }

 private:
  struct PendingReject {
    int reason;  // BusinessRejectReason(380)
    std::uint32_t ref_seq_num;
    ClOrdId ref_id;
    char ref_msg_type;
    std::string text;
  };

  [[nodiscard]] bool can_report() const noexcept {
    return chosen_ && session_.is_live() && !session_.is_held_up();
  }
  /// False when it could not be stored: it is owed still, and the connection is doomed.
  [[nodiscard]] bool report(const Event& event);
  using Found = OldEventReader::Status;
  /// The next event that is owed, from log or archive. `none`: not yet one of this session, and
  /// owed_from_ went on, as it does where some are `gone`.
  [[nodiscard]] Found next_owed(const ExecutionLog& log, std::uint64_t position, Event& event);
  void note_loss(std::uint64_t next, ExecId id);
  [[nodiscard]] bool push();
  [[nodiscard]] bool was_taken() const noexcept;
  void refuse(int reason, const Command& command, std::string_view msg_type, std::string text);
  [[nodiscard]] bool may_start(const Command& command) const noexcept;

  FixSession& session_;
  IoLane& lane_;
  DecodeContext context_;
  const ReportEncoder& encoder_;
  std::uint32_t in_flight_cap_;
  std::uint32_t share_;
  OrderEntryCounters& counters_;
  const VenueHealth& health_;
  std::shared_ptr<spdlog::logger> logger_;
  WallClock clock_;
  OldEventReader archive_;

  std::vector<std::uint32_t> lost_;  // rising
  std::uint32_t in_flight_ = 0;
  ToldMarks told_;
  std::int64_t about_now_ns_ = 0;  // monotonic, some milliseconds ago
  std::uint64_t again_until_ = 0;  // events that may be known under an earlier number
  std::uint64_t owed_from_ = 0;    // number of the first event that was not reported; 0: none
  bool draining_ = false;
  bool chosen_ = true;
  std::string losses_;      // not told yet
  std::string logon_text_;  // what the last Logon told
  std::optional<PendingReject> refusal_;
  Command command_{};
  std::array<char, kMaxOutgoingBytes> out_{};
};

}  // namespace sluice::gateway

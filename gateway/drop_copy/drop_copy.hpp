// The drop-copy role of a session: a read-only copy of every report of its group.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <spdlog/logger.h>
#include <string>
#include <string_view>

#include "engine/journal/event_archive.hpp"
#include "gateway/codec/encoding/encoder.hpp"
#include "gateway/drop_copy/copy_source.hpp"
#include "gateway/drop_copy/group_feed.hpp"
#include "gateway/session/fix_session.hpp"
#include "gateway/session/session_role.hpp"
#include "gateway/session/told_marks.hpp"

namespace sluice::gateway {

/// Readable from any thread.
struct DropCopyCounters {
  std::atomic<std::uint64_t> copies{0};       ///< Encoded and queued.
  std::atomic<std::uint64_t> copies_lost{0};  ///< Not to be found any more while owed, at most.
  std::atomic<std::uint64_t> stalled{0};      ///< Cut: behind, and nothing read for too long.
  std::atomic<std::uint64_t> refused{0};      ///< Requests of orders on a drop copy.
};

/// Thread safety: the session's I/O thread; the group is fed by another one.
///
/// Invariants: each number of the group from its first of this run on goes to the session once, in
/// order, but for those that a Logon says are lost. It gets the session's next MsgSeqNum only when
/// it is stored, so that what is cut on its way comes with a resend.
class DropCopy final : public SessionRole {
 public:
  struct Parts {
    FixSession& session;
    const GroupFeed& group;
    const CopySources& sources;
    EventArchive& archive;
    const ReportEncoder& encoder;
    DropCopyCounters& counters;
    std::shared_ptr<spdlog::logger> logger;
    WallClock clock;
    std::int64_t stall_ns;  ///< Behind, and so long without a byte read: cut.
  };
  explicit DropCopy(Parts parts);

  void on_app_message(std::string_view msg_type, std::string_view raw, TimeNs received) override;
  void after_message() override;
  [[nodiscard]] std::string_view logon_text() override;
  void begin_drain() override {}
  [[nodiscard]] bool is_drop_copy() const noexcept override { return true; }

  void on_event(const Event&) override {}
  void on_lost_events(std::uint64_t) override {}
  [[nodiscard]] bool owes_reports() const override { return next_ <= parts_.group.last(); }
  bool catch_up(const ExecutionLog& log, std::uint64_t position, std::uint32_t budget) override;
  void note_losses() override;
  void on_reset(std::uint64_t position, std::int64_t heard_ns) override;
  [[nodiscard]] bool is_drained(const ExecutionLog& log) const override;
  void on_chosen(bool chosen) override;
  void on_timer(std::int64_t now_ns) override;

  /// Copies that the client, once it was a drop copy in this run, has not got.
  [[nodiscard]] std::uint64_t owed() const noexcept {
    return was_chosen_ ? parts_.group.last() + 1 - next_ : 0;
  }

 private:
  struct PendingReject {
    std::uint32_t ref_seq_num;
    ClOrdId ref_id;
    char ref_msg_type;
  };

  [[nodiscard]] bool can_send() const noexcept { return chosen_ && parts_.session.is_live(); }
  [[nodiscard]] bool send(const Event& event);
  using Found = OldEventReader::Status;
  /// The event of copy next_, from log or archive. `none`: not found yet; `not_yet` and what was
  /// asked for: `waiting`; `gone`: noted as lost.
  [[nodiscard]] Found next_owed(const ExecutionLog& log, Event& event);
  [[nodiscard]] Found read_old(const ExecutionLog& log, std::uint64_t from, Event& event);
  /// Whether the group's next event after after_ is that of next_.
  [[nodiscard]] bool can_count_on() const noexcept {
    return after_ != 0 && next_ > parts_.group.last_skipped();
  }
  /// Copies of events before `event`, and those whose events nobody remembers, are lost.
  void lose_before_event(std::uint64_t event, const std::string& why);

  Parts parts_;
  OldEventReader archive_;
  std::uint64_t next_;             ///< ApplSeqNum(1181) of the next copy.
  std::uint64_t after_ = 0;        ///< Its event comes after this one; 0: nobody knows.
  ToldMarks told_;                 ///< By ApplSeqNum.
  std::int64_t about_now_ns_ = 0;  ///< Monotonic, some milliseconds ago.
  std::uint64_t again_until_ = 0;  ///< Copies that may be known under an earlier MsgSeqNum(34).
  bool chosen_ = false;
  bool was_chosen_ = false;
  /// On this connection the client has been given all there was: from here on copies go to it as
  /// they come, until the bound on unsent bytes is met.
  bool at_tip_ = false;
  std::uint64_t sent_bytes_ = 0;  ///< Of the connection, when progress was seen last.
  std::int64_t progress_ns_ = 0;  ///< Monotonic; 0: not watched.
  std::string losses_;            ///< Not told yet.
  std::string logon_text_;        ///< What the last Logon told.
  std::optional<PendingReject> refusal_;
  std::array<char, kMaxOutgoingBytes> out_{};
};

}  // namespace sluice::gateway

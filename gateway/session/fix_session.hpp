// One configured FIX session: QuickFIX's session object, its store, and the connection it has now.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <spdlog/logger.h>
#include <string>
#include <string_view>

#include "engine/types/strong.hpp"
#include "engine/types/wall_clock.hpp"
#include "gateway/codec/encoding/encoder.hpp"
#include "gateway/codec/framing/framer.hpp"
#include "gateway/config/venue_config.hpp"
#include "gateway/session/connection.hpp"
#include "gateway/session/logon_exchange.hpp"
#include "gateway/session/message_tap.hpp"
#include "gateway/session/quickfix.hpp"
#include "gateway/session/resend_pager.hpp"
#include "gateway/session/session_app.hpp"
#include "gateway/session/store/mapped_message_store.hpp"

namespace sluice::gateway {

/// Thread safety: everything on the I/O thread that owns the session, but for the constructor.
///
/// Invariants: QuickFIX's responder is the attached connection or nothing. Messages leave in the
/// order of their numbers. No message of ours is encoded inside a QuickFIX callback, for QuickFIX
/// reads the next number before it calls back and stores after. QuickFIX's queue of early messages
/// is empty between messages: it has no bound, and the client sends them again anyway.
class FixSession {
 public:
  FixSession(SessionId id, const SessionConfig& config, const GatewayConfig& limits,
             FIX::Session& fix, MappedMessageStore& store, std::shared_ptr<spdlog::logger> logger,
             bool log_messages, WallClock clock);

  /// Messages that we encode are told to `tap` too; null for none.
  void set_tap(MessageTap* tap) noexcept { tap_ = tap; }
  /// A disabled session refuses every Logon with Logout(5).
  void set_enabled(bool enabled) noexcept { enabled_ = enabled; }
  [[nodiscard]] bool enabled() const noexcept { return enabled_; }
  void set_app(SessionApp& app) noexcept { app_ = &app; }

  [[nodiscard]] SessionId id() const noexcept { return id_; }
  [[nodiscard]] const SessionConfig& config() const noexcept { return config_; }
  [[nodiscard]] const SessionNames& names() const noexcept { return names_; }
  [[nodiscard]] Connection* connection() noexcept { return connection_; }
  [[nodiscard]] const Connection* connection() const noexcept { return connection_; }
  /// When the client logged on; of no meaning without a connection.
  [[nodiscard]] TimeNs logged_on_at() const noexcept { return logged_on_at_; }
  /// Logons of this run.
  [[nodiscard]] std::uint64_t logons() const noexcept { return logons_; }
  /// Logged on, and neither side has begun to leave.
  [[nodiscard]] bool is_live() const noexcept { return live_; }

  /// Takes an authenticated connection whose first message is `logon_bytes`. False: it is to be
  /// closed.
  [[nodiscard]] bool attach(Connection& connection, std::string_view logon_bytes, TimeNs now);
  /// One whole message of the attached connection.
  void on_message(std::string_view message, TimeNs received);
  /// Lets QuickFIX look at its clocks: heartbeats, test requests, time-outs.
  void on_timer();
  /// Somebody moved the wall clock by `jump_ns`. QuickFIX measures silence by it: the session's
  /// times move along, so that a jump is neither a silence nor the end of heartbeats.
  void on_clock_jump(std::int64_t jump_ns);
  /// Asks the attached connection for a sign of life: TestRequest(1). Not while either side leaves:
  /// that has an end of its own.
  void probe();
  /// The connection is gone or about to be closed.
  void detach();
  /// Sends Logout(5) with `text`; the session leaves when the client answers or LogoutTimeout is
  /// over.
  void begin_logout(const std::string& text);

  /// The number and the time that the next message of ours must carry.
  [[nodiscard]] std::uint32_t next_sender() const noexcept { return store_.next_sender(); }
  /// The MsgSeqNum(34) that the client's next message must have.
  [[nodiscard]] std::uint32_t next_target() const noexcept { return store_.next_target(); }
  /// Only without a connection: both numbers 1 and no message kept ...
  void reset_numbers();
  /// ... or other numbers; 0 leaves one as it is. `next_sender` is not below what was sent. Says
  /// why not, and changes nothing, when all messages would be lost that the client can still ask
  /// for.
  [[nodiscard]] std::string set_numbers(std::uint32_t next_sender, std::uint32_t next_target);
  /// What set_numbers() would say now of that number; empty when it would take it.
  [[nodiscard]] std::string refusal_of_number(std::uint32_t next_sender) const;
  /// The MsgSeqNum(34) of the application message that is handed over now.
  [[nodiscard]] std::uint32_t current_number() const noexcept { return current_number_; }
  /// Counts the session's sequence resets.
  [[nodiscard]] std::uint32_t epoch() const noexcept { return store_.session_epoch(); }
  /// Stores an encoded message under next_sender() and queues it for sending. Only while is_live().
  /// False when it cannot be stored (the disk is full): nothing left, no number was used, and the
  /// connection is doomed. What is stored and not sent comes with a resend.
  [[nodiscard]] bool send(std::string_view message, const Told& told = {});
  /// What earlier runs have told of, and of the client's messages which became commands.
  [[nodiscard]] MappedMessageStore& store() noexcept { return store_; }

  /// For on_app_message: the message is answered with Reject(3) for a reason that QuickFIX has no
  /// exception for, as soon as QuickFIX has counted its number.
  void reject_current(int reason, int tag, const std::string& text);

  /// Bulk (owed reports, pages of a resend) goes only while what was sent before has mostly left,
  /// so that a client which reads never meets the bound on unsent bytes for it.
  [[nodiscard]] bool has_room() const noexcept {
    return connection_ != nullptr && !connection_->hung_up &&
           connection_->unsent().size() < limits_.max_unsent_bytes / 4;
  }
  /// What was sent waits for the disk, and is so much that more must not come.
  [[nodiscard]] bool is_held_up() const noexcept {
    return connection_ != nullptr && connection_->is_held_up();
  }
  /// True while pages of a ResendRequest wait for room in the socket.
  [[nodiscard]] bool resend_waits() const noexcept { return pager_.active(); }
  /// Answers one more page, if the connection has room for it and resend_rate allows; true if so.
  bool resend_page();
  /// True for a ResendRequest(2) that may not be answered yet: what was sent before has not left,
  /// or resend_rate is used up. What the client sent after it waits with it.
  [[nodiscard]] bool must_wait(std::string_view message) const noexcept;

  // Called back by QuickFIX, on this thread, within the calls above.
  void from_app(const FIX::Message& message);
  void from_admin(const FIX::Message& message);
  void to_admin(FIX::Message& message);
  void on_logged_out();

 private:
  void feed(std::string_view message, std::optional<std::uint32_t> number);
  void send_pending_reject();
  void on_logout(std::string_view message, std::optional<std::uint32_t> number);
  [[nodiscard]] FIX::SessionState& state() noexcept;
  void update_live();
  void cut_unstored();

  // Resends, in fix_session_resend.cpp.
  void on_resend_request(const HeaderView& header, std::string_view message);
  [[nodiscard]] bool may_resend() const noexcept;
  [[nodiscard]] std::uint32_t kept_of(const ResendPager::Page& page) const noexcept;
  void charge_resend(std::uint32_t messages) noexcept;

  SessionId id_;
  const SessionConfig& config_;
  const GatewayConfig& limits_;
  FIX::Session& fix_;
  MappedMessageStore& store_;
  std::shared_ptr<spdlog::logger> logger_;
  bool log_messages_;
  WallClock clock_;
  SessionNames names_;
  LogonExchange logon_;
  SessionApp* app_ = nullptr;
  Connection* connection_ = nullptr;
  ResendPager pager_;
  std::int64_t next_resend_ns_ = 0;  ///< Monotonic: no page before.
  MessageTap* tap_ = nullptr;
  TimeNs logged_on_at_;
  std::uint64_t logons_ = 0;
  bool enabled_ = true;
  bool live_ = false;
  bool leaving_ = false;

  // The message that QuickFIX is working on.
  std::string_view current_;
  std::uint32_t current_number_ = 0;
  std::optional<FIX::Message> pending_reject_;  // of the current message
  TimeNs current_received_;
  bool resend_accepted_ = false;  // QuickFIX found the ResendRequest good
};

}  // namespace sluice::gateway

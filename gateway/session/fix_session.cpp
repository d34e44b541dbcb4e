#include "gateway/session/fix_session.hpp"

#include <algorithm>
#include <utility>

#include "engine/types/durations.hpp"
#include "gateway/codec/values/text.hpp"
#include "gateway/session/number_bounds.hpp"
#include "gateway/session/session_callbacks.hpp"

namespace sluice::gateway {
namespace {

/// `time` as it would have been noted by a clock that was moved by `jump_ns` and shows `now`. One
/// that was noted after the jump stays.
FIX::UtcTimeStamp moved(const FIX::UtcTimeStamp& time, std::int64_t jump_ns, TimeNs now) {
  const std::int64_t noted_ns =
      static_cast<std::int64_t>(time.getTimeT()) * kNsPerSecond + time.getFraction(9);
  const std::int64_t ns = std::min(noted_ns + std::max<std::int64_t>(jump_ns, 0), now.value);
  return {static_cast<time_t>(ns / kNsPerSecond), static_cast<int>(ns % kNsPerSecond), 9};
}

/// resend_page, or as many of the longest messages as may be unsent without coming near the bound.
std::uint32_t messages_of_a_page(const GatewayConfig& limits) {
  const std::uint64_t fitting = limits.max_unsent_bytes / 4 / kMaxOutgoingBytes;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(fitting, 1, limits.resend_page));
}

}  // namespace

FixSession::FixSession(SessionId id, const SessionConfig& config, const GatewayConfig& limits,
                       FIX::Session& fix, MappedMessageStore& store,
                       std::shared_ptr<spdlog::logger> logger, bool log_messages, WallClock clock)
    : id_(id),
      config_(config),
      limits_(limits),
      fix_(fix),
      store_(store),
      logger_(std::move(logger)),
      log_messages_(log_messages),
      clock_(clock),
      names_{"FIX.4.4", limits.comp_id, config.comp_id},
      logon_(limits_, fix_, store_, names_, config.role),
      pager_(messages_of_a_page(limits)) {}

FIX::SessionState& FixSession::state() noexcept {
  // Session hands out its state as its log; see QuickFIX 1.15.1, Session::getLog().
  return static_cast<FIX::SessionState&>(*fix_.getLog());
}

bool FixSession::attach(Connection& connection, std::string_view logon_bytes, TimeNs now) {
  const auto logon = read_logon(logon_bytes);
  if (!logon || connection_ != nullptr) {
    logger_->warn("{} logon from {} closed: {}", config_.comp_id, connection.peer_text(),
                  logon ? "the session is connected already" : "not a good Logon");
    return false;
  }
  LogonVerdict verdict = logon_.judge_first(*logon, logon_bytes, now);
  if (verdict.kind == LogonVerdict::Kind::accept && !enabled_) {
    verdict = refused_logon(*logon, "the session is disabled: ask the venue");
  }
  if (verdict.kind == LogonVerdict::Kind::close) {
    logger_->warn("{} logon from {} closed: {}", config_.comp_id, connection.peer_text(),
                  verdict.text);
    return false;
  }
  connection_ = &connection;
  connection.session = this;
  current_received_ = now;
  fix_.setResponder(&connection);
  const std::uint32_t epoch_before = epoch();
  const std::uint32_t sender_before = next_sender();
  logon_.begin(*logon, verdict);
  feed(logon_.for_quickfix(logon_bytes), logon->msg_seq_num);
  logon_.finish();
  update_live();
  if (!fix_.isLoggedOn() || connection.doomed()) {
    detach();
    connection.close_after_flush();
    return true;  // the refusing Logout still has to leave
  }
  logged_on_at_ = now;
  ++logons_;
  logger_->info("{} logged on from {}", config_.comp_id, connection.peer_text());
  // Not next_sender() - 1: a ResendRequest of ours may have followed the Logon.
  const std::uint32_t logon_number = epoch() == epoch_before ? sender_before : 1;
  if (logon->next_expected && *logon->next_expected < logon_number) {
    // NextExpectedMsgSeqNum(789): the client lacks what lies before our Logon.
    pager_.start(logon->msg_seq_num, *logon->next_expected, logon_number - 1, logon_number - 1);
    (void)resend_page();
  }
  if (app_ != nullptr) app_->after_message();
  return true;
}

void FixSession::on_message(std::string_view message, TimeNs received) {
  current_received_ = received;
  HeaderView header;
  if (!read_header(message, header)) {
    begin_logout("a required header field is missing or repeated");
    return;
  }
  if (has_number_that_wraps(header, message)) {
    logger_->warn("{} message ignored: a number is larger than 2147483647", config_.comp_id);
    return;
  }
  if (header.msg_type == "A") {
    const auto again = read_logon(message);
    if (!again || !logon_.may_come_again(*again, app_, received)) {
      begin_logout("a Logon within the session must be as good as the first");
      return;
    }
    if (again->reset) pager_.cancel();
  }
  if (fix_.sentLogout() && !is_session_message(header.msg_type)) {
    // Nobody could be told what became of it. It is not counted, so the next Logon finds the gap.
    logger_->warn("{} message {} ignored: it came after our Logout", config_.comp_id,
                  header.msg_seq_num);
    return;
  }
  if (header.msg_type == "2") {
    on_resend_request(header, message);
  } else if (header.msg_type == "5") {
    on_logout(message, parse_sequence_number(header.msg_seq_num));
  } else {
    feed(message, parse_sequence_number(header.msg_seq_num));
  }
  update_live();
  if (app_ != nullptr) app_->after_message();
}

// QuickFIX counts a Logout whatever its number is, and with it one that is missing before it.
void FixSession::on_logout(std::string_view message, std::optional<std::uint32_t> number) {
  const std::uint32_t expected = store_.next_target();
  feed(message, number);
  if (number > expected && store_.next_target() == expected + 1) {
    store_.setNextTargetMsgSeqNum(static_cast<int>(expected));
  }
}

void FixSession::feed(std::string_view message, std::optional<std::uint32_t> number) {
  current_ = message;
  current_number_ = number.value_or(0);
  const std::uint32_t expected = store_.next_target();
  const CallbackScope scope(*this);
  try {
    fix_.next(std::string(message), FIX::UtcTimeStamp());
  } catch (const FIX::InvalidMessage& error) {
    // Garbled in a way that the framer does not see: ignored, without a number, as FIX asks.
    logger_->warn("{} message ignored: {}", config_.comp_id, error.what());
  } catch (const std::exception& error) {
    logger_->warn("{} disconnected: {}", config_.comp_id, error.what());
    fix_.disconnect();
  }
  if (current_number_ > expected) state().clearQueue();
  current_ = {};
  send_pending_reject();
}

void FixSession::reject_current(int reason, int tag, const std::string& text) {
  FIX::Message& reject = pending_reject_.emplace();
  reject.getHeader().setField(FIX::MsgType("3"));
  reject.setField(FIX::RefSeqNum(static_cast<int>(current_number_)));
  reject.setField(FIX::RefTagID(tag));
  HeaderView header;
  if (read_header(current_, header)) {
    reject.setField(FIX::RefMsgType(std::string(header.msg_type)));
  }
  reject.setField(FIX::SessionRejectReason(reason));
  reject.setField(FIX::Text(text));
}

void FixSession::send_pending_reject() {
  if (!pending_reject_) return;
  if (fix_.isLoggedOn()) fix_.send(*pending_reject_);
  pending_reject_.reset();
}

void FixSession::on_timer() {
  if (connection_ == nullptr) return;
  const CallbackScope scope(*this);
  fix_.next();
  update_live();
}

void FixSession::reset_numbers() {
  const CallbackScope scope(*this);
  state().reset();
}

std::string FixSession::refusal_of_number(std::uint32_t next_sender) const {
  if (next_sender <= this->next_sender() || store_.bridges(next_sender) ||
      !store_.keeps_application_messages()) {
    return {};
  }
  return "messages that the client can still ask for would be lost: fewer than " +
         std::to_string(limits_.store_messages) +
         " numbers can be skipped (gateway.store_messages), or session.reset drops them first";
}

std::string FixSession::set_numbers(std::uint32_t next_sender, std::uint32_t next_target) {
  if (next_sender > this->next_sender()) {
    if (std::string why = refusal_of_number(next_sender); !why.empty()) return why;
    const std::uint32_t first = store_.first_kept();
    const std::uint32_t end = this->next_sender();
    try {
      store_.setNextSenderMsgSeqNum(static_cast<int>(next_sender));
    } catch (const FIX::IOException& error) {
      return error.what();
    }
    logger_->info("{} skips numbers up to {}; {} of the oldest stored messages made room",
                  config_.comp_id, next_sender - 1, std::min(store_.first_kept(), end) - first);
  }
  if (next_target != 0) {
    store_.setNextTargetMsgSeqNum(static_cast<int>(next_target));
    store_.forget_taken();
  }
  return {};
}

void FixSession::on_clock_jump(std::int64_t jump_ns) {
  FIX::SessionState& own = state();
  own.lastReceivedTime(moved(own.lastReceivedTime(), jump_ns, clock_()));
  own.lastSentTime(moved(own.lastSentTime(), jump_ns, clock_()));
}

void FixSession::probe() {
  if (!live_) return;
  const CallbackScope scope(*this);
  FIX::Message request;
  request.getHeader().setField(FIX::MsgType("1"));
  request.setField(FIX::TestReqID("TAKEOVER"));
  fix_.send(request);
  update_live();
}

void FixSession::detach() {
  if (connection_ == nullptr) return;
  const CallbackScope scope(*this);
  fix_.disconnect();
  connection_->session = nullptr;
  connection_ = nullptr;
  pager_.cancel();
  live_ = false;
  if (std::exchange(leaving_, false)) fix_.logon();  // logout() disabled it
}

void FixSession::begin_logout(const std::string& text) {
  if (connection_ == nullptr || leaving_) return;
  leaving_ = true;
  fix_.logout(text);
  on_timer();
}

bool FixSession::send(std::string_view message, const Told& told) {
  if (!store_.append(next_sender(), message, told)) {
    cut_unstored();
    return false;
  }
  state().lastSentTime(FIX::UtcTimeStamp());
  if (log_messages_ || (tap_ != nullptr && tap_->is_on())) {
    fix_.getLog()->onOutgoing(std::string(message));
  }
  if (!connection_->append(message)) live_ = false;
  return true;
}

// A session that cannot say what it must is better ended: the client sees that, and the numbers of
// both sides still agree at its next Logon.
void FixSession::cut_unstored() {
  logger_->error("{} cut: message {} to it cannot be stored", config_.comp_id, next_sender());
  connection_->doom();
  live_ = false;
}

void FixSession::update_live() {
  if (store_.take_failure() && connection_ != nullptr) cut_unstored();
  live_ = connection_ != nullptr && !connection_->doomed() && !connection_->closing() &&
          fix_.isLoggedOn() && !fix_.sentLogout();
}

void FixSession::from_app(const FIX::Message& message) {
  const std::string& number = message.getHeader().getField(FIX::FIELD::MsgSeqNum);
  if (parse_sequence_number(number) != current_number_) {
    // An early message from QuickFIX's queue while other bytes are in hand: excluded by
    // clearQueue().
    throw std::logic_error("message " + number + " handed over out of turn");
  }
  app_->on_app_message(message.getHeader().getField(FIX::FIELD::MsgType), current_,
                       current_received_);
}

void FixSession::from_admin(const FIX::Message& message) {
  const std::string& msg_type = message.getHeader().getField(FIX::FIELD::MsgType);
  if (msg_type == "A") logon_.check_refused();
  if (msg_type == "2") {
    // QuickFIX would answer any of these with a gap fill under a number that was never sent.
    const auto begin = parse_sequence_number(message.getField(FIX::FIELD::BeginSeqNo));
    const auto end = parse_sequence_number(message.getField(FIX::FIELD::EndSeqNo));
    if (!begin || *begin < 1 || *begin >= next_sender()) {
      throw FIX::IncorrectTagValue(FIX::FIELD::BeginSeqNo);
    }
    if (!end || (*end != 0 && *end < *begin)) throw FIX::IncorrectTagValue(FIX::FIELD::EndSeqNo);
    resend_accepted_ = true;
  }
  if (msg_type == "4") {
    FIX::GapFillFlag gap_fill(false);
    message.getFieldIfSet(gap_fill);
    // Reset mode would move numbers without anything having been sent.
    if (!gap_fill) throw FIX::IncorrectTagValue(FIX::FIELD::GapFillFlag);
  }
}

void FixSession::to_admin(FIX::Message& message) {
  if (message.getHeader().getField(FIX::FIELD::MsgType) == "A") {
    logon_.complete_answer(message, app_);
  }
}

void FixSession::on_logged_out() { live_ = false; }

}  // namespace sluice::gateway

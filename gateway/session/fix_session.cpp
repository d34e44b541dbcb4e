#include "gateway/session/fix_session.hpp"

#include <algorithm>
#include <utility>

#include "engine/types/durations.hpp"
#include "gateway/codec/encoding/synthetic.hpp"
#include "gateway/codec/framing/field_scanner.hpp"
#include "gateway/codec/values/text.hpp"
#include "gateway/net/clocks.hpp"
#include "gateway/session/session_callbacks.hpp"

namespace sluice::gateway {
namespace {

std::optional<std::uint32_t> find_number(std::string_view message, int tag) {
  FieldScanner scanner(message);
  FieldView field;
  while (scanner.next(field) == FieldScanner::Step::field) {
    if (field.tag == tag) return parse_sequence_number(field.value);
  }
  return std::nullopt;
}

// QuickFIX reads integers without looking at their size: 4294967297 would be 1.
bool would_wrap(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos &&
         !parse_sequence_number(text);
}

bool is_session_message(std::string_view msg_type) {
  constexpr std::string_view kTypes = "012345A";
  return msg_type.size() == 1 && kTypes.find(msg_type[0]) != std::string_view::npos;
}

bool has_number_that_wraps(const HeaderView& header, std::string_view message) {
  if (would_wrap(header.msg_seq_num)) return true;
  // The decoder checks the numbers of application messages itself.
  if (!is_session_message(header.msg_type)) return false;
  FieldScanner scanner(message);
  FieldView field;
  while (scanner.next(field) == FieldScanner::Step::field) {
    switch (field.tag) {
      case FIX::FIELD::BeginSeqNo:
      case FIX::FIELD::EndSeqNo:
      case FIX::FIELD::NewSeqNo:
      case FIX::FIELD::RefSeqNum:
      case FIX::FIELD::HeartBtInt:
        if (would_wrap(field.value)) return true;
        break;
      default:
        break;
    }
  }
  return false;
}

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

std::int64_t max_latency_s(FIX::Session& fix) {
  return fix.getCheckLatency() ? fix.getMaxLatency() : 0;
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
      page_(messages_of_a_page(limits)),
      pager_(page_) {}

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
  const LogonVerdict verdict = judge_first_logon(*logon, logon_bytes, now);
  if (verdict.kind == LogonVerdict::Kind::close) {
    logger_->warn("{} logon from {} closed: {}", config_.comp_id, connection.peer_text(),
                  verdict.text);
    return false;
  }
  refuse_logon_ = verdict.text;
  connection_ = &connection;
  connection.session = this;
  current_received_ = now;
  fix_.setResponder(&connection);
  const std::uint32_t epoch_before = epoch();
  const std::uint32_t sender_before = next_sender();
  logon_ = &*logon;
  if (verdict.kind == LogonVerdict::Kind::refuse) {
    feed(plain_logon(logon->msg_seq_num), logon->msg_seq_num);
  } else {
    feed(logon_bytes, logon->msg_seq_num);
  }
  logon_ = nullptr;
  refuse_logon_.clear();
  if (!fix_.isLoggedOn()) {
    detach();
    connection.close_after_flush();
    return true;  // the refusing Logout still has to leave
  }
  logger_->info("{} logged on from {}", config_.comp_id, connection.peer_text());
  update_live();
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

LogonVerdict FixSession::judge_first_logon(const LogonRequest& logon, std::string_view bytes,
                                           TimeNs now) const {
  const std::uint32_t next = fix_.getResetOnLogon() ? 1 : next_sender();
  LogonVerdict verdict = judge_logon(logon, limits_, next, max_latency_s(fix_), now);
  if (verdict.kind != LogonVerdict::Kind::accept) return verdict;
  const FIX::DataDictionary& dictionary = fix_.getDataDictionaryProvider().getSessionDataDictionary(
      FIX::BeginString(names_.begin_string));
  std::string fault = fault_by_dictionary(bytes, dictionary);
  return fault.empty() ? verdict : refused_logon(logon, "Logon: " + std::move(fault));
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
  if (header.msg_type == "A" && !may_log_on_again(message)) {
    begin_logout("a Logon within the session must be as good as the first");
    return;
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

// A Logon on a connection that is logged on may reset the numbers (ResetSeqNumFlag(141)=Y), which
// QuickFIX does before it looks at anything else.
bool FixSession::may_log_on_again(std::string_view message) {
  const auto logon = read_logon(message);
  if (!logon || logon->sender_comp_id != config_.comp_id ||
      logon->target_comp_id != limits_.comp_id) {
    return false;
  }
  const LogonVerdict verdict =
      judge_logon(*logon, limits_, next_sender(), max_latency_s(fix_), current_received_);
  if (verdict.kind != LogonVerdict::Kind::accept) return false;
  if (logon->reset) pager_.cancel();
  return true;
}

// What a refusal answers: the client's own Logon may hold what the dictionary refuses silently.
std::string FixSession::plain_logon(std::uint32_t msg_seq_num) const {
  FIX::Message logon;
  logon.getHeader().setField(FIX::BeginString(names_.begin_string));
  logon.getHeader().setField(FIX::MsgType("A"));
  logon.getHeader().setField(FIX::SenderCompID(names_.target_comp_id));
  logon.getHeader().setField(FIX::TargetCompID(names_.sender_comp_id));
  logon.getHeader().setField(FIX::MsgSeqNum(static_cast<int>(msg_seq_num)));
  logon.getHeader().setField(FIX::SendingTime(FIX::UtcTimeStamp(), 6));
  logon.setField(FIX::EncryptMethod(0));
  logon.setField(FIX::HeartBtInt(static_cast<int>(limits_.heartbeat_s_max)));
  return logon.toString();
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

void FixSession::on_resend_request(const HeaderView& header, std::string_view message) {
  const auto number = parse_sequence_number(header.msg_seq_num);
  const auto begin = find_number(message, FIX::FIELD::BeginSeqNo);
  const auto end = find_number(message, FIX::FIELD::EndSeqNo);
  const std::uint32_t last_sent = next_sender() - 1;
  // The client has told what it lacks now.
  pager_.cancel();
  if (!number || !begin || !end || *begin < 1 || *begin > last_sent ||
      (*end != 0 && *end < *begin)) {
    feed(message, number);  // refused there
    return;
  }
  pager_.start(*number, *begin, *end, last_sent);
  const ResendPager::Page page = pager_.take();
  charge_resend(page.end - page.begin + 1);
  resend_accepted_ = false;
  // QuickFIX checks and counts the client's own request, but for its end when that is far.
  if (pager_.active()) {
    feed(with_end_seq_no(message, page.end), number);
  } else {
    feed(message, number);
  }
  if (!resend_accepted_) pager_.cancel();
}

bool FixSession::may_resend() const noexcept {
  return has_room() && monotonic_now_ns() >= next_resend_ns_;
}

// A request costs something however little it asks for.
void FixSession::charge_resend(std::uint32_t messages) noexcept {
  constexpr std::uint32_t kRequestCost = 16;
  const std::int64_t cost_ns =
      std::int64_t{messages + kRequestCost} * kNsPerSecond / limits_.resend_rate;
  next_resend_ns_ = std::max(next_resend_ns_, monotonic_now_ns()) + cost_ns;
}

bool FixSession::must_wait(std::string_view message) const noexcept {
  // The framer has seen that MsgType(35) comes third.
  constexpr std::size_t kFirstThreeFields = 48;
  return message.substr(0, kFirstThreeFields)
                 .find(
                     "\x01"
                     "35=2\x01") != std::string_view::npos &&
         !may_resend();
}

bool FixSession::resend_page() {
  if (!pager_.active()) return false;
  if (!live_ || connection_ == nullptr) {
    pager_.cancel();
    return false;
  }
  if (!may_resend()) return false;
  const ResendPager::Page page = pager_.take();
  charge_resend(page.end - page.begin + 1);
  // Under a number that was counted: QuickFIX answers and does not count it again.
  const std::uint32_t number = std::min(page.msg_seq_num, store_.next_target() - 1);
  feed(make_resend_request({names_.begin_string, names_.target_comp_id, names_.sender_comp_id},
                           number, page.begin, page.end, clock_()),
       number);
  update_live();
  return true;
}

void FixSession::on_timer() {
  if (connection_ == nullptr) return;
  const CallbackScope scope(*this);
  fix_.next();
  update_live();
}

void FixSession::on_clock_jump(std::int64_t jump_ns) {
  FIX::SessionState& own = state();
  own.lastReceivedTime(moved(own.lastReceivedTime(), jump_ns, clock_()));
  own.lastSentTime(moved(own.lastSentTime(), jump_ns, clock_()));
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

bool FixSession::send(std::string_view message) {
  if (!store_.append(next_sender(), message)) {
    logger_->error("{} cannot store message {}: {} bytes", config_.comp_id, next_sender(),
                   message.size());
    connection_->doom();
    live_ = false;
    return false;
  }
  state().lastSentTime(FIX::UtcTimeStamp());
  if (log_messages_) fix_.getLog()->onOutgoing(std::string(message));
  if (!connection_->append(message)) live_ = false;
  return true;
}

void FixSession::update_live() noexcept {
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
  if (msg_type == "A" && !refuse_logon_.empty()) throw FIX::RejectLogon(refuse_logon_);
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
  if (message.getHeader().getField(FIX::FIELD::MsgType) != "A" || logon_ == nullptr) return;
  if (logon_->next_expected) {
    const std::uint32_t expected = store_.next_target();
    const std::uint32_t next = logon_->msg_seq_num == expected ? expected + 1 : expected;
    message.setField(789, std::to_string(next));
  }
  if (app_ == nullptr) return;
  if (const std::string_view text = app_->logon_text(); !text.empty()) {
    message.setField(58, std::string(text));
  }
}

void FixSession::on_logged_out() { live_ = false; }

}  // namespace sluice::gateway

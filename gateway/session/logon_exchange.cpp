#include "gateway/session/logon_exchange.hpp"

#include <utility>

namespace sluice::gateway {

std::int64_t LogonExchange::max_latency_s() const {
  return fix_.getCheckLatency() ? fix_.getMaxLatency() : 0;
}

LogonVerdict LogonExchange::judge_first(const LogonRequest& logon, std::string_view bytes,
                                        TimeNs now) const {
  const std::uint32_t next = fix_.getResetOnLogon() ? 1 : store_.next_sender();
  LogonVerdict verdict = judge_logon(logon, limits_, next, max_latency_s(), now);
  if (verdict.kind != LogonVerdict::Kind::accept) return verdict;
  if (const std::string_view fault = fault_by_role(logon, role_); !fault.empty()) {
    return refused_logon(logon, std::string(fault));
  }
  const FIX::DataDictionary& dictionary = fix_.getDataDictionaryProvider().getSessionDataDictionary(
      FIX::BeginString(names_.begin_string));
  std::string fault = fault_by_dictionary(bytes, dictionary);
  return fault.empty() ? verdict : refused_logon(logon, "Logon: " + std::move(fault));
}

bool LogonExchange::may_come_again(const LogonRequest& logon, const SessionApp* app,
                                   TimeNs now) const {
  if (!fault_by_role(logon, role_).empty()) return false;
  if (app != nullptr && asks_for_copies(logon, role_) != app->is_drop_copy()) return false;
  if (logon.sender_comp_id != names_.target_comp_id ||
      logon.target_comp_id != names_.sender_comp_id) {
    return false;
  }
  return judge_logon(logon, limits_, store_.next_sender(), max_latency_s(), now).kind ==
         LogonVerdict::Kind::accept;
}

void LogonExchange::begin(const LogonRequest& logon, const LogonVerdict& verdict) {
  logon_ = &logon;
  refusal_ = verdict.kind == LogonVerdict::Kind::refuse ? verdict.text : std::string();
}

void LogonExchange::finish() {
  logon_ = nullptr;
  refusal_.clear();
}

std::string LogonExchange::for_quickfix(std::string_view bytes) const {
  return refusal_.empty() ? std::string(bytes) : plain_logon();
}

std::string LogonExchange::plain_logon() const {
  FIX::Message logon;
  logon.getHeader().setField(FIX::BeginString(names_.begin_string));
  logon.getHeader().setField(FIX::MsgType("A"));
  logon.getHeader().setField(FIX::SenderCompID(names_.target_comp_id));
  logon.getHeader().setField(FIX::TargetCompID(names_.sender_comp_id));
  logon.getHeader().setField(FIX::MsgSeqNum(static_cast<int>(logon_->msg_seq_num)));
  logon.getHeader().setField(FIX::SendingTime(FIX::UtcTimeStamp(), 6));
  logon.setField(FIX::EncryptMethod(0));
  logon.setField(FIX::HeartBtInt(static_cast<int>(limits_.heartbeat_s_max)));
  return logon.toString();
}

void LogonExchange::check_refused() const {
  if (!refusal_.empty()) throw FIX::RejectLogon(refusal_);
}

void LogonExchange::complete_answer(FIX::Message& answer, SessionApp* app) const {
  if (app != nullptr && app->is_drop_copy()) answer.setField(9406, "Y");
  if (logon_ == nullptr) return;
  if (logon_->next_expected) {
    const std::uint32_t expected = store_.next_target();
    const std::uint32_t next = logon_->msg_seq_num == expected ? expected + 1 : expected;
    answer.setField(789, std::to_string(next));
  }
  if (app == nullptr) return;
  if (logon_->drop_copy == false) answer.setField(9406, "N");
  if (const std::string_view text = app->logon_text(); !text.empty()) {
    answer.setField(58, std::string(text));
  }
}

}  // namespace sluice::gateway

#include "gateway/session/logon_request.hpp"

#include <utility>

#include "engine/types/durations.hpp"
#include "gateway/codec/framing/field_scanner.hpp"
#include "gateway/codec/values/text.hpp"
#include "gateway/codec/values/utc_timestamp.hpp"

namespace sluice::gateway {
namespace {

// Takes the field into its place; false if it is repeated or not of its type.
bool take_text(std::string_view& place, std::string_view value) {
  if (!place.empty() || value.empty()) return false;
  place = value;
  return true;
}

bool take_number(std::optional<std::uint32_t>& place, std::string_view value) {
  if (place) return false;
  place = parse_sequence_number(value);
  return place.has_value();
}

bool take_flag(std::optional<bool>& place, std::string_view value) {
  if (place || (value != "Y" && value != "N")) return false;
  place = value == "Y";
  return true;
}

bool take_field(const FieldView& field, LogonRequest& logon, std::string_view& msg_type,
                std::optional<std::uint32_t>& msg_seq_num, std::string_view& reset) {
  switch (field.tag) {
    case 8:
      return take_text(logon.begin_string, field.value);
    case 35:
      return take_text(msg_type, field.value);
    case 49:
      return take_text(logon.sender_comp_id, field.value);
    case 56:
      return take_text(logon.target_comp_id, field.value);
    case 34:
      logon.msg_seq_num_text = field.value;
      return take_number(msg_seq_num, field.value);
    case 52:
      if (logon.sending_time) return false;
      logon.sending_time_text = field.value;
      logon.sending_time = parse_utc_timestamp(field.value);
      return logon.sending_time.has_value();
    case 96:
      return field.value.empty() || take_text(logon.raw_data, field.value);
    case 98:
      return take_number(logon.encrypt_method, field.value);
    case 108:
      return take_number(logon.heartbeat_s, field.value);
    case 141:
      return take_text(reset, field.value) && (reset == "Y" || reset == "N");
    case 464:
      logon.test = logon.test || field.value == "Y";
      return true;
    case 553:
      return take_text(logon.username, field.value);
    case 554:
      return take_text(logon.password, field.value);
    case 789:
      return take_number(logon.next_expected, field.value);
    case 9406:
      return take_flag(logon.drop_copy, field.value);
    default:
      return true;
  }
}

template <class FieldFault>
std::string described(const FieldFault& fault) {
  return fault.type + " (" + std::to_string(fault.field) + ")";
}

}  // namespace

std::optional<LogonRequest> read_logon(std::string_view message) {
  LogonRequest logon;
  std::string_view msg_type;
  std::string_view reset;
  std::optional<std::uint32_t> msg_seq_num;
  FieldScanner scanner(message);
  FieldView field;
  for (;;) {
    const FieldScanner::Step step = scanner.next(field);
    if (step == FieldScanner::Step::end) break;
    if (step == FieldScanner::Step::garbled) return std::nullopt;
    if (!take_field(field, logon, msg_type, msg_seq_num, reset)) return std::nullopt;
  }
  if (msg_type != "A" || !msg_seq_num || *msg_seq_num == 0) return std::nullopt;
  logon.msg_seq_num = *msg_seq_num;
  logon.reset = reset == "Y";
  return logon;
}

LogonVerdict refused_logon(const LogonRequest& logon, std::string text) {
  const auto kind = logon.reset ? LogonVerdict::Kind::close : LogonVerdict::Kind::refuse;
  return {kind, std::move(text)};
}

std::string fault_by_dictionary(std::string_view message, const FIX::DataDictionary& dictionary) {
  try {
    dictionary.validate(FIX::Message(std::string(message), dictionary, true));
    return {};
  } catch (const FIX::InvalidTagNumber& fault) {
    return described(fault);
  } catch (const FIX::RequiredTagMissing& fault) {
    return described(fault);
  } catch (const FIX::TagNotDefinedForMessage& fault) {
    return described(fault);
  } catch (const FIX::NoTagValue& fault) {
    return described(fault);
  } catch (const FIX::IncorrectTagValue& fault) {
    return described(fault);
  } catch (const FIX::IncorrectDataFormat& fault) {
    return described(fault);
  } catch (const FIX::RepeatedTag& fault) {
    return described(fault);
  } catch (const FIX::TagOutOfOrder& fault) {
    return described(fault);
  } catch (const FIX::RepeatingGroupCountMismatch& fault) {
    return described(fault);
  } catch (const FIX::Exception& fault) {
    // what() may quote the message, and with it the password.
    return fault.type;
  }
}

std::string_view fault_by_role(const LogonRequest& logon, Role role) noexcept {
  if (role == Role::order_entry && logon.drop_copy == true) {
    return "DropCopyFlag(9406)=Y: this session enters orders, it may be no drop copy";
  }
  if (role == Role::drop_copy && logon.drop_copy == false) {
    return "DropCopyFlag(9406)=N: this session is a drop copy, it may enter no orders";
  }
  return {};
}

bool asks_for_copies(const LogonRequest& logon, Role role) noexcept {
  return role == Role::drop_copy || (role == Role::by_logon && logon.drop_copy == true);
}

LogonVerdict judge_logon(const LogonRequest& logon, const GatewayConfig& limits,
                         std::uint32_t next_sender, std::int64_t max_latency_s, TimeNs now) {
  if (!logon.sending_time) {
    return {LogonVerdict::Kind::close, "SendingTime(52) is missing"};
  }
  const std::int64_t difference_ns = now.value - logon.sending_time->value;
  const std::int64_t limit_ns = max_latency_s * kNsPerSecond;
  if (max_latency_s > 0 && (difference_ns > limit_ns || difference_ns < -limit_ns)) {
    return {LogonVerdict::Kind::close, "SendingTime(52) is more than " +
                                           std::to_string(max_latency_s) +
                                           " s from the venue's clock"};
  }
  if (logon.reset && logon.msg_seq_num != 1) {
    return {LogonVerdict::Kind::close, "ResetSeqNumFlag(141)=Y with a MsgSeqNum(34) other than 1"};
  }
  if (logon.encrypt_method.value_or(0) != 0) {
    return refused_logon(logon, "EncryptMethod(98) must be 0 (none)");
  }
  if (logon.test) {
    return refused_logon(logon,
                         "TestMessageIndicator(464)=Y: this is no test session, orders are real");
  }
  const std::uint32_t heartbeat_s = logon.heartbeat_s.value_or(0);
  if (heartbeat_s < limits.heartbeat_s_min || heartbeat_s > limits.heartbeat_s_max) {
    return refused_logon(logon, "HeartBtInt(108) must be between " +
                                    std::to_string(limits.heartbeat_s_min) + " and " +
                                    std::to_string(limits.heartbeat_s_max) + " seconds");
  }
  const std::uint32_t next = logon.reset ? 1 : next_sender;
  if (logon.next_expected && *logon.next_expected > next) {
    return refused_logon(logon, "NextExpectedMsgSeqNum(789) is " +
                                    std::to_string(*logon.next_expected) +
                                    ", above our next number " + std::to_string(next));
  }
  return {};
}

}  // namespace sluice::gateway

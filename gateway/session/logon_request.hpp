// A Logon(A) as it must be known before QuickFIX may see it: QuickFIX resets numbers on
// ResetSeqNumFlag(141)=Y before it verifies anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/types/strong.hpp"
#include "gateway/config/venue_config.hpp"
#include "gateway/session/quickfix.hpp"

namespace sluice::gateway {

/// Views into the message they were read from.
struct LogonRequest {
  std::string_view begin_string;
  std::string_view sender_comp_id;
  std::string_view target_comp_id;
  std::string_view username;           ///< Username(553)
  std::string_view password;           ///< Password(554)
  std::string_view raw_data;           ///< RawData(96): a signature in base64
  std::string_view msg_seq_num_text;   ///< As it stands on the wire, for the signature.
  std::string_view sending_time_text;  ///< The same.
  std::uint32_t msg_seq_num = 0;
  std::optional<std::uint32_t> heartbeat_s;     ///< HeartBtInt(108)
  std::optional<std::uint32_t> encrypt_method;  ///< EncryptMethod(98)
  std::optional<std::uint32_t> next_expected;   ///< NextExpectedMsgSeqNum(789)
  std::optional<bool> drop_copy;                ///< DropCopyFlag(9406)
  std::optional<TimeNs> sending_time;
  bool reset = false;  ///< ResetSeqNumFlag(141)=Y
  bool test = false;   ///< TestMessageIndicator(464)=Y
};

/// Nothing when the message is not a Logon, repeats one of these fields, or one of them is not of
/// its type: such a connection is closed without a word.
[[nodiscard]] std::optional<LogonRequest> read_logon(std::string_view message);

/// What the session has to say to a Logon whose sender is authenticated.
struct LogonVerdict {
  enum class Kind : std::uint8_t {
    accept,
    close,   ///< Without a word: a refusing Logout would cost a number that the client cannot know.
    refuse,  ///< Logout(5) with `text`.
  };
  Kind kind = Kind::accept;
  std::string text;  ///< refuse: Text(58); close: for our log
};

/// A refusal with `text`; without a word when the Logon has 141=Y.
[[nodiscard]] LogonVerdict refused_logon(const LogonRequest& logon, std::string text);

/// What is wrong with a Logon by the session's dictionary and options; empty when nothing is.
/// QuickFIX would find it too, but tells only those who are logged on.
[[nodiscard]] std::string fault_by_dictionary(std::string_view message,
                                              const FIX::DataDictionary& dictionary);

/// What is wrong with DropCopyFlag(9406) on a Logon to a session of this role; empty when nothing
/// is.
[[nodiscard]] std::string_view fault_by_role(const LogonRequest& logon, Role role) noexcept;
/// Whether the connection is to be a drop copy. Only for a Logon without a fault_by_role().
[[nodiscard]] bool asks_for_copies(const LogonRequest& logon, Role role) noexcept;

/// `next_sender`: our next MsgSeqNum. `max_latency_s`: 0 does not check SendingTime(52).
[[nodiscard]] LogonVerdict judge_logon(const LogonRequest& logon, const GatewayConfig& limits,
                                       std::uint32_t next_sender, std::int64_t max_latency_s,
                                       TimeNs now);

}  // namespace sluice::gateway

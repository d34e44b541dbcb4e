// From events to the bytes of ExecutionReport(8) and OrderCancelReject(9);
// BusinessMessageReject(j), SecurityStatus(f), News(B).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/message/event.hpp"
#include "gateway/codec/directory/account_directory.hpp"
#include "gateway/codec/directory/instrument_directory.hpp"

namespace sluice::gateway {

/// No message that leaves the encoder is longer.
inline constexpr std::size_t kMaxOutgoingBytes = 2048;
/// BeginString(8), SenderCompID(49), TargetCompID(56): longer ones are refused at start-up.
inline constexpr std::size_t kMaxCompIdBytes = 64;
/// Text(58). A longer text of a business reject ends in "...".
inline constexpr std::size_t kMaxTextBytes = 256;
/// BusinessRejectRefID(379), RefMsgType(372). A longer one is left out.
inline constexpr std::size_t kMaxRefIdBytes = 64;

/// Headline(148) and LinesOfText(33) of a News(B). Longer or more are cut, which callers exclude.
inline constexpr std::size_t kMaxHeadlineBytes = 128;
inline constexpr std::size_t kMaxNewsLines = 8;
inline constexpr std::size_t kMaxNewsLineBytes = 160;

/// A message to people, for many sessions.
struct News {
  std::string headline;            ///< Headline(148)
  std::vector<std::string> lines;  ///< Text(58) of LinesOfText(33); at least one.
  char urgency = '0';              ///< Urgency(61)
  TimeNs orig_time;                ///< OrigTime(42)
};
/// Names in a copy: ApplID(1180), the source's CompID and firm. Longer ones make no copy.
inline constexpr std::size_t kMaxCopyNameBytes = 32;

struct SessionNames {
  std::string begin_string;
  std::string sender_comp_id;  ///< Ours.
  std::string target_comp_id;  ///< The client's.
};

/// Writes whole messages, header, BodyLength and CheckSum included, without allocating. The bytes
/// returned lie in `out`, not always at its start; they are empty when `out` is smaller than
/// kMaxOutgoingBytes and when the event is none that a client hears of.
class ReportEncoder {
 public:
  struct BusinessReject {
    std::uint32_t ref_seq_num;      ///< RefSeqNum(45).
    std::string_view ref_msg_type;  ///< RefMsgType(372).
    std::string_view ref_id;        ///< BusinessRejectRefID(379); may be empty.
    int reason;                     ///< BusinessRejectReason(380).
    std::string_view text;          ///< Text(58); may be empty.
  };

  /// What a drop copy's report has beside the original's fields.
  struct CopyMarks {
    std::string_view appl_id;    ///< ApplID(1180).
    std::uint64_t appl_seq_num;  ///< ApplSeqNum(1181).
    std::string_view source;     ///< CompID of the order's session: PartyRole(452)=55.
    std::string_view firm;       ///< Of that session: PartyRole(452)=1.
  };

  /// `timestamp_digits` after the second: 3, 6 or 9. Throws std::invalid_argument on another number
  /// and on a name that is empty, too long or not printable ASCII. The directories must outlive the
  /// encoder.
  ReportEncoder(SessionNames names, const InstrumentDirectory* instruments,
                const AccountDirectory* accounts, int timestamp_digits);

  /// ExecutionReport(8), or OrderCancelReject(9) for EventType::cancel_rejected. `poss_resend`:
  /// with PossResend(97)=Y, for the client may know the event under another number.
  [[nodiscard]] std::string_view encode_event(const Event& event, std::uint32_t msg_seq_num,
                                              TimeNs sending_time, std::span<char> out,
                                              bool poss_resend = false) const noexcept;
  /// The same report for somebody who is to know of it: CopyMsgIndicator(797)=Y, and `marks`.
  [[nodiscard]] std::string_view encode_copy(const Event& event, const CopyMarks& marks,
                                             std::uint32_t msg_seq_num, TimeNs sending_time,
                                             std::span<char> out,
                                             bool poss_resend = false) const noexcept;
  [[nodiscard]] std::string_view encode_business_reject(const BusinessReject& reject,
                                                        std::uint32_t msg_seq_num,
                                                        TimeNs sending_time,
                                                        std::span<char> out) const noexcept;

  // In venue_messages.cpp.
  /// SecurityStatus(f). `since`: TransactTime(60). The instrument exists.
  [[nodiscard]] std::string_view encode_security_status(InstrumentId instrument,
                                                        InstrumentState state, TimeNs since,
                                                        std::uint32_t msg_seq_num,
                                                        TimeNs sending_time,
                                                        std::span<char> out) const noexcept;
  /// News(B).
  [[nodiscard]] std::string_view encode_news(const News& news, std::uint32_t msg_seq_num,
                                             TimeNs sending_time,
                                             std::span<char> out) const noexcept;

 private:
  /// `marks`: null for the original.
  [[nodiscard]] std::string_view encode(const Event& event, const CopyMarks* marks,
                                        bool poss_resend, std::uint32_t msg_seq_num,
                                        TimeNs sending_time, std::span<char> out) const noexcept;

  SessionNames names_;
  const InstrumentDirectory* instruments_;
  const AccountDirectory* accounts_;
  int timestamp_digits_;
};

}  // namespace sluice::gateway

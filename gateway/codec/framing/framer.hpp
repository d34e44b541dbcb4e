// Finds whole messages in a byte stream and refuses hostile ones before a session sees them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice::gateway {

/// BeginString(8) longer than this is garbled; "FIXT.1.1" is the longest that exists.
inline constexpr std::size_t kMaxBeginStringBytes = 16;
/// BodyLength(9) with more digits than this is hostile.
inline constexpr std::size_t kMaxBodyLengthDigits = 9;

/// What stands at the start of a buffer.
struct Frame {
  enum class Kind : std::uint8_t {
    need_more,  ///< The start of a message, as far as one can see.
    message,    ///< `message` is one well-formed message of `consumed` bytes.
    garbled,    ///< Skip `consumed` bytes. FIX.4.4: ignored without moving the expected number;
                ///< before logon the connection is closed. One garbled message may be skipped in
                ///< several steps.
    hostile,    ///< Close the connection.
  };
  Kind kind;
  std::size_t consumed;
  std::string_view message;
  const char* why;  ///< A static text for the log on `garbled` and `hostile`.
};

/// Looks at the start of `buffer`. A `message` begins 8=FIX…|9=…|35=…, its BodyLength leads to a
/// right 10=ccc|, each field is tag=value, data fields end in SOH, and 8, 9 and 10 stand nowhere
/// else. After garbled bytes it resynchronises at the next "8=FIX". The answer does not depend on
/// how the stream was cut into reads. A buffer of `max_message_bytes` never answers `need_more`.
[[nodiscard]] Frame next_frame(std::string_view buffer, std::size_t max_message_bytes) noexcept;

/// The header fields that route a message before QuickFIX parses it. `poss_dup` is empty when
/// absent.
struct HeaderView {
  std::string_view begin_string, msg_type, sender_comp_id, target_comp_id, msg_seq_num,
      sending_time, poss_dup;
};

/// Reads the header of a whole message. False when one of 8, 35, 49, 56, 34, 52 is missing or
/// empty, and when one of these or 43 stands twice anywhere in the message.
[[nodiscard]] bool read_header(std::string_view message, HeaderView& out) noexcept;

}  // namespace sluice::gateway

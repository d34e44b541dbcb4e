// FIX messages as an outsider sees them: built and read here without any of the gateway's code, so
// that tests have an independent oracle.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::testing {

inline constexpr char kSoh = '\x01';

/// Text of a UTC time as in SendingTime(52): "20260502-02:36:20.123456".
[[nodiscard]] std::string utc_timestamp(std::int64_t unix_ns);
/// The same of the wall clock now.
[[nodiscard]] std::string utc_now();

/// SOH shown as '|'.
[[nodiscard]] std::string readable(std::string_view bytes);

/// Sum of all bytes modulo 256 as three digits: CheckSum(10).
[[nodiscard]] std::string checksum_text(std::string_view bytes);

/// What a test says of a message: MsgType(35) and the fields after the standard header, in order.
class FixBody {
 public:
  explicit FixBody(std::string_view msg_type) : msg_type_(msg_type) {}

  FixBody& add(int tag, std::string_view value);
  FixBody& add(int tag, std::integral auto value) { return add(tag, std::to_string(value)); }
  FixBody& add(int tag, char value) { return add(tag, std::string_view{&value, 1}); }
  FixBody& add(int tag, const char* value) { return add(tag, std::string_view{value}); }

  [[nodiscard]] const std::string& msg_type() const { return msg_type_; }
  [[nodiscard]] const std::string& fields() const { return fields_; }

 private:
  std::string msg_type_;
  std::string fields_;
};

/// The standard header and trailer. What is set here is written as it stands, right or wrong.
struct FixHeader {
  std::string begin_string = "FIX.4.4";
  std::string sender;                              ///< SenderCompID(49)
  std::string target;                              ///< TargetCompID(56)
  std::uint32_t seq = 1;                           ///< MsgSeqNum(34)
  std::optional<std::string> sending_time;         ///< SendingTime(52); absent: now.
  std::vector<std::pair<int, std::string>> extra;  ///< More header fields: 43, 97, 122 ...
  std::optional<std::string> body_length;          ///< BodyLength(9); absent: the right one.
  std::optional<std::string> checksum;             ///< CheckSum(10); absent: the right one.
  std::vector<int> leave_out;                      ///< Of 34, 35, 49, 52, 56: not written at all.
};

[[nodiscard]] std::string encode(const FixBody& body, const FixHeader& header);

/// A received message: its bytes and where its fields stand, in order.
class FixMessage {
 public:
  FixMessage() = default;

  /// Takes "tag=value<SOH>..." apart; data fields (95/96, 354/355 ...) are not known here. False,
  /// and empty, when a field has no tag or no '='.
  [[nodiscard]] bool assign(std::string_view bytes);

  [[nodiscard]] std::size_t size() const { return places_.size(); }
  [[nodiscard]] int tag_at(std::size_t index) const { return places_[index].tag; }
  [[nodiscard]] std::string_view value_at(std::size_t index) const;

  /// The n-th field (from 0) of that tag.
  [[nodiscard]] std::optional<std::string_view> find(int tag, std::size_t nth = 0) const;
  [[nodiscard]] bool has(int tag) const { return find(tag).has_value(); }
  [[nodiscard]] std::size_t count(int tag) const;
  /// Empty when absent.
  [[nodiscard]] std::string_view get(int tag) const { return find(tag).value_or(""); }
  /// Nothing when absent or not an integer.
  [[nodiscard]] std::optional<std::int64_t> get_int(int tag) const;

  [[nodiscard]] std::string_view type() const { return get(35); }
  /// 0 when absent.
  [[nodiscard]] std::uint32_t seq() const {
    return static_cast<std::uint32_t>(get_int(34).value_or(0));
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::string readable() const { return testing::readable(bytes_); }

 private:
  struct Place {
    int tag;
    std::uint32_t begin;
    std::uint32_t size;
  };
  std::string bytes_;
  std::vector<Place> places_;
};

/// Bytes of the whole message at the front of `buffer`; 0 when more bytes are needed. Throws
/// std::runtime_error when the front cannot be a FIX message: wrong BodyLength, wrong CheckSum.
[[nodiscard]] std::size_t frame_size(std::string_view buffer);

}  // namespace sluice::testing

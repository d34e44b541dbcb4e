// Writes one FIX message into a buffer that is known to be large enough.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "engine/types/strong.hpp"
#include "gateway/codec/framing/field_scanner.hpp"
#include "gateway/codec/values/decimal.hpp"
#include "gateway/codec/values/utc_timestamp.hpp"

namespace sluice::gateway {

/// The body is written first, behind room for BeginString and BodyLength, which go before it when
/// its length is known. Each method appends one field; `key` is its tag and '=', e.g. "38=". The
/// caller proves by the fields' bounds that everything fits.
class MessageWriter {
 public:
  /// Room before the body: 8=…, 9= with up to five digits.
  static constexpr std::size_t prefix_bytes(std::size_t begin_string_bytes) {
    return 2 + begin_string_bytes + 1 + 2 + kLengthDigits + 1;
  }
  static constexpr std::size_t kTrailerBytes = 7;
  static constexpr std::size_t kLengthDigits = 5;

  MessageWriter(std::span<char> out, std::string_view begin_string) noexcept
      : begin_string_(begin_string),
        body_(out.data() + prefix_bytes(begin_string.size())),
        at_(body_) {}

  void raw(std::string_view bytes) noexcept {
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }
  void text(std::string_view key, std::string_view value) noexcept {
    raw(key);
    raw(value);
    *at_++ = kSoh;
  }
  void character(std::string_view key, char value) noexcept {
    raw(key);
    *at_++ = value;
    *at_++ = kSoh;
  }
  void number(std::string_view key, std::uint64_t value) noexcept {
    raw(key);
    at_ = std::to_chars(at_, at_ + kMaxDigits, value).ptr;
    *at_++ = kSoh;
  }
  void units(std::string_view key, std::int64_t value, DecimalUnit unit) noexcept {
    char room[kDecimalRoom];
    text(key, format_units(value, unit, room));
  }
  void time(std::string_view key, TimeNs value, int digits) noexcept {
    raw(key);
    at_ += format_utc_timestamp(value, digits, {at_, kMaxUtcTimestampBytes}).size();
    *at_++ = kSoh;
  }

  /// Puts 8 and 9 before the body and 10 after it; the whole message.
  [[nodiscard]] std::string_view finish() noexcept {
    char digits[kMaxDigits];
    const char* const digits_end =
        std::to_chars(digits, digits + kMaxDigits, static_cast<std::size_t>(at_ - body_)).ptr;
    char* start = body_;
    *--start = kSoh;
    start = put_before(start, {digits, static_cast<std::size_t>(digits_end - digits)});
    start = put_before(start, "9=");
    *--start = kSoh;
    start = put_before(start, begin_string_);
    start = put_before(start, "8=");
    unsigned sum = 0;
    for (const char* byte = start; byte != at_; ++byte) sum += static_cast<unsigned char>(*byte);
    sum %= 256;
    raw("10=");
    *at_++ = static_cast<char>('0' + sum / 100);
    *at_++ = static_cast<char>('0' + sum % 100 / 10);
    *at_++ = static_cast<char>('0' + sum % 10);
    *at_++ = kSoh;
    return {start, static_cast<std::size_t>(at_ - start)};
  }

 private:
  static constexpr std::size_t kMaxDigits = 20;

  static char* put_before(char* place, std::string_view bytes) noexcept {
    place -= bytes.size();
    std::memcpy(place, bytes.data(), bytes.size());
    return place;
  }

  std::string_view begin_string_;
  char* body_;
  char* at_;
};

}  // namespace sluice::gateway

#include "tests/support/fix_message.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <stdexcept>

namespace sluice::testing {

namespace {

void append_field(std::string& out, int tag, std::string_view value) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), tag).ptr;
  out.append(digits.data(), end);
  out += '=';
  out += value;
  out += kSoh;
}

std::uint8_t byte_sum(std::string_view bytes) {
  std::uint32_t sum = 0;
  for (const char byte : bytes) sum += static_cast<std::uint8_t>(byte);
  return static_cast<std::uint8_t>(sum);
}

[[noreturn]] void not_fix(const char* why, std::string_view buffer) {
  throw std::runtime_error(std::string{"not a FIX message ("} + why +
                           "): " + readable(buffer.substr(0, 400)));
}

}  // namespace

std::string utc_timestamp(std::int64_t unix_ns) {
  using namespace std::chrono;
  const sys_time<nanoseconds> time{nanoseconds{unix_ns}};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const std::int64_t micros = floor<microseconds>(time - day).count();
  const std::int64_t seconds = micros / 1'000'000;
  std::string text = "00000000-00:00:00.000000";
  const auto put = [&text](std::size_t at, std::size_t width, std::int64_t value) {
    for (std::size_t i = width; i > 0; --i, value /= 10) {
      text[at + i - 1] = static_cast<char>('0' + value % 10);
    }
  };
  put(0, 4, static_cast<int>(date.year()));
  put(4, 2, static_cast<unsigned>(date.month()));
  put(6, 2, static_cast<unsigned>(date.day()));
  put(9, 2, seconds / 3600);
  put(12, 2, seconds / 60 % 60);
  put(15, 2, seconds % 60);
  put(18, 6, micros % 1'000'000);
  return text;
}

std::string utc_now() {
  using namespace std::chrono;
  return utc_timestamp(duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count());
}

std::string readable(std::string_view bytes) {
  std::string text{bytes};
  std::replace(text.begin(), text.end(), kSoh, '|');
  return text;
}

std::string checksum_text(std::string_view bytes) {
  const unsigned sum = byte_sum(bytes);
  return {static_cast<char>('0' + sum / 100), static_cast<char>('0' + sum / 10 % 10),
          static_cast<char>('0' + sum % 10)};
}

FixBody& FixBody::add(int tag, std::string_view value) {
  append_field(fields_, tag, value);
  return *this;
}

std::string encode(const FixBody& body, const FixHeader& header) {
  const auto wanted = [&header](int tag) {
    return std::find(header.leave_out.begin(), header.leave_out.end(), tag) ==
           header.leave_out.end();
  };
  std::string inner;
  inner.reserve(body.fields().size() + 128);
  if (wanted(35)) append_field(inner, 35, body.msg_type());
  if (wanted(34)) append_field(inner, 34, std::to_string(header.seq));
  if (wanted(49)) append_field(inner, 49, header.sender);
  if (wanted(52)) append_field(inner, 52, header.sending_time ? *header.sending_time : utc_now());
  if (wanted(56)) append_field(inner, 56, header.target);
  for (const auto& [tag, value] : header.extra) append_field(inner, tag, value);
  inner += body.fields();

  std::string message;
  message.reserve(inner.size() + 40);
  append_field(message, 8, header.begin_string);
  append_field(message, 9, header.body_length.value_or(std::to_string(inner.size())));
  message += inner;
  append_field(message, 10, header.checksum.value_or(checksum_text(message)));
  return message;
}

bool FixMessage::assign(std::string_view bytes) {
  bytes_ = bytes;
  places_.clear();
  std::size_t at = 0;
  while (at < bytes.size()) {
    int tag = 0;
    const char* const begin = bytes.data() + at;
    const char* const end = bytes.data() + bytes.size();
    const auto [after, error] = std::from_chars(begin, end, tag);
    const std::size_t value = at + static_cast<std::size_t>(after - begin) + 1;
    const std::size_t stop = bytes.find(kSoh, at);
    if (error != std::errc{} || after == end || *after != '=' || stop == std::string_view::npos ||
        stop < value) {
      places_.clear();
      bytes_.clear();
      return false;
    }
    places_.push_back(
        {tag, static_cast<std::uint32_t>(value), static_cast<std::uint32_t>(stop - value)});
    at = stop + 1;
  }
  return true;
}

std::string_view FixMessage::value_at(std::size_t index) const {
  return std::string_view{bytes_}.substr(places_[index].begin, places_[index].size);
}

std::optional<std::string_view> FixMessage::find(int tag, std::size_t nth) const {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (places_[i].tag == tag && nth-- == 0) return value_at(i);
  }
  return std::nullopt;
}

std::size_t FixMessage::count(int tag) const {
  return static_cast<std::size_t>(std::count_if(
      places_.begin(), places_.end(), [tag](const Place& place) { return place.tag == tag; }));
}

std::optional<std::int64_t> FixMessage::get_int(int tag) const {
  const std::optional<std::string_view> text = find(tag);
  if (!text || text->empty()) return std::nullopt;
  std::int64_t value = 0;
  const auto [after, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || after != text->data() + text->size()) return std::nullopt;
  return value;
}

std::size_t frame_size(std::string_view buffer) {
  constexpr std::string_view kBegin = "8=FIX";
  if (!buffer.starts_with(kBegin.substr(0, std::min(kBegin.size(), buffer.size())))) {
    not_fix("does not begin with 8=FIX", buffer);
  }
  const std::size_t begin_end = buffer.find(kSoh);
  if (begin_end == std::string_view::npos || buffer.size() < begin_end + 4) return 0;
  if (buffer.substr(begin_end + 1, 2) != "9=") not_fix("BodyLength(9) is not second", buffer);
  const std::size_t length_end = buffer.find(kSoh, begin_end + 1);
  if (length_end == std::string_view::npos) return 0;
  std::size_t length = 0;
  const char* const digits_end = buffer.data() + length_end;
  const auto [after, error] = std::from_chars(buffer.data() + begin_end + 3, digits_end, length);
  if (error != std::errc{} || after != digits_end || length > (1U << 20U)) {
    not_fix("BodyLength(9)", buffer);
  }
  constexpr std::size_t kTrailer = 7;  // "10=ccc" and SOH
  const std::size_t total = length_end + 1 + length + kTrailer;
  if (buffer.size() < total) return 0;
  const std::string_view trailer = buffer.substr(total - kTrailer, kTrailer);
  const std::string_view summed = buffer.substr(0, total - kTrailer);
  if (!trailer.starts_with("10=") || trailer.back() != kSoh || summed.back() != kSoh) {
    not_fix("BodyLength(9) does not lead to CheckSum(10)", buffer);
  }
  if (trailer.substr(3, 3) != checksum_text(summed)) not_fix("CheckSum(10)", buffer);
  return total;
}

}  // namespace sluice::testing

// The one reader of FIX bytes: framer, decoder and log masking all walk a message with it, so that
// no two of them can disagree on where a field ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sluice::gateway {

inline constexpr char kSoh = '\x01';

/// One field. `value` points into the scanned bytes.
struct FieldView {
  int tag;
  std::string_view value;
};

/// Data fields of FIX.4.4 may contain SOH; the length field that must stand directly before them
/// says where they end. The dictionary declares each of them, else QuickFIX would split them
/// elsewhere.
struct LengthDataPair {
  int length_tag;
  int data_tag;
};
inline constexpr LengthDataPair kLengthDataPairs[] = {
    {95, 96},   {90, 91},   {93, 89},   {212, 213}, {348, 349}, {350, 351}, {352, 353}, {354, 355},
    {356, 357}, {358, 359}, {360, 361}, {362, 363}, {364, 365}, {445, 446}, {618, 619}, {621, 622},
};

/// Walks tag=value<SOH> in place. Stricter than QuickFIX where its integer parsing wraps: a tag is
/// 1 to 9 digits without a leading zero, a data length 1 to 9 digits.
class FieldScanner {
 public:
  enum class Step : std::uint8_t { field, end, garbled };

  explicit FieldScanner(std::string_view bytes) noexcept
      : begin_(bytes.data()), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  /// The next field into `out`. After `garbled` the scanner stays where the bad field begins.
  Step next(FieldView& out) noexcept {
    if (at_ == end_) return data_tag_ == 0 ? Step::end : Step::garbled;
    const char* cursor = at_;
    int tag = 0;
    if (*cursor < '1' || *cursor > '9') return Step::garbled;
    while (cursor != end_ && *cursor >= '0' && *cursor <= '9') {
      if (cursor - at_ == kMaxTagDigits) return Step::garbled;
      tag = tag * 10 + (*cursor++ - '0');
    }
    if (cursor == end_ || *cursor != '=') return Step::garbled;
    const char* const value = ++cursor;
    const char* value_end = nullptr;
    if (data_tag_ != 0) {
      if (tag != data_tag_ || data_length_ >= static_cast<std::size_t>(end_ - value)) {
        return Step::garbled;
      }
      value_end = value + data_length_;
      if (*value_end != kSoh) return Step::garbled;
      data_tag_ = 0;
    } else {
      value_end = static_cast<const char*>(
          std::memchr(value, kSoh, static_cast<std::size_t>(end_ - value)));
      if (value_end == nullptr || !expect_data(tag, value, value_end)) return Step::garbled;
    }
    out.tag = tag;
    out.value = {value, static_cast<std::size_t>(value_end - value)};
    at_ = value_end + 1;
    return Step::field;
  }

  /// Offset of the first byte not yet read.
  [[nodiscard]] std::size_t position() const noexcept {
    return static_cast<std::size_t>(at_ - begin_);
  }

 private:
  static constexpr std::ptrdiff_t kMaxTagDigits = 9;
  static constexpr std::ptrdiff_t kMaxLengthDigits = 9;

  /// False for a data field without its length, and for a length that is no number.
  bool expect_data(int tag, const char* value, const char* value_end) noexcept {
    int data_tag = 0;
    switch (tag) {
      case 95:
      case 90:
      case 212:
      case 348:
      case 350:
      case 352:
      case 354:
      case 356:
      case 358:
      case 360:
      case 362:
      case 364:
      case 445:
      case 618:
      case 621:
        data_tag = tag + 1;
        break;
      case 93:
        data_tag = 89;
        break;
      case 96:
      case 91:
      case 89:
      case 213:
      case 349:
      case 351:
      case 353:
      case 355:
      case 357:
      case 359:
      case 361:
      case 363:
      case 365:
      case 446:
      case 619:
      case 622:
        return false;
      default:
        return true;
    }
    if (value == value_end || value_end - value > kMaxLengthDigits) return false;
    std::size_t length = 0;
    for (; value != value_end; ++value) {
      if (*value < '0' || *value > '9') return false;
      length = length * 10 + static_cast<std::size_t>(*value - '0');
    }
    data_tag_ = data_tag;
    data_length_ = length;
    return true;
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  int data_tag_ = 0;  ///< The data field that must come next; 0 when none is awaited.
  std::size_t data_length_ = 0;
};

}  // namespace sluice::gateway

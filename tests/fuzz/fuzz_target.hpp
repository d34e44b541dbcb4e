// What the fuzz targets share. Each target is one .cpp beside this file and a folder of corpus/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace sluice::fuzz {

/// A finding: libFuzzer keeps the input that led here.
inline void require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

/// A copy that ends where its memory ends: AddressSanitizer sees whoever reads further.
class ExactCopy {
 public:
  explicit ExactCopy(std::string_view bytes)
      : size_(bytes.size()), bytes_(std::make_unique<char[]>(size_)) {
    bytes.copy(bytes_.get(), size_);
  }
  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

/// Takes bytes from the front of the input for what is not a message.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  [[nodiscard]] std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto taken = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return taken;
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

/// A message with right length and checksum whose bytes after "35=" are `body`, with SOH for each
/// '|': so that what is kept in corpus/ can be read, and mutations reach what is behind the framer.
[[nodiscard]] inline std::string framed(std::string_view body) {
  std::string fields = "35=" + std::string(body);
  if (fields.back() != '|' && fields.back() != '\x01') fields += '|';
  for (char& c : fields) c = c == '|' ? '\x01' : c;
  std::string message = "8=FIX.4.4\x01";
  message += "9=" + std::to_string(fields.size()) + '\x01' + fields;
  unsigned sum = 0;
  for (const char c : message) sum += static_cast<unsigned char>(c);
  char trailer[8];
  std::snprintf(trailer, sizeof trailer, "10=%03u\x01", sum % 256);
  return message + trailer;
}

}  // namespace sluice::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

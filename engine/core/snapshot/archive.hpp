// The bytes of a snapshot: fixed-size values one after another, little-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace sluice {

/// A snapshot cannot be used: what() says why, and what would help where the configuration is the
/// cause.
class SnapshotError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What a value must be to be written as its bytes: without padding and without addresses.
template <class T>
concept Archived = std::has_unique_object_representations_v<T> && !std::is_pointer_v<T>;

/// Thread safety: one thread.
class ArchiveWriter {
 public:
  using Sink = std::function<void(std::span<const std::byte>)>;
  static constexpr std::size_t kChunkBytes = std::size_t{1} << 20U;

  /// `sink` gets all bytes in order, in pieces of about kChunkBytes; what it throws passes through.
  explicit ArchiveWriter(Sink sink) : sink_(std::move(sink)) { chunk_.reserve(kChunkBytes); }

  template <Archived T>
  void put(const T& value) {
    const auto bytes = std::as_bytes(std::span(&value, 1));
    if (chunk_.size() + bytes.size() > kChunkBytes) flush();
    chunk_.insert(chunk_.end(), bytes.begin(), bytes.end());
  }
  /// Hands on what is left. To be called at the end.
  void flush() {
    if (!chunk_.empty()) sink_(chunk_);
    chunk_.clear();
  }

 private:
  Sink sink_;
  std::vector<std::byte> chunk_;
};

/// Thread safety: one thread. All throw SnapshotError where there are fewer bytes than are asked
/// for, or a number is none that may stand there.
class ArchiveReader {
 public:
  explicit ArchiveReader(std::span<const std::byte> bytes) : left_(bytes) {}

  template <Archived T>
  [[nodiscard]] T get() {
    if (left_.size() < sizeof(T)) throw SnapshotError("the snapshot ends too early");
    T value;
    std::memcpy(&value, left_.data(), sizeof value);
    left_ = left_.subspan(sizeof value);
    return value;
  }
  /// A number below `bound`.
  [[nodiscard]] std::uint32_t get_below(std::uint64_t bound, const char* what) {
    const auto value = get<std::uint32_t>();
    if (value >= bound) {
      throw SnapshotError(std::string("the snapshot is damaged: ") + what + " is " +
                          std::to_string(value) + ", not below " + std::to_string(bound));
    }
    return value;
  }
  [[nodiscard]] bool at_end() const noexcept { return left_.empty(); }

 private:
  std::span<const std::byte> left_;
};

}  // namespace sluice

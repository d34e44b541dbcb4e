// Which bytes of a connection wait for the disk.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sluice::gateway {

/// All output of a session leaves in one line, and each part of it when the record with which it
/// was appended is durable. Thread safety: one thread.
class OutputGate {
 public:
  /// So many parts are told apart; past that the last one grows, and waits for the later record.
  static constexpr std::size_t kParts = 64;

  /// Bytes up to `place` wait for record `record`. Both only grow.
  void note(std::uint64_t place, std::uint64_t record) noexcept {
    if (count_ > 0 && (last().record == record || count_ == kParts)) {
      last() = {place, record};
      return;
    }
    parts_[(first_ + count_++) % kParts] = {place, record};
  }

  /// The place up to which bytes may leave, now that records up to `durable` are durable.
  [[nodiscard]] std::uint64_t open(std::uint64_t durable) noexcept {
    while (count_ > 0 && parts_[first_].record <= durable) {
      open_ = parts_[first_].place;
      first_ = (first_ + 1) % kParts;
      --count_;
    }
    return open_;
  }
  [[nodiscard]] bool holds() const noexcept { return count_ > 0; }

 private:
  struct Part {
    std::uint64_t place;
    std::uint64_t record;
  };

  [[nodiscard]] Part& last() noexcept { return parts_[(first_ + count_ - 1) % kParts]; }

  std::array<Part, kParts> parts_{};
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::uint64_t open_ = 0;
};

}  // namespace sluice::gateway

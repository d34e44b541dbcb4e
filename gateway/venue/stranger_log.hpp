// Log lines that anybody can cause: so many a second and no more.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <spdlog/logger.h>
#include <string>
#include <utility>

#include "engine/types/durations.hpp"
#include "gateway/auth/bounded_table.hpp"
#include "gateway/net/address_key.hpp"
#include "gateway/net/token_bucket.hpp"

namespace sluice::gateway {

/// A flood of connections must not push out of the log what others have to say there. What was left
/// out is counted, and the number told.
///
/// Thread safety: the door's thread.
class StrangerLog {
 public:
  /// Lines at once after a rest, and then in the long run: of one address, and of all together.
  static constexpr std::uint32_t kBurstPerAddress = 40;
  static constexpr std::int64_t kIntervalPerAddressNs = kNsPerSecond;
  static constexpr std::uint32_t kBurst = 200;
  static constexpr std::int64_t kIntervalNs = kNsPerSecond / 20;
  static constexpr std::int64_t kTellNs = 10 * kNsPerSecond;
  static constexpr std::size_t kAddresses = 4'096;

  StrangerLog(std::shared_ptr<spdlog::logger> logger, const HashKey& key)
      : logger_(std::move(logger)), addresses_(kAddresses, key) {}

  template <class... Args>
  void warn(const IpAddress& from, std::int64_t now_ns, spdlog::format_string_t<Args...> text,
            Args&&... args) {
    if (may_write(from, now_ns)) {
      logger_->warn(text, std::forward<Args>(args)...);
    } else {
      ++left_out_;
    }
  }

  /// Says how many lines were left out, every kTellNs at most, or at once at the end.
  void tell(std::int64_t now_ns, bool at_once = false) {
    if (left_out_ == 0 || (!at_once && now_ns < next_tell_ns_)) return;
    logger_->warn("{} more lines about connections before their Logon were left out",
                  std::exchange(left_out_, 0));
    next_tell_ns_ = now_ns + kTellNs;
  }

 private:
  struct Address {
    TokenBucket lines;
    [[nodiscard]] bool at_rest(std::int64_t now_ns) const noexcept { return lines.is_full(now_ns); }
  };

  bool may_write(const IpAddress& from, std::int64_t now_ns) {
    TokenBucket& own = addresses_.get(AddressKey::of(from), now_ns).lines;
    return own.take(now_ns, kIntervalPerAddressNs, kBurstPerAddress) &&
           all_.take(now_ns, kIntervalNs, kBurst);
  }

  std::shared_ptr<spdlog::logger> logger_;
  BoundedTable<AddressKey, Address> addresses_;
  TokenBucket all_;
  std::uint64_t left_out_ = 0;
  std::int64_t next_tell_ns_ = 0;
};

}  // namespace sluice::gateway

// A guard with the shipped limits, one session that has an address list, and its attempts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/auth/logon_guard.hpp"

namespace sluice::gateway {

inline constexpr std::int64_t kMillisecond = kNsPerMillisecond;
inline constexpr std::int64_t kSecond = kNsPerSecond;

class GuardTest : public ::testing::Test {
 protected:
  LogonGuard make(std::size_t capacity = LogonGuard::kCapacity) {
    sessions_.resize(1);
    sessions_[0].comp_id = "CLIENT1";
    sessions_[0].allow_addresses = {"10.0.0.0/8"};
    return {limits_, sessions_, HashKey{17, 4}, capacity};
  }
  static IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }
  static LogonGuard::Attempt from(std::string_view address, std::string_view comp_id = "CLIENT1") {
    return {
        .comp_id = comp_id, .from = ip(address), .named = false, .password = true, .seen_ns = 0};
  }
  static LogonGuard::Attempt named(std::string_view address) {
    LogonGuard::Attempt attempt = from(address);
    attempt.named = true;
    return attempt;
  }
  static void fail(LogonGuard& guard, const LogonGuard::Attempt& attempt, std::uint32_t times,
                   std::int64_t now_ns) {
    for (std::uint32_t i = 0; i < times; ++i) (void)guard.failed(attempt, now_ns);
  }

  GatewayConfig limits_;
  std::vector<SessionConfig> sessions_;
};

}  // namespace sluice::gateway

// Who may connect and try to log on, and how often: limits by address, by CompID and by both.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/sip_hash.hpp"
#include "engine/types/durations.hpp"
#include "gateway/auth/bounded_table.hpp"
#include "gateway/config/venue_config.hpp"
#include "gateway/net/address_key.hpp"
#include "gateway/net/address_set.hpp"
#include "gateway/net/connection_place.hpp"
#include "gateway/net/token_bucket.hpp"

namespace sluice::gateway {

/// One {CompID, address} whose Logons are not looked at.
struct LockOut {
  std::string comp_id;  ///< As the Logons said; the first kShownCompIdBytes of it.
  std::string address;  ///< AddressKey::text()
  std::uint32_t failures = 0;
  std::optional<std::int64_t> remaining_s;  ///< Nothing: until it is unlocked.
};

/// Thread safety: one thread, the door's; a ConnectionPlace may go on any. It has no clock: each
/// call says the (monotonic) time.
///
/// What is known and what is unknown (CompIDs, users) is treated alike, so that nobody learns which
/// exist.
///
/// - An address has a bound on connections at a time and on new ones a second.
/// - After kFreeFailures failed Logons an address must wait before the next one is looked at: 100
/// ms,
///   doubling with each further failure up to logon_backoff_ms_max. They are looked at one by one.
/// - After logon_failures_max failures a {CompID, address} is locked out for logon_lockout_s. A
/// Logon
///   that succeeds takes back its own failures, and only those.
/// - Failures are forgotten after kFailureWindowNs without another one.
/// - Failures of a CompID from everywhere only slow, by at most kWideDelayMaxNs, and only where it
/// has
///   not logged on before. So no stranger locks a client out.
/// - Whoever guesses at one CompID fills only the places of its checks, and those who come from
///   where it belongs have their own.
/// - A `named` address is one that the session's allow_addresses has: for it only failures of that
///   CompID at that address count, and strangers cannot crowd it out of the tables.
///
/// Whoever is logged on is never asked again. Where a table is full of entries that must be kept,
/// newcomers share one: they are slowed together, and not locked out.
class LogonGuard {
 public:
  static constexpr std::uint32_t kFreeFailures = 3;
  static constexpr std::uint32_t kWideFreeFailures = 20;
  static constexpr std::int64_t kFirstDelayNs = 100 * kNsPerMillisecond;
  static constexpr std::int64_t kWideDelayMaxNs = 1'000 * kNsPerMillisecond;
  static constexpr std::int64_t kFailureWindowNs = 600 * kNsPerSecond;
  /// Password checks of one address under way; more wait.
  static constexpr std::uint32_t kChecksPerAddress = 8;
  /// Those of one CompID by strangers; more wait. So many again has the CompID at each address that
  /// is `named`, and where it has logged on before.
  static constexpr std::uint32_t kChecksPerCompId = 4;
  static constexpr std::int64_t kRetryNs = 50 * kNsPerMillisecond;
  /// Addresses, {CompID, address}es and unknown CompIDs remembered, those that are named apart.
  static constexpr std::size_t kCapacity = 16'384;
  static constexpr std::size_t kShownCompIdBytes = 32;

  /// `capacity` below kCapacity is for tests. Throws nothing that parsed configurations cause.
  LogonGuard(const GatewayConfig& limits, const std::vector<SessionConfig>& sessions,
             const HashKey& key, std::size_t capacity = kCapacity);

  enum class Admission : std::uint8_t { admitted, too_many, too_fast };
  /// A new connection; `place` is set when it is admitted.
  [[nodiscard]] Admission connect(const IpAddress& from, std::int64_t now_ns,
                                  ConnectionPlace& place);

  /// A Logon that wants to be looked at.
  struct Attempt {
    std::string_view comp_id;  ///< SenderCompID(49), whether anybody has it or not.
    IpAddress from;
    bool named = false;        ///< The session's allow_addresses has `from`.
    bool password = false;     ///< It carries what costs a hash.
    std::int64_t seen_ns = 0;  ///< When its Logon was there.
  };
  struct Answer {
    enum class Kind : std::uint8_t { look, wait, locked } kind = Kind::look;
    std::int64_t until_ns = 0;  ///< wait: ask again then.
  };
  [[nodiscard]] Answer may_try(const Attempt& attempt, std::int64_t now_ns);
  /// What became of an attempt that was looked at. failed() is true if it brought a lock-out.
  bool failed(const Attempt& attempt, std::int64_t now_ns);
  void succeeded(const Attempt& attempt, std::int64_t now_ns);

  /// The places of a password check that began; they are given back as this goes.
  struct Check {
    ConnectionPlace of_address;
    ConnectionPlace of_comp_id;
  };
  [[nodiscard]] Check begin_check(const Attempt& attempt, std::int64_t now_ns);

  /// For the admin: at most `max`, those whose CompID is `wanted` before the others.
  using Wanted = std::function<bool(std::string_view comp_id)>;
  [[nodiscard]] std::vector<LockOut> lock_outs(std::int64_t now_ns, std::size_t max,
                                               const Wanted& wanted = {});
  /// Forget all failures of that CompID at all addresses, or of all CompIDs at that address. How
  /// many lock-outs that ended.
  std::size_t unlock_comp_id(std::string_view comp_id, std::int64_t now_ns);
  std::size_t unlock_address(const IpAddress& address, std::int64_t now_ns);

 private:
  static constexpr std::int64_t kForEver = std::numeric_limits<std::int64_t>::max();

  [[nodiscard]] static ConnectionPlace::Count new_count() {
    return std::make_shared<std::atomic<std::uint32_t>>(0);
  }

  /// Failures that are not forgotten yet, and when the next attempt may be.
  struct Failures {
    std::uint32_t count = 0;
    std::int64_t last_ns = 0;
    std::int64_t next_try_ns = 0;

    [[nodiscard]] std::uint32_t known(std::int64_t now_ns) const noexcept;
    void add(std::int64_t now_ns) noexcept;
  };
  struct Address {
    ConnectionPlace::Count connections = new_count();
    ConnectionPlace::Count checks = new_count();
    TokenBucket rate;
    Failures failures;
    [[nodiscard]] bool at_rest(std::int64_t now_ns) const noexcept;
  };
  struct Pair {
    std::string comp_id;
    Failures failures;
    ConnectionPlace::Count checks = new_count();
    std::int64_t locked_until_ns = 0;
    bool succeeded = false;
    [[nodiscard]] bool is_locked(std::int64_t now_ns) const noexcept {
      return now_ns < locked_until_ns;
    }
    [[nodiscard]] bool at_rest(std::int64_t now_ns) const noexcept;
  };
  struct CompId {
    Failures failures;
    ConnectionPlace::Count checks = new_count();
    [[nodiscard]] bool at_rest(std::int64_t now_ns) const noexcept {
      return checks->load(std::memory_order_relaxed) == 0 &&
             failures.known(now_ns) <= kWideFreeFailures;
    }
  };
  struct CompIdKey {
    Hash128 hash;
    [[nodiscard]] std::array<std::uint64_t, 2> words() const noexcept {
      return {hash.low, hash.high};
    }
    friend bool operator==(const CompIdKey&, const CompIdKey&) = default;
  };
  struct PairKey {
    CompIdKey comp_id;
    AddressKey address;
    [[nodiscard]] std::array<std::uint64_t, 4> words() const noexcept {
      return {comp_id.hash.low, comp_id.hash.high, address.high, address.low};
    }
    friend bool operator==(const PairKey&, const PairKey&) = default;
  };
  using Pairs = BoundedTable<PairKey, Pair>;

  [[nodiscard]] CompIdKey key_of(std::string_view comp_id) const;
  [[nodiscard]] Address& address_of(const IpAddress& from, std::int64_t now_ns);
  [[nodiscard]] Pairs& pairs(bool named) noexcept { return named ? named_pairs_ : pairs_; }
  [[nodiscard]] Failures& paced_by(const Attempt& attempt, std::int64_t now_ns);
  [[nodiscard]] ConnectionPlace::Count& checks_of(const Attempt& attempt, std::int64_t now_ns);
  [[nodiscard]] std::int64_t delay_ns(std::uint32_t failures) const noexcept;
  template <class Match>
  std::size_t unlock(std::int64_t now_ns, Match match);

  const GatewayConfig& limits_;
  HashKey key_;
  AddressSet named_;
  BoundedTable<AddressKey, Address> addresses_;
  BoundedTable<AddressKey, Address> named_addresses_;
  Pairs pairs_;
  Pairs named_pairs_;
  BoundedTable<CompIdKey, CompId> comp_ids_;
};

}  // namespace sluice::gateway

#include "gateway/auth/logon_guard.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sluice::gateway {
namespace {

AddressSet all_named(const std::vector<SessionConfig>& sessions) {
  std::vector<AddressPrefix> prefixes;
  for (const SessionConfig& session : sessions) {
    for (const std::string& text : session.allow_addresses) {
      if (const auto prefix = AddressPrefix::parse(text)) prefixes.push_back(*prefix);
    }
  }
  return AddressSet(prefixes);
}

/// `first`, doubling with each further failure, up to `longest`.
std::int64_t doubled(std::int64_t first, std::uint32_t times, std::int64_t longest) noexcept {
  constexpr std::uint32_t kMostDoublings = 20;
  return std::min(first << std::min(times, kMostDoublings), longest);
}

}  // namespace

LogonGuard::LogonGuard(const GatewayConfig& limits, const std::vector<SessionConfig>& sessions,
                       const HashKey& key, std::size_t capacity)
    : limits_(limits),
      key_(key),
      named_(all_named(sessions)),
      addresses_(capacity, key),
      named_addresses_(capacity, key),
      pairs_(capacity, key),
      named_pairs_(capacity, key),
      comp_ids_(capacity, key) {}

std::uint32_t LogonGuard::Failures::known(std::int64_t now_ns) const noexcept {
  return now_ns - last_ns < kFailureWindowNs ? count : 0;
}

void LogonGuard::Failures::add(std::int64_t now_ns) noexcept {
  count = known(now_ns);
  if (count < std::numeric_limits<std::uint32_t>::max()) ++count;
  last_ns = now_ns;
}

bool LogonGuard::Address::at_rest(std::int64_t now_ns) const noexcept {
  return connections->load(std::memory_order_relaxed) == 0 &&
         checks->load(std::memory_order_relaxed) == 0 && rate.is_full(now_ns) &&
         failures.known(now_ns) <= kFreeFailures;
}

bool LogonGuard::Pair::at_rest(std::int64_t now_ns) const noexcept {
  return checks->load(std::memory_order_relaxed) == 0 && !is_locked(now_ns) &&
         failures.known(now_ns) <= kFreeFailures;
}

LogonGuard::CompIdKey LogonGuard::key_of(std::string_view comp_id) const {
  std::vector<std::uint64_t> words(comp_id.size() / 8 + 2);
  words[0] = comp_id.size();
  if (!comp_id.empty()) std::memcpy(words.data() + 1, comp_id.data(), comp_id.size());
  return {SipHash<1, 3>{key_}(words)};
}

LogonGuard::Address& LogonGuard::address_of(const IpAddress& from, std::int64_t now_ns) {
  auto& table = named_.contains(from) ? named_addresses_ : addresses_;
  return table.get(AddressKey::of(from), now_ns);
}

LogonGuard::Admission LogonGuard::connect(const IpAddress& from, std::int64_t now_ns,
                                          ConnectionPlace& place) {
  Address& address = address_of(from, now_ns);
  const std::int64_t interval_ns = kNsPerSecond / limits_.connection_rate_per_address;
  if (!address.rate.take(now_ns, interval_ns, limits_.connection_rate_per_address)) {
    return Admission::too_fast;
  }
  if (address.connections->load(std::memory_order_relaxed) >= limits_.max_connections_per_address) {
    return Admission::too_many;
  }
  place = ConnectionPlace(address.connections);
  return Admission::admitted;
}

std::int64_t LogonGuard::delay_ns(std::uint32_t failures) const noexcept {
  if (failures <= kFreeFailures) return 0;
  return doubled(kFirstDelayNs, failures - kFreeFailures - 1,
                 std::int64_t{limits_.logon_backoff_ms_max} * kNsPerMillisecond);
}

LogonGuard::Failures& LogonGuard::paced_by(const Attempt& attempt, std::int64_t now_ns) {
  if (!attempt.named) return address_of(attempt.from, now_ns).failures;
  return named_pairs_.get({key_of(attempt.comp_id), AddressKey::of(attempt.from)}, now_ns).failures;
}

// By what the Logon says, whether anybody has that CompID or not.
ConnectionPlace::Count& LogonGuard::checks_of(const Attempt& attempt, std::int64_t now_ns) {
  const CompIdKey comp_id = key_of(attempt.comp_id);
  const PairKey key{comp_id, AddressKey::of(attempt.from)};
  if (attempt.named) return named_pairs_.get(key, now_ns).checks;
  Pair* const pair = pairs_.find(key);
  if (pair != nullptr && pair->succeeded) return pair->checks;
  return comp_ids_.get(comp_id, now_ns).checks;
}

LogonGuard::Answer LogonGuard::may_try(const Attempt& attempt, std::int64_t now_ns) {
  const CompIdKey comp_id = key_of(attempt.comp_id);
  const Pair* const pair = pairs(attempt.named).find({comp_id, AddressKey::of(attempt.from)});
  if (pair != nullptr && pair->is_locked(now_ns)) return {Answer::Kind::locked};

  const CompId* const wide = comp_ids_.find(comp_id);
  const std::uint32_t everywhere = wide == nullptr ? 0 : wide->failures.known(now_ns);
  const bool came_before = pair != nullptr && pair->succeeded;
  if (everywhere > kWideFreeFailures && !attempt.named && !came_before) {
    const std::int64_t longest =
        std::min(kWideDelayMaxNs, std::int64_t{limits_.logon_backoff_ms_max} * kNsPerMillisecond);
    const std::int64_t until_ns =
        attempt.seen_ns + doubled(kFirstDelayNs, everywhere - kWideFreeFailures - 1, longest);
    if (now_ns < until_ns) return {Answer::Kind::wait, until_ns};
  }

  const Address& address = address_of(attempt.from, now_ns);
  if (address.checks->load(std::memory_order_relaxed) >= kChecksPerAddress) {
    return {Answer::Kind::wait, now_ns + kRetryNs};
  }
  if (attempt.password &&
      checks_of(attempt, now_ns)->load(std::memory_order_relaxed) >= kChecksPerCompId) {
    return {Answer::Kind::wait, now_ns + kRetryNs};
  }
  Failures& pace = paced_by(attempt, now_ns);
  const std::int64_t delay = delay_ns(pace.known(now_ns));
  if (delay == 0) return {};
  if (now_ns < pace.next_try_ns) return {Answer::Kind::wait, pace.next_try_ns};
  pace.next_try_ns = now_ns + delay;
  return {};
}

bool LogonGuard::failed(const Attempt& attempt, std::int64_t now_ns) {
  const CompIdKey comp_id = key_of(attempt.comp_id);
  comp_ids_.get(comp_id, now_ns).failures.add(now_ns);

  Pairs& table = pairs(attempt.named);
  Pair& pair = table.get({comp_id, AddressKey::of(attempt.from)}, now_ns);
  pair.failures.add(now_ns);
  Failures& pace = paced_by(attempt, now_ns);
  if (&pace != &pair.failures) pace.add(now_ns);
  pace.next_try_ns = std::max(pace.next_try_ns, now_ns + delay_ns(pace.known(now_ns)));

  // Those without an entry of their own would be locked out by each other.
  if (table.is_overflow(pair)) return false;
  if (pair.comp_id.empty()) pair.comp_id = attempt.comp_id.substr(0, kShownCompIdBytes);
  const std::uint32_t most = limits_.logon_failures_max;
  if (most == 0 || pair.is_locked(now_ns) || pair.failures.known(now_ns) < most) return false;
  pair.locked_until_ns = limits_.logon_lockout_s == 0
                             ? kForEver
                             : now_ns + std::int64_t{limits_.logon_lockout_s} * kNsPerSecond;
  return true;
}

void LogonGuard::succeeded(const Attempt& attempt, std::int64_t now_ns) {
  Pairs& table = pairs(attempt.named);
  Pair& pair = table.get({key_of(attempt.comp_id), AddressKey::of(attempt.from)}, now_ns);
  if (table.is_overflow(pair)) return;
  pair.failures = {};
  pair.succeeded = true;
}

LogonGuard::Check LogonGuard::begin_check(const Attempt& attempt, std::int64_t now_ns) {
  return {ConnectionPlace(address_of(attempt.from, now_ns).checks),
          ConnectionPlace(checks_of(attempt, now_ns))};
}

std::vector<LockOut> LogonGuard::lock_outs(std::int64_t now_ns, std::size_t max,
                                           const Wanted& wanted) {
  std::vector<LockOut> found;
  for (const bool want : {true, false}) {
    for (Pairs* const table : {&named_pairs_, &pairs_}) {
      table->for_each([&](const PairKey& key, const Pair& pair) {
        if (found.size() >= max || !pair.is_locked(now_ns)) return;
        if ((!wanted || wanted(pair.comp_id)) != want) return;
        LockOut& lock = found.emplace_back();
        lock.comp_id = pair.comp_id;
        lock.address = key.address.text();
        lock.failures = pair.failures.count;
        if (pair.locked_until_ns != kForEver) {
          lock.remaining_s = (pair.locked_until_ns - now_ns + kNsPerSecond - 1) / kNsPerSecond;
        }
      });
    }
  }
  return found;
}

template <class Match>
std::size_t LogonGuard::unlock(std::int64_t now_ns, Match match) {
  std::size_t ended = 0;
  for (Pairs* const table : {&named_pairs_, &pairs_}) {
    table->for_each([&](const PairKey& key, Pair& pair) {
      if (!match(key)) return;
      if (pair.is_locked(now_ns)) ++ended;
      pair.locked_until_ns = 0;
      pair.failures = {};
    });
  }
  return ended;
}

std::size_t LogonGuard::unlock_comp_id(std::string_view comp_id, std::int64_t now_ns) {
  const CompIdKey wanted = key_of(comp_id);
  if (CompId* const wide = comp_ids_.find(wanted)) wide->failures = {};
  return unlock(now_ns, [&](const PairKey& key) { return key.comp_id == wanted; });
}

std::size_t LogonGuard::unlock_address(const IpAddress& address, std::int64_t now_ns) {
  const AddressKey wanted = AddressKey::of(address);
  address_of(address, now_ns).failures = {};
  return unlock(now_ns, [&](const PairKey& key) { return key.address == wanted; });
}

}  // namespace sluice::gateway

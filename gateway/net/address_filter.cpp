#include "gateway/net/address_filter.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <netinet/in.h>
#include <utility>

namespace sluice::gateway {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedHead{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kMappedBits = 96;

IpAddress mapped(const in_addr& address) noexcept {
  IpAddress result;
  std::copy(kMappedHead.begin(), kMappedHead.end(), result.bytes.begin());
  std::memcpy(result.bytes.data() + kMappedHead.size(), &address, sizeof(address));
  return result;
}

/// The bits of byte `index` that a prefix of `bits` fixes.
unsigned mask_of(std::size_t index, unsigned bits) noexcept {
  const unsigned start = static_cast<unsigned>(index) * 8;
  if (bits >= start + 8) return 0xffU;
  if (bits <= start) return 0;
  return (0xff00U >> (bits - start)) & 0xffU;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) noexcept {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (text.size() >= buffer.size() || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  std::copy(text.begin(), text.end(), buffer.begin());
  in_addr v4{};
  if (::inet_pton(AF_INET, buffer.data(), &v4) == 1) return mapped(v4);
  IpAddress result;
  if (::inet_pton(AF_INET6, buffer.data(), result.bytes.data()) == 1) return result;
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::from(const sockaddr_storage& address) noexcept {
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof(v4));
    return mapped(v4.sin_addr);
  }
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof(v6));
    IpAddress result;
    std::memcpy(result.bytes.data(), &v6.sin6_addr, result.bytes.size());
    return result;
  }
  return std::nullopt;
}

bool IpAddress::is_v4() const noexcept {
  return std::equal(kMappedHead.begin(), kMappedHead.end(), bytes.begin());
}

bool IpAddress::is_loopback() const noexcept {
  if (is_v4()) return bytes[12] == 127;
  IpAddress one;
  one.bytes[15] = 1;
  return *this == one;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (is_v4()) {
    ::inet_ntop(AF_INET, bytes.data() + kMappedHead.size(), buffer.data(), buffer.size());
  } else {
    ::inet_ntop(AF_INET6, bytes.data(), buffer.data(), buffer.size());
  }
  return buffer.data();
}

std::optional<AddressPrefix> AddressPrefix::parse(std::string_view text) noexcept {
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  const std::optional<IpAddress> network = IpAddress::parse(address);
  if (!network) return std::nullopt;
  AddressPrefix result{*network, 128};
  if (slash == std::string_view::npos) return result;

  // The notation decides, not the value: "::ffff:10.0.0.0/104" counts 128 bits.
  const bool short_form = address.find(':') == std::string_view::npos;
  const std::string_view count = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), bits);
  if (error != std::errc{} || end != count.data() + count.size() || count.size() > 3 ||
      bits > (short_form ? 32U : 128U)) {
    return std::nullopt;
  }
  result.bits = bits + (short_form ? kMappedBits : 0);
  for (std::size_t i = 0; i < network->bytes.size(); ++i) {
    if ((network->bytes[i] & ~mask_of(i, result.bits)) != 0) return std::nullopt;
  }
  return result;
}

bool AddressPrefix::contains(const IpAddress& address) const noexcept {
  for (std::size_t i = 0; i < address.bytes.size(); ++i) {
    const unsigned difference = static_cast<unsigned>(address.bytes[i] ^ network.bytes[i]);
    if ((difference & mask_of(i, bits)) != 0) return false;
  }
  return true;
}

std::optional<AddressFilter> AddressFilter::parse(const std::vector<std::string>& texts) {
  std::vector<AddressPrefix> prefixes;
  prefixes.reserve(texts.size());
  for (const std::string& text : texts) {
    const std::optional<AddressPrefix> prefix = AddressPrefix::parse(text);
    if (!prefix) return std::nullopt;
    prefixes.push_back(*prefix);
  }
  return AddressFilter(std::move(prefixes));
}

bool AddressFilter::allows(const IpAddress& address) const noexcept {
  return allowed_.empty() || std::any_of(allowed_.begin(), allowed_.end(),
                                         [&](const auto& one) { return one.contains(address); });
}

}  // namespace sluice::gateway

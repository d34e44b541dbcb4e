// Who may connect: addresses and prefixes, IPv4 and IPv6 alike.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

namespace sluice::gateway {

/// 128 bits in network order. An IPv4 address stands in its mapped form ::ffff:a.b.c.d (RFC 4291,
/// 2.5.5.2), so that a client is the same whether it came over an IPv4 or a dual-stack socket.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  /// Textual IPv4 or IPv6 as inet_pton takes it; no scope id, no port.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text) noexcept;
  /// Nothing for a family other than AF_INET and AF_INET6.
  [[nodiscard]] static std::optional<IpAddress> from(const sockaddr_storage& address) noexcept;

  [[nodiscard]] bool is_v4() const noexcept;
  [[nodiscard]] bool is_loopback() const noexcept;  ///< 127.0.0.0/8 or ::1
  [[nodiscard]] std::string text() const;

  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

/// An address ("10.1.2.3") or a prefix ("10.0.0.0/8", "2001:db8::/32").
struct AddressPrefix {
  IpAddress network;
  unsigned bits = 128;  ///< Of the 128-bit form: an IPv4 prefix of n bits has 96 + n.

  /// Nothing when the text is not an address or prefix, or when bits beyond the prefix are set: the
  /// writer of "10.0.0.1/8" meant something else than all of 10.0.0.0/8.
  [[nodiscard]] static std::optional<AddressPrefix> parse(std::string_view text) noexcept;
  [[nodiscard]] bool contains(const IpAddress& address) const noexcept;
};

/// An allow-list. Empty: everyone.
class AddressFilter {
 public:
  AddressFilter() = default;
  explicit AddressFilter(std::vector<AddressPrefix> allowed) : allowed_(std::move(allowed)) {}
  /// Nothing when one of the texts is not an address or prefix.
  [[nodiscard]] static std::optional<AddressFilter> parse(const std::vector<std::string>& texts);

  [[nodiscard]] bool allows(const IpAddress& address) const noexcept;

 private:
  std::vector<AddressPrefix> allowed_;
};

}  // namespace sluice::gateway

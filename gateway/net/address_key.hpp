// Whose a remote address is: what one peer can choose freely counts as one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "gateway/net/address_filter.hpp"

namespace sluice::gateway {

/// An IPv4 address, or the /64 of an IPv6 one: a single host usually has all of its /64 (RFC 4291,
/// RFC 7421), so that its last 64 bits tell nobody apart.
struct AddressKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  [[nodiscard]] static AddressKey of(const IpAddress& address) noexcept {
    AddressKey key;
    for (std::size_t i = 0; i < 8; ++i) key.high = key.high << 8U | address.bytes[i];
    if (!address.is_v4()) return key;
    for (std::size_t i = 8; i < 16; ++i) key.low = key.low << 8U | address.bytes[i];
    return key;
  }
  /// "192.0.2.1", or "2001:db8:1:2::/64".
  [[nodiscard]] std::string text() const {
    IpAddress address;
    for (unsigned i = 0; i < 8; ++i) {
      address.bytes[i] = static_cast<std::uint8_t>(high >> (56U - 8 * i));
      address.bytes[8 + i] = static_cast<std::uint8_t>(low >> (56U - 8 * i));
    }
    return address.is_v4() ? address.text() : address.text() + "/64";
  }

  [[nodiscard]] std::array<std::uint64_t, 2> words() const noexcept { return {high, low}; }
  friend bool operator==(const AddressKey&, const AddressKey&) = default;
};

}  // namespace sluice::gateway

// Messages as a log may show them.
#pragma once

#include <string>
#include <string_view>

namespace sluice::gateway {

/// `message` on one printable line: SOH as '|', other control bytes and those above ASCII as \xNN,
/// a backslash as \\. The values of Password(554), NewPassword(925), RawData(96), Signature(89) and
/// SecureData(91) become ***. From the first garbled field on only the number of bytes is shown:
/// what cannot be parsed may hold a secret.
[[nodiscard]] std::string mask_secrets(std::string_view message);

/// The same values masked, everything else byte for byte as it was; a garbled rest is left out.
[[nodiscard]] std::string without_secrets(std::string_view message);

}  // namespace sluice::gateway

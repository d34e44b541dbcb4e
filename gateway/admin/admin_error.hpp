// Why a request of an admin was refused.
#pragma once

#include <string>
#include <utility>

namespace sluice::gateway {

/// `code` is one of the table in PROTOCOL.md; `field` and `expected` may be empty.
struct AdminError {
  std::string code;
  std::string message;
  std::string field;
  std::string expected;
};

[[nodiscard]] inline AdminError not_allowed(std::string message) {
  return {"not_allowed", std::move(message), {}, {}};
}

/// It was done, and the next start will not know of it.
[[nodiscard]] inline AdminError not_kept() {
  return {"not_kept",
          "done, but it could not be written down: it will not hold after a restart",
          {},
          {}};
}

/// `what`: session, instrument, account, firm or order. Also for a name that exists and that this
/// admin may not see.
[[nodiscard]] inline AdminError unknown_name(const std::string& what, std::string field,
                                             const std::string& name, std::string expected = {}) {
  return {"unknown_" + what, "there is no " + what + " \"" + name + "\"", std::move(field),
          std::move(expected)};
}

}  // namespace sluice::gateway

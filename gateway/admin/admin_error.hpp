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

}  // namespace sluice::gateway

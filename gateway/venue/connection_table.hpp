// The connections of one I/O thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "gateway/session/connection.hpp"

namespace sluice::gateway {

/// Thread safety: its I/O thread.
/// Invariants: a connection's `slot` is its place until it is removed, and the poller's token for
/// it. A place is given again only after that; its number then means another connection.
class ConnectionTable {
 public:
  Connection& insert(std::unique_ptr<Connection> connection);
  [[nodiscard]] std::unique_ptr<Connection> remove(Connection& connection);

  /// Null when nobody is there.
  [[nodiscard]] Connection* find(std::uint64_t slot) const noexcept {
    return slot < slots_.size() ? slots_[slot].get() : nullptr;
  }
  /// The one whose password check has this ticket, or null.
  [[nodiscard]] Connection* find_ticket(std::uint64_t ticket) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return free_.size() == slots_.size(); }

  /// `call(Connection&)` must neither insert nor remove.
  template <class Call>
  void for_each(Call&& call) const {
    for (const auto& connection : slots_) {
      if (connection != nullptr) call(*connection);
    }
  }

 private:
  std::vector<std::unique_ptr<Connection>> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace sluice::gateway

// The connections that are nobody's yet: a bounded number, apart from those that are logged on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "gateway/session/connection.hpp"

namespace sluice::gateway {

/// When it is full the oldest that waits for nothing of ours makes room. To refuse the newest would
/// let whoever holds all places keep everybody out until logon_timeout_ms is over, for the price of
/// as many idle connections; a client sends its Logon at once and is past this door while the
/// others still wait.
///
/// Thread safety: the door's thread.
/// Invariant: a connection is in it exactly while its pool_ticket is not 0.
class UnauthenticatedPool {
 public:
  explicit UnauthenticatedPool(std::size_t places) : places_(places) {}

  [[nodiscard]] bool full() const noexcept { return size_ >= places_; }
  void add(Connection& connection) {
    connection.pool_ticket = ++last_ticket_;
    idle_.emplace(last_ticket_, &connection);
    ++size_;
  }
  void remove(Connection& connection) {
    if (connection.pool_ticket == 0) return;
    idle_.erase(connection.pool_ticket);
    connection.pool_ticket = 0;
    --size_;
  }
  /// Its password is being checked: it keeps its place until that is over.
  void keep(const Connection& connection) { idle_.erase(connection.pool_ticket); }
  /// The one that has waited longest for its peer; null when all are kept.
  [[nodiscard]] Connection* oldest_idle() const noexcept {
    return idle_.empty() ? nullptr : idle_.begin()->second;
  }

 private:
  std::size_t places_;
  std::size_t size_ = 0;
  std::uint64_t last_ticket_ = 0;
  std::map<std::uint64_t, Connection*> idle_;  ///< By pool_ticket: in the order they came.
};

}  // namespace sluice::gateway

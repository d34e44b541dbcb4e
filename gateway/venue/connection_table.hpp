// The connections of one I/O thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "gateway/session/connection.hpp"

namespace sluice::gateway {

/// Thread safety: its I/O thread.
/// Invariants: a connection's `token` is the poller's for it: its place, and how often that was
/// given. So what one batch of the poller still says of a connection that was removed within it is
/// not taken for news of the one that has its place now.
class ConnectionTable {
 public:
  Connection& insert(std::unique_ptr<Connection> connection);
  [[nodiscard]] std::unique_ptr<Connection> remove(Connection& connection);

  /// Null when it was removed, whoever has its place now.
  [[nodiscard]] Connection* find(std::uint64_t token) const noexcept;
  /// The one whose password check has this ticket, or null.
  [[nodiscard]] Connection* find_ticket(std::uint64_t ticket) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return free_.size() == places_.size(); }

  /// `call(Connection&)` must neither insert nor remove.
  template <class Call>
  void for_each(Call&& call) const {
    for (const Place& place : places_) {
      if (place.connection != nullptr) call(*place.connection);
    }
  }

 private:
  struct Place {
    std::unique_ptr<Connection> connection;
    std::uint32_t generation = 0;  ///< It wraps: a batch is long over by then.
  };

  std::vector<Place> places_;
  std::vector<std::uint32_t> free_;
};

}  // namespace sluice::gateway

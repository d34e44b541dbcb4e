#include "gateway/venue/connection_table.hpp"

#include <utility>

namespace sluice::gateway {

Connection& ConnectionTable::insert(std::unique_ptr<Connection> connection) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  connection->slot = slot;
  slots_[slot] = std::move(connection);
  return *slots_[slot];
}

std::unique_ptr<Connection> ConnectionTable::remove(Connection& connection) {
  free_.push_back(connection.slot);
  return std::move(slots_[connection.slot]);
}

Connection* ConnectionTable::find_ticket(std::uint64_t ticket) const noexcept {
  for (const auto& connection : slots_) {
    if (connection != nullptr && connection->auth_ticket == ticket) return connection.get();
  }
  return nullptr;
}

}  // namespace sluice::gateway

#include "gateway/venue/connection_table.hpp"

#include <utility>

namespace sluice::gateway {

Connection& ConnectionTable::insert(std::unique_ptr<Connection> connection) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(places_.size()));
    places_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Place& place = places_[index];
  ++place.generation;
  connection->token = (std::uint64_t{place.generation} << 32U) | index;
  place.connection = std::move(connection);
  return *place.connection;
}

std::unique_ptr<Connection> ConnectionTable::remove(Connection& connection) {
  const auto index = static_cast<std::uint32_t>(connection.token);
  free_.push_back(index);
  return std::move(places_[index].connection);
}

Connection* ConnectionTable::find(std::uint64_t token) const noexcept {
  const auto index = static_cast<std::uint32_t>(token);
  if (index >= places_.size()) return nullptr;
  Connection* const connection = places_[index].connection.get();
  return connection != nullptr && connection->token == token ? connection : nullptr;
}

Connection* ConnectionTable::find_ticket(std::uint64_t ticket) const noexcept {
  for (const Place& place : places_) {
    if (place.connection != nullptr && place.connection->auth_ticket == ticket) {
      return place.connection.get();
    }
  }
  return nullptr;
}

}  // namespace sluice::gateway

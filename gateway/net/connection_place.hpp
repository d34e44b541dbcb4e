// One counted place among the connections of an address, or among the checks of a name.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace sluice::gateway {

/// Takes a place when it is made and gives it back when it goes, on whichever thread that is.
class ConnectionPlace {
 public:
  using Count = std::shared_ptr<std::atomic<std::uint32_t>>;

  ConnectionPlace() = default;
  explicit ConnectionPlace(Count count) : count_(std::move(count)) {
    count_->fetch_add(1, std::memory_order_relaxed);
  }
  ~ConnectionPlace() { give_back(); }
  ConnectionPlace(ConnectionPlace&& other) noexcept : count_(std::exchange(other.count_, {})) {}
  ConnectionPlace& operator=(ConnectionPlace&& other) noexcept {
    if (this == &other) return *this;
    give_back();
    count_ = std::exchange(other.count_, {});
    return *this;
  }

 private:
  void give_back() noexcept {
    if (count_ != nullptr) count_->fetch_sub(1, std::memory_order_relaxed);
  }

  Count count_;
};

}  // namespace sluice::gateway

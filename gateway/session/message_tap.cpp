#include "gateway/session/message_tap.hpp"

#include <algorithm>
#include <iterator>

#include "gateway/codec/framing/secret_mask.hpp"

namespace sluice::gateway {

void TapBuffer::put(SessionId session, bool out, std::string_view message) {
  TappedMessage copy{clock_(), session, out, without_secrets(message)};
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock() || messages_.size() == bound_) {
    dropped_.fetch_add(1, std::memory_order_relaxed);
  } else {
    messages_.push_back(std::move(copy));
  }
}

std::vector<TappedMessage> TapBuffer::take(std::size_t max, std::uint64_t& dropped) {
  dropped += dropped_.exchange(0, std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  const auto count = static_cast<std::ptrdiff_t>(std::min(max, messages_.size()));
  std::vector<TappedMessage> taken(std::make_move_iterator(messages_.begin()),
                                   std::make_move_iterator(messages_.begin() + count));
  messages_.erase(messages_.begin(), messages_.begin() + count);
  return taken;
}

}  // namespace sluice::gateway

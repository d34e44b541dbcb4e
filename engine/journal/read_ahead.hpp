// A thread that reads and checks what another one is about to use.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "engine/core/assert.hpp"

namespace sluice {

/// Batches from a thread of its own, in order, and behind the last one what ended it.
///
/// Thread safety: next() belongs to the thread that made it, give() to the function that reads.
/// Invariants: at most `most` batches wait; what `read` throws is thrown by next() after all that
/// was given before; when next() has returned nothing or has thrown, `read` has returned and what
/// it wrote can be read; the thread is gone when this is.
template <class Batch>
class ReadAhead {
 public:
  /// Calls `read(*this)` on the thread. It gives batches until there are no more, or until give()
  /// says that nobody wants them. `most`: from 1. Throws std::system_error where the system has no
  /// thread to give.
  ReadAhead(std::size_t most, std::function<void(ReadAhead&)> read)
      : most_(most), read_(std::move(read)), thread_([this] { run(); }) {
    SLUICE_ASSERT(most >= 1);
  }
  ~ReadAhead() {
    {
      const std::scoped_lock lock(mutex_);
      unwanted_ = true;
    }
    has_room_.notify_one();
    thread_.join();
  }
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  /// Waits while too many wait already. False: no more are wanted.
  [[nodiscard]] bool give(Batch batch) {
    std::unique_lock lock(mutex_);
    has_room_.wait(lock, [this] { return unwanted_ || batches_.size() < most_; });
    if (unwanted_) return false;
    batches_.push_back(std::move(batch));
    lock.unlock();
    has_batch_.notify_one();
    return true;
  }

  /// The next batch; nothing at the end. Throws, each time, what `read` has thrown.
  [[nodiscard]] std::optional<Batch> next() {
    std::unique_lock lock(mutex_);
    has_batch_.wait(lock, [this] { return over_ || !batches_.empty(); });
    if (batches_.empty()) {
      if (error_) std::rethrow_exception(error_);
      return std::nullopt;
    }
    std::optional<Batch> batch(std::move(batches_.front()));
    batches_.pop_front();
    lock.unlock();
    has_room_.notify_one();
    return batch;
  }

 private:
  void run() noexcept {
    std::exception_ptr error;
    try {
      read_(*this);
    } catch (...) {
      error = std::current_exception();
    }
    {
      const std::scoped_lock lock(mutex_);
      error_ = std::move(error);
      over_ = true;
    }
    has_batch_.notify_one();
  }

  const std::size_t most_;
  const std::function<void(ReadAhead&)> read_;
  std::mutex mutex_;
  std::condition_variable has_room_;
  std::condition_variable has_batch_;
  std::deque<Batch> batches_;
  std::exception_ptr error_;
  bool over_ = false;
  bool unwanted_ = false;
  std::thread thread_;  // the last: it uses all of the others
};

}  // namespace sluice

// The one outward stream: every event, numbered, in a mapped file that any thread can read.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/core/assert.hpp"
#include "engine/message/event_sink.hpp"

namespace sluice {

/// What the mapped file starts with; the events follow at kHeaderBytes. Event n is in slot n %
/// capacity.
struct ExecutionLogHeader {
  static constexpr std::uint64_t kMagic = 0x474f'4c58'4543'4953ULL;  // "SICEXLOG" as bytes
  /// 2: events of 384 bytes. 3: it begins after `before`.
  static constexpr std::uint32_t kVersion = 3;

  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t event_bytes;
  std::uint64_t capacity;
  std::uint64_t unit;
  std::uint64_t epoch;
  std::uint64_t before;  ///< Number of the last event of earlier runs that is not in it.
  alignas(64) std::atomic<std::uint64_t> published;  ///< Number of the last event that may be read.
};

/// Thread safety: claim, commit and publish on the engine thread; everything else on any thread.
/// Invariants: event n > before() is readable once published() >= n, until about `capacity` later
/// ones have been written; a reader that comes too late is told so and never handed a torn event.
class ExecutionLog final : public EventSink {
 public:
  static constexpr std::size_t kHeaderBytes = 4'096;

  enum class ReadStatus : std::uint8_t { ok, not_yet, lost };

  /// Creates `path` anew (replacing what was there), with its pages taken and touched. `capacity`
  /// events, a power of two; `max_batch`: most events between two publish() calls, at most capacity
  /// / 4. The first event has the number `before` + 1. Throws std::system_error with path and
  /// cause, std::invalid_argument on bad bounds.
  ExecutionLog(const std::string& path, std::uint64_t capacity, std::uint64_t max_batch,
               std::uint64_t unit, std::uint64_t epoch, std::uint64_t before = 0);
  ~ExecutionLog() override;

  [[nodiscard]] Event& claim() noexcept override;
  void commit() noexcept override { ++written_; }
  /// Makes all committed events readable.
  void publish() noexcept {
    SLUICE_ASSERT(written_ - header_->published.load(std::memory_order_relaxed) <= max_batch_);
    header_->published.store(written_, std::memory_order_release);
    // What is written from now on stays behind that store: a reader that copies a slot which is
    // being overwritten sees by published() that it did.
    std::atomic_thread_fence(std::memory_order_release);
  }

  /// The engine thread's own look at an event that it wrote at most `capacity` events ago.
  [[nodiscard]] const Event& written_event(std::uint64_t n) const noexcept {
    return events_[n & mask_];
  }
  [[nodiscard]] std::uint64_t written() const noexcept { return written_; }

  [[nodiscard]] std::uint64_t published() const noexcept {
    return header_->published.load(std::memory_order_acquire);
  }
  [[nodiscard]] std::uint64_t capacity() const noexcept { return mask_ + 1; }
  [[nodiscard]] std::uint64_t max_batch() const noexcept { return max_batch_; }
  [[nodiscard]] std::uint64_t unit() const noexcept { return header_->unit; }
  /// Of the events from here on. Before anybody reads.
  void set_epoch(std::uint64_t epoch) noexcept { header_->epoch = epoch; }
  [[nodiscard]] std::uint64_t epoch() const noexcept { return header_->epoch; }
  [[nodiscard]] std::uint64_t before() const noexcept { return header_->before; }
  /// The oldest event that can still be read; before() + 1 while nothing has been overwritten.
  [[nodiscard]] std::uint64_t oldest() const noexcept { return oldest_for(published()); }
  /// Copies event n (from 1).
  [[nodiscard]] ReadStatus read(std::uint64_t n, Event& out) const noexcept;

 private:
  // The writer may be at work on up to max_batch slots beyond what is published.
  [[nodiscard]] std::uint64_t oldest_for(std::uint64_t published) const noexcept {
    const std::uint64_t kept = capacity() - max_batch_;
    return published > before() + kept ? published - kept + 1 : before() + 1;
  }

  ExecutionLogHeader* header_ = nullptr;
  Event* events_ = nullptr;
  std::uint64_t mask_ = 0;
  std::uint64_t max_batch_ = 0;
  std::uint64_t written_ = 0;
  std::size_t mapped_bytes_ = 0;
};

}  // namespace sluice

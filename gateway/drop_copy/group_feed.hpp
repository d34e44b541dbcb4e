// One group of drop copies: which events it has, and under which ApplSeqNum(1181).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "engine/log/execution_log.hpp"
#include "gateway/drop_copy/copy_scope.hpp"
#include "gateway/drop_copy/number_file.hpp"

namespace sluice::gateway {

/// Numbers the events in scope, once for all sessions of the group, and remembers where each lies
/// in the execution log: a ring of event numbers by ApplSeqNum.
///
/// Thread safety: take(), skip() and note_position() on the feed thread; everything else on any
/// thread.
///
/// Invariants: numbers run without a hole, over restarts too, and none is given twice: the file has
/// a number before anybody can read it here. Event numbers rise with them.
class GroupFeed {
 public:
  enum class ReadStatus : std::uint8_t { ok, not_yet, lost };

  /// `capacity`: a power of two, at least 2; the newest capacity - 1 numbers are remembered. With
  /// that of the execution log nothing leaves the ring that has not left the log. Where the file is
  /// not there yet the group's first copy is of an event after `last_event`.
  GroupFeed(std::string name, CopyScope scope, const std::string& number_file,
            std::uint64_t capacity, std::uint64_t last_event = 0);

  /// Before the first event of a run: what the log still has of what has a number already can be
  /// read by that number again. Returns the event after the last one that has a number.
  std::uint64_t resume(const ExecutionLog& log);

  /// ApplID(1180).
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// The next event of the log: numbered if it is in scope.
  void take(const Event& event) noexcept {
    const std::uint64_t number = event.exec_id.count();
    if (number > resumed_ && scope_.covers(event)) append(number);
  }
  /// Event `number` left the log before it was read. It may have been in scope, so it takes a
  /// number: who reads that is told that it is lost.
  void skip(std::uint64_t number) noexcept {
    if (number <= resumed_) return;
    append(number);
    last_skipped_.store(last(), std::memory_order_release);
  }
  /// All events up to `event` have been taken or skipped.
  void note_position(std::uint64_t event) noexcept {
    position_.store(event, std::memory_order_release);
  }
  [[nodiscard]] std::uint64_t position() const noexcept {
    return position_.load(std::memory_order_acquire);
  }

  /// The first number that this run can know of; the last one given, first() - 1 while there is
  /// none.
  [[nodiscard]] std::uint64_t first() const noexcept { return first_; }
  [[nodiscard]] std::uint64_t last() const noexcept {
    return last_.load(std::memory_order_acquire);
  }

  /// The last number that skip() gave in this run; 0: none.
  [[nodiscard]] std::uint64_t last_skipped() const noexcept {
    return last_skipped_.load(std::memory_order_acquire);
  }

  /// The event that last() was given to, or the last before the first that may get a number. Feed
  /// thread.
  [[nodiscard]] std::uint64_t last_event() const noexcept { return file_.event(); }

  /// Which event has the number `appl_seq`, from first() on. An event found here may have left the
  /// log.
  [[nodiscard]] ReadStatus find(std::uint64_t appl_seq, std::uint64_t& event) const noexcept;

  /// The least number from `from` on that is known to be of an event from `event` on, or the next
  /// to be given.
  [[nodiscard]] std::uint64_t first_from(std::uint64_t from, std::uint64_t event) const noexcept;

  /// In scope. After last_skipped() the events in scope and the numbers follow each other one by
  /// one.
  [[nodiscard]] bool covers(const Event& event) const noexcept { return scope_.covers(event); }

 private:
  void append(std::uint64_t event) noexcept;

  std::string name_;
  CopyScope scope_;
  NumberFile file_;
  std::uint64_t mask_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> events_;  // by ApplSeqNum & mask_
  std::uint64_t first_;
  std::uint64_t resumed_ = 0;  ///< Events up to here have their numbers, if they have any.
  std::atomic<std::uint64_t> last_;
  std::atomic<std::uint64_t> last_skipped_{0};
  std::atomic<std::uint64_t> position_{0};
};

}  // namespace sluice::gateway

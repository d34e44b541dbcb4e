// The execution log on disk: every event as a record, derived from the journal and checked against
// it at each start.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/journal/segment.hpp"
#include "engine/journal/storage.hpp"
#include "engine/message/event.hpp"

namespace sluice {

/// What segment files of events are named after; see segment_name().
inline constexpr const char* kEventStream = "events";

/// Where the log on disk ends.
struct EventLogTip {
  StreamPosition at;             ///< The number of the next event, and the chain before it.
  std::uint64_t last_begun = 0;  ///< Index of the last segment that was begun; 0: none.
  /// What is wrong behind the end, or empty: the journal gives those events again.
  std::string wrong;
  std::size_t wrong_at = 0;  ///< Where, in the last segment; 0: it is no segment of the log.
};

/// Reads the events on disk one after another. Thread safety: one thread.
class EventLogReader {
 public:
  /// From event `from` on, or from the oldest there is. Throws JournalDamage where segments do not
  /// follow each other, and StorageError, as next() does. `until`: only the segments before that
  /// one.
  EventLogReader(Storage& storage, std::uint64_t from, std::uint64_t until = UINT64_MAX);

  /// False at the end. What is wrong in the last segment ends the log there; elsewhere
  /// JournalDamage is thrown.
  bool next(Event& event);
  /// The same where it lies, in segment(): valid as long as that is. Null at the end.
  [[nodiscard]] const Event* next();
  [[nodiscard]] const StoredBytes& segment() const noexcept { return data_; }
  /// With what stands before it.
  bool next(RecordView& record);
  /// When next() has returned false.
  [[nodiscard]] const EventLogTip& tip() const noexcept { return tip_; }

 private:
  [[nodiscard]] std::size_t first_to_read();
  bool open_next();
  bool read(RecordView& record);
  bool end_segment(std::string why, std::size_t at);

  Storage& storage_;
  std::uint64_t from_;
  std::vector<std::uint64_t> indices_;  ///< Those that are left, the next one last.
  StoredBytes data_;
  std::optional<SegmentReader> reader_;
  EventLogTip tip_;
};

/// What is wrong at the end, and at which offset.
[[nodiscard]] inline std::string place_of_wrong(const EventLogTip& tip) {
  return tip.wrong + ", offset " + std::to_string(tip.wrong_at);
}

/// Whether what is wrong at the end can be what a power cut has left: no later event stands behind
/// it. Throws StorageError.
[[nodiscard]] bool is_torn_end(Storage& storage, const EventLogTip& tip);

/// The number of the oldest event on disk; 0: there is none. Throws as EventLogReader does.
[[nodiscard]] std::uint64_t oldest_event(Storage& storage);

/// Takes away what is wrong behind the end: durable when this returns.
void mend_event_log(Storage& storage, const EventLogTip& tip);

/// Thread safety: one thread; written() and durable() any thread.
class EventLogWriter {
 public:
  /// Goes on after `tip`, in a segment of its own that begin() or the first event makes.
  EventLogWriter(Storage& storage, std::uint8_t unit, std::size_t segment_bytes,
                 const EventLogTip& tip);

  /// Makes the segment now: a disk that cannot have it is found before it is needed.
  void begin(std::int64_t time_ns) {
    if (file_ == nullptr) begin_segment(time_ns);
  }
  /// The event whose number is next(). Its bytes go to the disk with a later write. Throws
  /// StorageError, as all here.
  void append(const Event& event);
  [[nodiscard]] std::uint64_t next() const noexcept { return at_.next_sequence; }
  /// Hands what was appended to the operating system.
  void flush();
  /// What was appended is durable afterwards.
  void sync();
  /// Events up to this one are durable.
  [[nodiscard]] std::uint64_t durable() const noexcept {
    return durable_.load(std::memory_order_acquire);
  }

 private:
  void begin_segment(std::int64_t time_ns);

  Storage& storage_;
  StreamOrigin origin_;
  std::size_t segment_bytes_;
  StreamPosition at_;
  std::uint64_t segment_;
  std::unique_ptr<StoredFile> file_;
  std::size_t offset_ = 0;  ///< Of what is in pending_.
  std::vector<std::byte> pending_;
  std::atomic<std::uint64_t> durable_;
};

}  // namespace sluice

// The journal on disk: segments of rounds in a folder, written by one thread and read at the start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/core/assert.hpp"
#include "engine/journal/round.hpp"
#include "engine/journal/segment_folder.hpp"
#include "engine/journal/storage.hpp"

namespace sluice {

/// What segment files of rounds are named after; see segment_name().
inline constexpr const char* kRoundStream = "rounds";

/// Where the journal ends.
struct RoundLogTip {
  StreamPosition rounds;         ///< Of the next round.
  StreamPositions streams{};     ///< Of each stream's next record.
  std::uint64_t last_begun = 0;  ///< Index of the last segment that was begun; 0: none.

  /// A last round that a power cut tore: nothing of it was promised to anybody. Empty: none.
  std::string torn;
  std::size_t torn_at = 0;  ///< Where it begins in that segment.
};

/// Reads every round from segment `first` on, or from the oldest where that is 0, and calls
/// `visit` for each record in order. Throws JournalDamage, StorageError and what `visit` throws.
/// `until`: only the segments before that one, which is begun, so that they are durable.
RoundLogTip read_round_log(Storage& storage, std::uint64_t first,
                           const std::function<void(const RecordView&)>& visit,
                           std::uint64_t until = UINT64_MAX);

/// read_round_log() for whoever only looks: also what stands before a segment that is missing is
/// visited before the JournalDamage that names it.
RoundLogTip read_round_log_to_damage(Storage& storage, std::uint64_t first,
                                     const std::function<void(const RecordView&)>& visit);

/// The same by rounds, until `take` returns false: then what it returns means nothing. `records`
/// lie in `segment`.
RoundLogTip read_rounds(Storage& storage, std::uint64_t first, std::uint64_t until,
                        const std::function<bool(const StoredBytes& segment,
                                                 const std::vector<RecordView>& records)>& take);

/// The segment from which on all records of `stream` from `sequence` on are found; 0: none begins
/// early enough. Throws JournalDamage and StorageError.
[[nodiscard]] std::uint64_t first_segment_for(Storage& storage, std::uint8_t stream,
                                              std::uint64_t sequence);

/// Before the journal is read: what a process that was killed had written and not lived to sync is
/// durable when this returns, for what is read counts as durable. Throws StorageError.
void settle_tail(Storage& storage);

/// Makes the end of the journal good: zeroes a torn round, and removes segments that were prepared
/// and not begun. All that is done is durable when this returns.
void mend_tail(Storage& storage, const RoundLogTip& tip);

/// Segment files made before they are needed. Thread safety: any thread.
class PreparedSegments {
 public:
  PreparedSegments(Storage& storage, std::size_t segment_bytes, std::uint64_t next,
                   std::size_t ahead)
      : storage_(storage), bytes_(segment_bytes), next_(next), ahead_(ahead) {
    SLUICE_ASSERT(ahead >= 1);
  }

  /// Makes one if fewer than `ahead` are ready; false when there was nothing to do.
  bool prepare();
  /// The next one; made now where none is ready.
  [[nodiscard]] std::unique_ptr<StoredFile> take();

  [[nodiscard]] std::size_t segment_bytes() const noexcept { return bytes_; }

 private:
  Storage& storage_;
  std::size_t bytes_;
  std::mutex making_;  // held while a file is made
  std::uint64_t next_;
  std::size_t ahead_;
  std::mutex mutex_;  // of ready_
  std::deque<std::unique_ptr<StoredFile>> ready_;
};

/// Collects rounds and makes them durable. Thread safety: one thread.
class RoundLog {
 public:
  /// Goes on after `tip`, in a segment of its own, with the next round that commit() is called for.
  /// A segment has room for a round of `most_round_bytes`.
  RoundLog(PreparedSegments& segments, const StreamOrigin& origin, const RoundLogTip& tip,
           std::size_t most_round_bytes);

  [[nodiscard]] bool has_room_for(std::size_t payload_bytes) const noexcept {
    return writer_.has_room_for(payload_bytes);
  }
  /// Of the run that writes from now on.
  void set_epoch(std::uint32_t epoch) noexcept {
    origin_.epoch = epoch;
    writer_.set_epoch(epoch);
  }
  /// The next record of its stream, as it lies there.
  void add(const RecordHeader& record);
  /// One that is made now: of `origin.stream`, after all others of it.
  void add(const StreamOrigin& origin, const RecordMeta& meta, std::span<const std::byte> payload);
  [[nodiscard]] bool is_empty() const noexcept { return writer_.is_empty(); }

  /// When it returns all that was added is durable. Throws StorageError: then nothing more may be
  /// written.
  void commit(std::int64_t time_ns);

  /// Of each stream's next record, what was added included.
  [[nodiscard]] const StreamPositions& streams() const noexcept { return streams_; }
  /// Index of the segment that is written now.
  [[nodiscard]] std::uint64_t segment() const noexcept { return segment_; }

 private:
  void begin_segment(std::int64_t time_ns, const StreamPosition& first_round);

  PreparedSegments& segments_;
  StreamOrigin origin_;
  RoundWriter writer_;
  StreamPositions streams_;
  StreamPositions committed_;
  std::unique_ptr<StoredFile> file_;
  std::uint64_t segment_;
  std::size_t offset_ = 0;
};

}  // namespace sluice

// The events on disk, read and checked on a thread of its own while they are made again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/journal/event_log.hpp"
#include "engine/journal/read_ahead.hpp"

namespace sluice {

/// What EventLogReader gives, in its order. Thread safety: the thread that made it.
class EventsAhead {
 public:
  /// As EventLogReader's.
  EventsAhead(Storage& storage, std::uint64_t from)
      : reader_(storage, from), ahead_(kBatchesAhead, [this](ReadAhead<Batch>& to) { read(to); }) {}

  /// Null at the end; else valid until the next call. Throws as EventLogReader does.
  [[nodiscard]] const Event* next() {
    return at_ < batch_.events.size() ? take() : next_of_next_batch();
  }
  /// When next() has returned null.
  [[nodiscard]] const EventLogTip& tip() const noexcept { return reader_.tip(); }

 private:
  static constexpr std::size_t kEventsPerBatch = 512;
  static constexpr std::size_t kBatchesAhead = 8;
  /// Events whose bytes are being loaded.
  static constexpr std::size_t kLoadedAhead = 4;

  struct Batch {
    StoredBytes owner;
    std::vector<const Event*> events;
  };

  void read(ReadAhead<Batch>& to);
  [[nodiscard]] const Event* next_of_next_batch();
  [[nodiscard]] const Event* take() noexcept {
    if (at_ + kLoadedAhead < batch_.events.size()) {
      const auto* const bytes =
          reinterpret_cast<const std::byte*>(batch_.events[at_ + kLoadedAhead]);
      for (std::size_t line = 0; line < sizeof(Event); line += 64) __builtin_prefetch(bytes + line);
    }
    return batch_.events[at_++];
  }

  EventLogReader reader_;  // of the thread until that has ended
  Batch batch_;
  std::size_t at_ = 0;
  bool over_ = false;
  ReadAhead<Batch> ahead_;  // the last: its thread reads by reader_
};

}  // namespace sluice

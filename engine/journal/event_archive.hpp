// Events that have left the execution log in memory, from the one on disk, for whoever still needs
// them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/journal/event_log.hpp"
#include "engine/journal/storage.hpp"
#include "engine/message/event.hpp"

namespace sluice {

class OldEventReader;

/// Reads for OldEventReaders, on a thread of its own: nobody who trades waits for a disk. Without
/// start() somebody calls turn().
///
/// Thread safety: the thread that made it, but for ask().
class EventArchive {
 public:
  /// The storage of a journal, which outlives it.
  explicit EventArchive(Storage& storage) : storage_(storage) {}
  ~EventArchive() { stop(); }
  EventArchive(const EventArchive&) = delete;
  EventArchive& operator=(const EventArchive&) = delete;

  void start();
  /// Idempotent. What was asked and not answered stays so.
  void stop();
  /// Answers everybody who has asked. False if nobody had.
  bool turn();

 private:
  friend class OldEventReader;

  /// Any thread; never waits.
  void ask(OldEventReader& reader) noexcept;
  void answer(OldEventReader& reader);
  void read_into(OldEventReader& reader);

  Storage& storage_;
  std::atomic<OldEventReader*> asked_{nullptr};  ///< A list, the last one first.
  std::atomic<std::uint32_t> calls_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

/// One who reads old events, a few at a time. Thread safety: one thread; the archive must have been
/// stopped, or not have been asked, when this goes.
class OldEventReader {
 public:
  /// Events of one answer at the most.
  static constexpr std::size_t kMostEvents = 64;
  /// Events that are looked at for one answer at the most: the others who ask have their turn.
  static constexpr std::uint64_t kMostRead = 16'384;

  enum class Status : std::uint8_t {
    event,    ///< `event`, the first one wanted from the number on that was asked for.
    none,     ///< None is wanted of those before `next`.
    waiting,  ///< The archive was asked: come again.
    gone,     ///< Those before `next` are not on the disk, or cannot be read: wrong() says why.
  };
  struct Found {
    Status status;
    const Event* event = nullptr;  ///< Until the next read(). Of `gone`: `next`, or null.
    std::uint64_t next = 0;
  };

  /// `wanted` is called on the archive's thread.
  OldEventReader(EventArchive& archive, std::function<bool(const Event&)> wanted)
      : archive_(archive), wanted_(std::move(wanted)) {}
  OldEventReader(const OldEventReader&) = delete;
  OldEventReader& operator=(const OldEventReader&) = delete;

  /// The first one wanted of the events from `from` to before `until`, which must have been handed
  /// to the disk.
  [[nodiscard]] Found read(std::uint64_t from, std::uint64_t until);
  /// After `gone`.
  [[nodiscard]] const std::string& wrong() const noexcept { return wrong_; }

 private:
  friend class EventArchive;

  EventArchive& archive_;
  std::function<bool(const Event&)> wanted_;
  std::atomic<bool> is_asked_{false};  ///< All that follows is the archive's.
  OldEventReader* next_asked_ = nullptr;
  std::uint64_t from_ = 0;
  std::uint64_t until_ = 0;
  // The answer: of the events from `from_` to before `next_`.
  std::vector<Event> events_;
  std::uint64_t next_ = 0;
  bool gone_ = false;
  std::string wrong_;
  /// Stands before event `next_`.
  std::optional<EventLogReader> log_;
  std::size_t given_ = 0;  ///< Where in events_ read() has come to.
};

}  // namespace sluice

#include "engine/journal/event_archive.hpp"

#include <algorithm>
#include <sys/resource.h>
#include <utility>

#include "engine/core/assert.hpp"
#include "engine/journal/round_log.hpp"
#include "engine/runner/thread_setup.hpp"

namespace sluice {
namespace {

/// Below those who trade: whoever asks is behind for long already.
constexpr int kArchiveNice = 10;

}  // namespace

void EventArchive::start() {
  stopping_.store(false, std::memory_order_relaxed);
  thread_ = std::thread([this] {
    (void)set_up_thread("archive", -1);
    static_cast<void>(::setpriority(PRIO_PROCESS, 0, kArchiveNice));  // on Linux, of this thread
    while (!stopping_.load(std::memory_order_acquire)) {
      const std::uint32_t calls = calls_.load(std::memory_order_acquire);
      if (!turn()) calls_.wait(calls, std::memory_order_acquire);
    }
  });
}

void EventArchive::stop() {
  if (!thread_.joinable()) return;
  stopping_.store(true, std::memory_order_release);
  calls_.fetch_add(1, std::memory_order_release);
  calls_.notify_one();
  thread_.join();
}

void EventArchive::ask(OldEventReader& reader) noexcept {
  reader.is_asked_.store(true, std::memory_order_relaxed);
  OldEventReader* last = asked_.load(std::memory_order_relaxed);
  do {
    reader.next_asked_ = last;
  } while (!asked_.compare_exchange_weak(last, &reader, std::memory_order_release,
                                         std::memory_order_relaxed));
  calls_.fetch_add(1, std::memory_order_release);
  calls_.notify_one();
}

bool EventArchive::turn() {
  OldEventReader* reader = asked_.exchange(nullptr, std::memory_order_acquire);
  if (reader == nullptr) return false;
  while (reader != nullptr && !stopping_.load(std::memory_order_acquire)) {
    // Answered, it may ask again at once, and stand in another list.
    OldEventReader* const next = reader->next_asked_;
    answer(*reader);
    reader = next;
  }
  return true;
}

void EventArchive::answer(OldEventReader& reader) {
  reader.events_.clear();
  reader.given_ = 0;
  reader.gone_ = false;
  reader.wrong_.clear();
  if (reader.from_ != std::exchange(reader.next_, reader.from_)) reader.log_.reset();
  const auto fail = [&](const char* why) {
    reader.events_.clear();
    reader.gone_ = true;
    reader.wrong_ = why;
    reader.next_ = reader.until_;
    reader.log_.reset();
  };
  try {
    read_into(reader);
  } catch (const StorageError& error) {
    fail(error.what());
  } catch (const JournalDamage& damage) {
    fail(damage.what());
  }
  if (reader.next_ >= reader.until_) reader.log_.reset();
  reader.is_asked_.store(false, std::memory_order_release);
}

void EventArchive::read_into(OldEventReader& reader) {
  if (!reader.log_) {
    const std::uint64_t oldest = oldest_event(storage_);
    if (oldest == 0 || oldest > reader.from_) {
      reader.gone_ = true;
      reader.wrong_ = "the files with older events have been removed";
      reader.next_ = reader.until_;
      if (oldest == 0 || oldest >= reader.until_) return;
      reader.next_ = oldest;
      if (const Event* const first = EventLogReader(storage_, oldest).next()) {
        reader.events_.push_back(*first);
      }
      return;
    }
    reader.log_.emplace(storage_, reader.from_);
  }
  reader.events_.reserve(OldEventReader::kMostEvents);
  const std::uint64_t stop = std::min(reader.until_, reader.from_ + OldEventReader::kMostRead);
  while (reader.next_ < stop && reader.events_.size() < OldEventReader::kMostEvents) {
    const Event* const event = reader.log_->next();
    if (event == nullptr) {
      // The files that were there when it was opened end here; there may be newer ones.
      reader.log_.reset();
      break;
    }
    if (event->exec_id.count() != reader.next_) {
      throw JournalDamage("event " + std::to_string(reader.next_) + " on the disk calls itself " +
                          std::to_string(event->exec_id.count()));
    }
    ++reader.next_;
    if (reader.wanted_(*event)) reader.events_.push_back(*event);
  }
  if (reader.next_ == reader.from_) {
    reader.gone_ = true;
    reader.wrong_ = "event " + std::to_string(reader.from_) + " is not on the disk";
    reader.next_ = reader.until_;
  }
}

OldEventReader::Found OldEventReader::read(std::uint64_t from, std::uint64_t until) {
  SLUICE_ASSERT(from > 0 && from < until);
  if (is_asked_.load(std::memory_order_acquire)) return {.status = Status::waiting};
  if (from < from_ || from >= next_) {
    from_ = from;
    until_ = until;
    archive_.ask(*this);
    return {.status = Status::waiting};
  }
  if (gone_) {
    return {.status = Status::gone,
            .event = events_.empty() ? nullptr : &events_.front(),
            .next = next_};
  }
  if (given_ > 0 && events_[given_ - 1].exec_id.count() >= from) given_ = 0;
  while (given_ < events_.size() && events_[given_].exec_id.count() < from) ++given_;
  if (given_ == events_.size()) return {.status = Status::none, .next = next_};
  const Event& found = events_[given_];
  return {.status = Status::event, .event = &found, .next = found.exec_id.count() + 1};
}

}  // namespace sluice

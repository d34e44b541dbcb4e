#include "engine/journal/journal_check.hpp"

#include <cstring>
#include <stdexcept>
#include <utility>

#include "engine/journal/crc32c.hpp"
#include "engine/journal/engine_replay.hpp"
#include "engine/journal/event_log.hpp"
#include "engine/journal/live_tail.hpp"
#include "engine/journal/round_log.hpp"
#include "engine/journal/segment_file.hpp"
#include "engine/journal/snapshot_file.hpp"

namespace sluice {
namespace {

std::string hex(std::uint64_t value) {
  constexpr std::size_t kDigits = 16;
  std::string text(kDigits, '0');
  for (std::size_t at = kDigits; at-- > 0; value >>= 4U) text[at] = "0123456789abcdef"[value & 15U];
  return text;
}

/// The first difference: nothing after it says more.
struct Differs {};

class Checker final : public EventSink {
 public:
  Checker(Storage& storage, JournalCheck& check) : storage_(storage), check_(check) {}

  void run(const std::optional<std::string>& live_folder) {
    const std::uint64_t first = begin();
    disk_.emplace(storage_, check_.last_event + 1);
    oldest_ = oldest_event(storage_);
    if (oldest_ > check_.last_event + 1) {
      remark("the execution log on disk begins with event " + std::to_string(oldest_));
    }
    const auto apply = [&](const RecordView& record) { this->apply(record); };
    const RoundLogTip tip = read_round_log_to_damage(storage_, first, apply);
    if (!tip.torn.empty()) {
      remark(segment_name(kRoundStream, tip.last_begun) + ", offset " +
             std::to_string(tip.torn_at) + ": " + tip.torn +
             ": a power cut tore it, or it is being written; nobody was promised it");
    }
    if (live_folder) {
      read_live_tail(*live_folder, kLiveStream, StreamKind::commands, tip.streams[0],
                     [&](const RecordView& record) {
                       this->apply(record);
                       ++check_.from_memory;
                     });
    }
    finish();
  }

  [[nodiscard]] Event& claim() noexcept override { return event_ = Event{}; }
  void commit() noexcept override {
    ++check_.events;
    check_.events_digest = crc32c(&event_, sizeof event_, check_.events_digest);
    fresh_.push_back(event_);
  }
  /// What is known of the engine, also after damage.
  void note_state() {
    if (replay_.engine() == nullptr) return;
    check_.last_sequence = replay_.engine()->last_seq().value;
    check_.state_hash = replay_.engine()->state_hash();
  }

 private:
  // "NAME-*.seg" of the engine's thread.
  static constexpr const char* kLiveStream = "commands";

  void remark(std::string what) { check_.remarks.push_back(std::move(what)); }
  void wrong(std::string what) { check_.wrongs.push_back(std::move(what)); }

  /// The segment to read from; 0: the oldest.
  std::uint64_t begin() {
    for (const std::string& name : storage_.list()) {
      if (const std::uint64_t sequence = snapshot_sequence(name)) ahead_.push_back(sequence);
    }
    if (has_first_record()) return 0;
    while (!ahead_.empty()) {
      const std::uint64_t sequence = ahead_.front();
      ahead_.erase(ahead_.begin());
      auto snapshot = good_snapshot(sequence);
      if (!snapshot) continue;
      const std::uint64_t first = first_segment_for(storage_, 0, sequence + 1);
      if (first == 0) {
        remark(snapshot_name(sequence) + ": not used: the records that follow it are not there");
        continue;
      }
      check_.snapshot = check_.last_sequence = sequence;
      check_.last_event = snapshot->events;
      note_snapshot(sequence, snapshot->events);
      replay_ = EngineReplay(std::move(snapshot->engine), std::move(snapshot->run));
      remark("the first segments are not there: replayed from " + snapshot_name(sequence) + " on");
      return first;
    }
    throw JournalDamage(
        "its first segments are not there, and no snapshot from which its records could be "
        "replayed");
  }

  /// Whether the segments begin with the journal, or there is none.
  bool has_first_record() {
    const std::vector<std::uint64_t> indices = segment_indices(storage_, kRoundStream);
    if (indices.empty()) return ahead_.empty();
    return indices.front() == 1;
  }

  std::optional<Snapshot> good_snapshot(std::uint64_t sequence) {
    try {
      return read_snapshot(storage_, sequence);
    } catch (const SnapshotError& error) {
      wrong(snapshot_name(sequence) + ": " + error.what());
    } catch (const std::invalid_argument& error) {
      wrong(snapshot_name(sequence) + ": " + error.what());
    }
    return std::nullopt;
  }

  void apply(const RecordView& record) {
    if (record.header->stream != 0 || record.header->sequence <= check_.snapshot) return;
    const std::uint64_t commands = replay_.commands();
    replay_.apply(record, *this);
    check_.commands = replay_.commands();
    if (check_.commands == commands) ++check_.runs;
    check_.last_sequence = record.header->sequence;
    for (const Event& event : fresh_) compare(event);
    fresh_.clear();
    if (!ahead_.empty() && ahead_.front() == check_.last_sequence) compare_snapshot();
  }

  void compare(const Event& again) {
    ++check_.last_event;
    if (!on_disk_ || check_.last_event < oldest_) return;
    Event event;
    on_disk_ = disk_->next(event);
    if (!on_disk_) return;
    ++check_.compared;
    if (std::memcmp(&event, &again, sizeof event) == 0) return;
    wrong("event " + std::to_string(check_.last_event) + ", which command " +
          std::to_string(check_.last_sequence) +
          " causes, is another one in the execution log on disk");
    check_.difference = {check_.last_event, event, again};
    throw Differs{};
  }

  /// A start from it needs the events before it, where the disk has any of them.
  void note_snapshot(std::uint64_t sequence, std::uint64_t events) {
    newest_ = sequence;
    newest_events_ = events;
  }

  void compare_snapshot() {
    const std::uint64_t sequence = ahead_.front();
    ahead_.erase(ahead_.begin());
    if (!good_snapshot(sequence)) return;
    const SnapshotHeader header = read_snapshot_header(storage_, sequence);
    const std::uint64_t hash = replay_.engine()->state_hash();
    ++check_.snapshots;
    note_snapshot(sequence, header.events);
    if (header.state_hash == hash && header.events == check_.last_event) return;
    wrong(snapshot_name(sequence) + ": it has state hash " + hex(header.state_hash) +
          " after event " + std::to_string(header.events) + "; the journal gives state hash " +
          hex(hash) + " after event " + std::to_string(check_.last_event));
    throw Differs{};
  }

  void finish() {
    for (const std::uint64_t sequence : ahead_) {
      wrong(snapshot_name(sequence) + ": the journal ends before it, with sequence " +
            std::to_string(check_.last_sequence));
    }
    Event event;
    if (on_disk_ && disk_->next(event)) {
      wrong("the execution log on disk goes on after event " + std::to_string(check_.last_event) +
            ", the last that the journal gives");
      check_.difference = {event.exec_id.count(), event, std::nullopt};
      throw Differs{};
    }
    tell_end_of_events();
  }

  void tell_end_of_events() {
    const EventLogTip& tip = disk_->tip();
    const std::uint64_t end = tip.at.next_sequence - 1;
    if (tip.last_begun == 0 && tip.wrong.empty()) {
      if (check_.events > 0) remark("there is no execution log on disk");
      return;
    }
    if (oldest_ != 0 && oldest_ <= newest_events_ && end < newest_events_) {
      wrong("the execution log on disk ends with event " + std::to_string(end) + ", before event " +
            std::to_string(newest_events_) + " of " + snapshot_name(newest_) +
            (tip.wrong.empty() ? "" : "; " + place_of_wrong(tip)));
      return;
    }
    if (end < check_.last_event) {
      remark("the execution log on disk ends with event " + std::to_string(end) +
             "; a start makes the others again");
    }
    if (tip.wrong.empty()) return;
    const std::string where = place_of_wrong(tip);
    if (is_torn_end(storage_, tip)) {
      remark(where + ": a start takes it away");
    } else {
      wrong(where + "; later events follow");
    }
  }

  Storage& storage_;
  JournalCheck& check_;
  EngineReplay replay_;
  std::vector<std::uint64_t> ahead_;  ///< Snapshots that were not come to yet, rising.
  std::optional<EventLogReader> disk_;
  std::uint64_t oldest_ = 0;  ///< Event on the disk.
  std::uint64_t newest_ = 0;  ///< Good snapshot that was come to; 0: none yet.
  std::uint64_t newest_events_ = 0;
  bool on_disk_ = true;
  Event event_{};
  std::vector<Event> fresh_;  ///< What the record under way has caused.
};

}  // namespace

JournalCheck check_journal(Storage& storage, const std::optional<std::string>& live_folder) {
  JournalCheck check;
  Checker checker(storage, check);
  try {
    checker.run(live_folder);
  } catch (const Differs&) {
  } catch (const JournalDamage& damage) {
    check.wrongs.emplace_back(damage.what());
  } catch (const SnapshotError& error) {
    check.wrongs.push_back("after sequence " + std::to_string(check.last_sequence) + ": " +
                           error.what());
  } catch (const std::invalid_argument& error) {
    check.wrongs.push_back("after sequence " + std::to_string(check.last_sequence) +
                           ": the configuration of a run: " + error.what());
  }
  checker.note_state();
  return check;
}

}  // namespace sluice

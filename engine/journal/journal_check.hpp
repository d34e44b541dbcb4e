// Whether a journal gives again what it has given: its events, and the state at its snapshots.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/journal/storage.hpp"
#include "engine/message/event.hpp"

namespace sluice {

/// The first event that the journal gives otherwise than the execution log on disk has it.
struct EventDifference {
  std::uint64_t number = 0;
  std::optional<Event> on_disk;
  std::optional<Event> again;  ///< Nothing: the journal gives no such event.
};

/// What check_journal() found.
struct JournalCheck {
  std::uint64_t snapshot = 0;     ///< The replay began after that command; 0: at the first record.
  std::uint64_t commands = 0;     ///< Replayed, runs' beginnings not counted.
  std::uint64_t runs = 0;         ///< Beginnings of runs among what was replayed.
  std::uint64_t from_memory = 0;  ///< Records that came from the live folder.
  std::uint64_t events = 0;       ///< That the replay gave.
  std::uint64_t compared = 0;     ///< Of those the ones that the disk has.
  std::uint64_t snapshots = 0;    ///< Whose state and last event were compared.
  std::uint64_t last_sequence = 0;
  std::uint64_t last_event = 0;
  std::uint64_t state_hash = 0;     ///< Of the engine at the end; 0: there is none.
  std::uint32_t events_digest = 0;  ///< CRC-32C of all events that the replay gave, in order.

  std::vector<std::string> remarks;           ///< What is as it may be, and worth knowing.
  std::vector<std::string> wrongs;            ///< Damage, and differences. Empty: all is the same.
  std::optional<EventDifference> difference;  ///< Also told in `wrongs`, in short.
};

/// Replays the journal into a new engine: from the first record, or where the segments with it have
/// been pruned from the oldest snapshot that can be used. Each event is compared byte for byte with
/// the execution log on disk as far as that goes, last event and state hash with each snapshot. The
/// replay ends at the first difference, and at the first damage.
///
/// `live_folder`: what is there in memory alone is replayed behind it; nobody may write there.
/// Changes nothing. Throws StorageError.
[[nodiscard]] JournalCheck check_journal(Storage& storage,
                                         const std::optional<std::string>& live_folder);

}  // namespace sluice

// Snapshots of a running venue, made by a second engine, and what is not needed any more.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/journal/storage.hpp"

namespace sluice {

/// Snapshots that are kept.
inline constexpr std::size_t kSnapshotsKept = 2;

/// Brings the newest snapshot forward: an engine is made from it, gets the commands of the segments
/// before `until_segment`, which must be begun, and is written as a snapshot; whoever trades
/// meanwhile feels nothing of it but the CPU. Nothing where there is no newer command.
/// `has_events(n)` waits until the events up to n are durable on disk, false if they will not be.
/// True if one was written. Throws JournalDamage, SnapshotError and StorageError.
bool advance_snapshot(Storage& storage, std::uint64_t until_segment,
                      const std::function<bool(std::uint64_t)>& has_events,
                      const std::function<void(const std::string&)>& warn);

/// Removes snapshots older than the newest kSnapshotsKept, and segments that a start from the older
/// of those does not need and that were begun before `older_than_ns` (nanoseconds since 1970):
/// of rounds, and of events up to `last_event`, but for those that such a start compares. Throws
/// StorageError and JournalDamage.
void prune(Storage& storage, std::int64_t older_than_ns, std::uint64_t last_event);

}  // namespace sluice

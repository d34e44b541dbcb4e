// The state of a venue at one point of its journal, in a file.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/core/engine.hpp"
#include "engine/journal/command_numbers.hpp"
#include "engine/journal/run_record.hpp"
#include "engine/journal/storage.hpp"

namespace sluice {

/// What a snapshot file begins with, little-endian; the payload follows: a RunStart with its length
/// before it, CommandNumbers, an Engine.
struct SnapshotHeader {
  static constexpr std::uint64_t kMagic = 0x3153'4543'4955'4C53ULL;  ///< "SLUICES1" as bytes.
  static constexpr std::uint32_t kVersion = 1;

  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t payload_crc;  ///< CRC-32C
  std::uint64_t payload_bytes;
  std::uint64_t sequence;    ///< Of the last command that it holds.
  std::uint64_t events;      ///< Number of the last event before it.
  std::uint64_t state_hash;  ///< Engine::state_hash()
  std::int64_t time_ns;      ///< Engine time.
  std::uint32_t reserved0;
  std::uint32_t crc;  ///< CRC-32C of all before.
};
static_assert(sizeof(SnapshotHeader) == 64);

struct Snapshot {
  std::uint64_t sequence = 0;
  std::uint64_t events = 0;
  std::unique_ptr<Engine> engine;
  RunStart run;
  CommandNumbers numbers;
};

/// "snapshot-SEQUENCE.snap", the sequence in 20 digits.
[[nodiscard]] std::string snapshot_name(std::uint64_t sequence);
/// The sequence in such a name; 0: it is none.
[[nodiscard]] std::uint64_t snapshot_sequence(const std::string& name) noexcept;

/// What the beginning of a snapshot says of its events: the number of the last one; 0 where it is
/// too short to say. Throws StorageError.
[[nodiscard]] std::uint64_t events_before(Storage& storage, std::uint64_t sequence);

/// Of the snapshot with that sequence in its name. Throws SnapshotError where it is not good as far
/// as its bytes go, and StorageError.
[[nodiscard]] SnapshotHeader read_snapshot_header(Storage& storage, std::uint64_t sequence);
/// The run that it belongs to, without its engine. Throws as read_snapshot_header() does.
[[nodiscard]] RunStart read_snapshot_run(Storage& storage, std::uint64_t sequence);
/// The whole, with an engine that has the hash that it says. Throws SnapshotError,
/// std::invalid_argument where its configuration is none, and StorageError.
[[nodiscard]] Snapshot read_snapshot(Storage& storage, std::uint64_t sequence);

/// Durable under its name when this returns, or not there. Throws StorageError.
void write_snapshot(Storage& storage, const Engine& engine, const RunStart& run,
                    const CommandNumbers& numbers);

/// The newest one that is good, of commands up to `until`. Of each that is not `warn` is told name
/// and reason. Throws StorageError.
[[nodiscard]] std::optional<Snapshot> read_newest_snapshot(
    Storage& storage, std::uint64_t until, const std::function<void(const std::string&)>& warn);

}  // namespace sluice

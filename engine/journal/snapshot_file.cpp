#include "engine/journal/snapshot_file.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/journal/crc32c.hpp"

namespace sluice {
namespace {

constexpr std::string_view kSnapshotBeginning = "snapshot-";
constexpr std::string_view kSnapshotEnding = ".snap";
constexpr const char* kSnapshotDraft = "snapshot.new";
constexpr std::size_t kSequenceDigits = 20;

std::uint32_t crc_of(const SnapshotHeader& header) noexcept {
  return crc32c(&header, offsetof(SnapshotHeader, crc));
}

/// Throws SnapshotError where it is not good.
SnapshotHeader checked_header(std::span<const std::byte> file) {
  SnapshotHeader header;
  if (file.size() < sizeof header) throw SnapshotError("it is too short");
  std::memcpy(&header, file.data(), sizeof header);
  if (header.magic != SnapshotHeader::kMagic || header.crc != crc_of(header)) {
    throw SnapshotError("its beginning is damaged");
  }
  if (header.version != SnapshotHeader::kVersion) {
    throw SnapshotError("it is of format " + std::to_string(header.version) +
                        ", this program reads " + std::to_string(SnapshotHeader::kVersion));
  }
  const auto payload = file.subspan(sizeof header);
  if (payload.size() != header.payload_bytes ||
      crc32c(payload.data(), payload.size()) != header.payload_crc) {
    throw SnapshotError("its length or its CRC is wrong");
  }
  return header;
}

SnapshotHeader named_header(std::span<const std::byte> file, std::uint64_t sequence) {
  const SnapshotHeader header = checked_header(file);
  if (header.sequence != sequence) throw SnapshotError("it is another one than its name says");
  return header;
}

RunStart get_run(ArchiveReader& from) {
  std::vector<std::byte> run(from.get_below(kMaxPayloadBytes + 1, "the length of the run"));
  for (std::byte& byte : run) byte = from.get<std::byte>();
  return decode_run(run);
}

}  // namespace

std::string snapshot_name(std::uint64_t sequence) {
  const std::string digits = std::to_string(sequence);
  return std::string(kSnapshotBeginning) + std::string(kSequenceDigits - digits.size(), '0') +
         digits + std::string(kSnapshotEnding);
}

std::uint64_t snapshot_sequence(const std::string& name) noexcept {
  if (name.size() != kSnapshotBeginning.size() + kSequenceDigits + kSnapshotEnding.size() ||
      !name.starts_with(kSnapshotBeginning) || !name.ends_with(kSnapshotEnding)) {
    return 0;
  }
  const char* const begin = name.data() + kSnapshotBeginning.size();
  std::uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(begin, begin + kSequenceDigits, sequence);
  return error == std::errc{} && end == begin + kSequenceDigits ? sequence : 0;
}

std::uint64_t events_before(Storage& storage, std::uint64_t sequence) {
  const StoredBytes data = storage.read(snapshot_name(sequence));
  SnapshotHeader header{};
  if (data.bytes.size() >= sizeof header) std::memcpy(&header, data.bytes.data(), sizeof header);
  return header.events;
}

SnapshotHeader read_snapshot_header(Storage& storage, std::uint64_t sequence) {
  return named_header(storage.read(snapshot_name(sequence)).bytes, sequence);
}

RunStart read_snapshot_run(Storage& storage, std::uint64_t sequence) {
  const StoredBytes data = storage.read(snapshot_name(sequence));
  (void)named_header(data.bytes, sequence);
  ArchiveReader from(data.bytes.subspan(sizeof(SnapshotHeader)));
  return get_run(from);
}

Snapshot read_snapshot(Storage& storage, std::uint64_t sequence) {
  const StoredBytes data = storage.read(snapshot_name(sequence));
  const SnapshotHeader header = named_header(data.bytes, sequence);
  ArchiveReader from(data.bytes.subspan(sizeof header));
  Snapshot snapshot{.sequence = header.sequence,
                    .events = header.events,
                    .engine = nullptr,
                    .run = get_run(from),
                    .numbers = {}};
  snapshot.numbers.restore(from);
  snapshot.engine = std::make_unique<Engine>(snapshot.run.config, from);
  if (!from.at_end()) throw SnapshotError("it is longer than its state");
  if (snapshot.engine->last_seq().value != header.sequence ||
      snapshot.engine->last_exec_count() != header.events ||
      snapshot.engine->state_hash() != header.state_hash) {
    throw SnapshotError("its state is not the one whose hash it has");
  }
  return snapshot;
}

void write_snapshot(Storage& storage, const Engine& engine, const RunStart& run,
                    const CommandNumbers& numbers) {
  std::vector<std::byte> bytes(sizeof(SnapshotHeader));
  ArchiveWriter to([&](std::span<const std::byte> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  });
  RunStart now = run;
  now.config.epoch = engine.epoch();
  const std::vector<std::byte> encoded = encode(now);
  to.put(static_cast<std::uint32_t>(encoded.size()));
  for (const std::byte byte : encoded) to.put(byte);
  numbers.save(to);
  engine.save(to);
  to.flush();
  const std::size_t payload_bytes = bytes.size() - sizeof(SnapshotHeader);
  SnapshotHeader header{.magic = SnapshotHeader::kMagic,
                        .version = SnapshotHeader::kVersion,
                        .payload_crc = crc32c(bytes.data() + sizeof(SnapshotHeader), payload_bytes),
                        .payload_bytes = payload_bytes,
                        .sequence = engine.last_seq().value,
                        .events = engine.last_exec_count(),
                        .state_hash = engine.state_hash(),
                        .time_ns = engine.now().value,
                        .reserved0 = 0,
                        .crc = 0};
  header.crc = crc_of(header);
  std::memcpy(bytes.data(), &header, sizeof header);
  const auto names = storage.list();
  if (std::ranges::binary_search(names, kSnapshotDraft)) storage.remove(kSnapshotDraft);
  {
    const auto file = storage.create(kSnapshotDraft, bytes.size());
    file->write(0, bytes);
    file->sync();
  }
  storage.rename(kSnapshotDraft, snapshot_name(header.sequence));
}

std::optional<Snapshot> read_newest_snapshot(Storage& storage, std::uint64_t until,
                                             const std::function<void(const std::string&)>& warn) {
  std::vector<std::string> names = storage.list();
  std::ranges::reverse(names);
  for (const std::string& name : names) {
    const std::uint64_t sequence = snapshot_sequence(name);
    if (sequence == 0 || sequence > until) continue;
    try {
      return read_snapshot(storage, sequence);
    } catch (const SnapshotError& error) {
      warn(name + ": " + error.what());
    } catch (const std::invalid_argument& error) {
      warn(name + ": " + error.what());
    }
  }
  return std::nullopt;
}

}  // namespace sluice

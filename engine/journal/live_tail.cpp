#include "engine/journal/live_tail.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <system_error>

#include "engine/journal/segment_file.hpp"

namespace sluice {
namespace {

using Files = std::map<std::uint64_t, SegmentFile>;

Files open_files(const std::string& folder, const std::string& name) {
  Files files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::uint64_t index = segment_index(entry.path().filename().string(), name);
    if (index == 0) continue;
    try {
      files.emplace(index, SegmentFile::open_to_read(entry.path().string()));
    } catch (const std::exception& unreadable) {
      throw StorageError(unreadable.what());
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    throw StorageError(folder + ": cannot be listed: " + error.message());
  }
  return files;
}

}  // namespace

void read_stream(StreamReader& from, const std::function<void(const RecordView&)>& visit) {
  RecordView record;
  for (;;) {
    switch (from.next(record)) {
      case StreamReader::Status::record:
        visit(record);
        break;
      case StreamReader::Status::none:
        if (!from.is_cut_short()) return;
        throw JournalDamage("segment " + std::to_string(from.segment()) + ", offset " +
                            std::to_string(from.offset()) + ", sequence " +
                            std::to_string(from.position().next_sequence) +
                            ": nothing is written here, but later records are");
      case StreamReader::Status::damaged:
        throw JournalDamage(from.wrong());
    }
  }
}

void read_live_tail(const std::string& folder, const std::string& name, StreamKind kind,
                    const StreamPosition& next,
                    const std::function<void(const RecordView&)>& visit) {
  const Files files = open_files(folder, name);
  if (files.empty()) return;
  const auto segments = [&](std::uint64_t index) -> std::optional<std::span<const std::byte>> {
    const auto found = files.find(index);
    if (found == files.end()) return std::nullopt;
    return found->second.memory();
  };
  const std::string where = folder + "/" + name + ": ";
  StreamReader reader(segments, kind, files.begin()->first);
  std::uint64_t expected = next.next_sequence;
  try {
    read_stream(reader, [&](const RecordView& record) {
      const RecordHeader& header = *record.header;
      if (header.sequence < expected) return;
      if (header.sequence > expected) {
        throw JournalDamage("records " + std::to_string(expected) + " to " +
                            std::to_string(header.sequence - 1) +
                            " are neither on the disk nor in memory");
      }
      if (header.sequence == next.next_sequence && header.chain != next.chain) {
        throw JournalDamage("sequence " + std::to_string(header.sequence) +
                            " does not follow what is on the disk: it is of another journal");
      }
      ++expected;
      visit(record);
    });
  } catch (const JournalDamage& damage) {
    throw JournalDamage(where + damage.what());
  }
}

}  // namespace sluice

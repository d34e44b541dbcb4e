// A file of a journal, to find records in it and to damage them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "engine/journal/segment.hpp"
#include "tests/engine/journal/memory.hpp"

namespace sluice::gateway {

/// A file's bytes while they are changed; written back at the end.
class ChangedFile {
 public:
  explicit ChangedFile(std::string path) : path_(std::move(path)) {
    std::ifstream file(path_, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.empty()) throw std::runtime_error("cannot read " + path_);
    size_ = text.size();
    memory_.emplace((size_ + kRecordAlignment - 1) / kRecordAlignment * kRecordAlignment);
    std::memcpy(memory_->span().data(), text.data(), size_);
  }
  ~ChangedFile() {
    std::ofstream file(path_, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(bytes().data()), static_cast<std::streamsize>(size_));
  }
  ChangedFile(const ChangedFile&) = delete;
  ChangedFile& operator=(const ChangedFile&) = delete;

  [[nodiscard]] std::span<std::byte> bytes() { return memory_->span().first(size_); }
  void flip(std::size_t offset) {
    if (offset >= size_) throw std::runtime_error(path_ + " is shorter");
    bytes()[offset] ^= std::byte{0x10};
  }

  /// Calls `visit` for each record of a segment until it returns false.
  void for_each(const std::function<bool(std::size_t offset, const RecordHeader&)>& visit) {
    for (std::size_t at = SegmentHeader::kBytes; at < size_;) {
      const RecordHeader* const record = whole_record(bytes().subspan(at));
      if (record == nullptr || !visit(at, *record)) return;
      at += stride_of(record->bytes - sizeof(RecordHeader));
    }
  }
  /// Where the first record of that kind and sequence begins.
  [[nodiscard]] std::size_t find(RecordType type, std::uint64_t sequence) {
    std::size_t found = 0;
    for_each([&](std::size_t at, const RecordHeader& record) {
      if (record.type != static_cast<std::uint16_t>(type) || record.sequence != sequence)
        return true;
      found = at;
      return false;
    });
    if (found == 0) throw std::runtime_error("no such record in " + path_);
    return found;
  }
  /// The last head of a round, behind which are records.
  [[nodiscard]] std::size_t last_round() {
    std::size_t found = 0;
    for_each([&](std::size_t at, const RecordHeader& record) {
      if (record.type == static_cast<std::uint16_t>(RecordType::round)) found = at;
      return true;
    });
    return found;
  }

  /// Changes a payload, and makes CRCs and chain right from there on: no reader of records sees it.
  template <class Message>
  void change(RecordType type, std::uint64_t sequence, const std::function<void(Message&)>& edit) {
    const std::size_t changed = find(type, sequence);
    std::optional<std::uint64_t> chain;
    std::vector<std::size_t> places;
    for_each([&](std::size_t at, const RecordHeader& record) {
      if (at >= changed && record.type != static_cast<std::uint16_t>(RecordType::round)) {
        places.push_back(at);
      }
      return true;
    });
    for (const std::size_t at : places) {
      auto* const bytes_here = bytes().data() + at;
      auto header = *reinterpret_cast<const RecordHeader*>(bytes_here);
      std::vector<std::byte> payload(bytes_here + sizeof header, bytes_here + header.bytes);
      if (at == changed) {
        Message message;
        std::memcpy(&message, payload.data(), sizeof message);
        edit(message);
        std::memcpy(payload.data(), &message, sizeof message);
      }
      if (chain) header.chain = *chain;
      chain = chained(header.chain, write_record(bytes_here, header, payload));
    }
  }

 private:
  std::string path_;
  std::size_t size_ = 0;
  std::optional<Memory> memory_;
};

}  // namespace sluice::gateway

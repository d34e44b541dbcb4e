#include "engine/journal/rounds_ahead.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "engine/core/engine.hpp"
#include "engine/journal/read_ahead.hpp"

namespace sluice {
namespace {

/// So many that handing them over costs nothing beside applying them; all that wait, and the events
/// beside them, find room in a cache that two processors share.
constexpr std::size_t kRecordsPerBatch = 512;
constexpr std::size_t kBatchesAhead = 8;
/// Records between expect() and visit(), and between the load of its bytes and visit().
constexpr std::size_t kExpectedAhead = Engine::kExpectedAhead;
constexpr std::size_t kLoadedAhead = kExpectedAhead + 4;

struct RecordBatch {
  StoredBytes owner;
  std::vector<RecordView> records;
};

void load(const RecordView& record) noexcept {
  __builtin_prefetch(record.header);
  const auto* const bytes = record.payload.data();
  for (std::size_t line = 0; line < std::min(record.payload.size(), sizeof(Command)); line += 64) {
    __builtin_prefetch(bytes + line);
  }
}

}  // namespace

RoundLogTip read_round_log_ahead(Storage& storage, std::uint64_t first,
                                 const std::function<void(const RecordView&)>& visit,
                                 const std::function<void(const RecordView&)>& expect) {
  RoundLogTip tip;
  ReadAhead<RecordBatch> ahead(kBatchesAhead, [&](ReadAhead<RecordBatch>& to) {
    RecordBatch batch;
    const auto hand_over = [&] {
      return batch.records.empty() || to.give(std::exchange(batch, {}));
    };
    const auto take = [&](const StoredBytes& segment, const std::vector<RecordView>& round) {
      if (batch.owner.owner != segment.owner && !hand_over()) return false;
      batch.owner = segment;
      batch.records.insert(batch.records.end(), round.begin(), round.end());
      return batch.records.size() < kRecordsPerBatch || hand_over();
    };
    try {
      tip = read_rounds(storage, first, UINT64_MAX, take);
    } catch (...) {
      (void)hand_over();
      throw;
    }
    (void)hand_over();
  });
  while (const auto batch = ahead.next()) {
    const auto& records = batch->records;
    for (std::size_t i = 0; i < std::min(kLoadedAhead, records.size()); ++i) load(records[i]);
    for (std::size_t i = 0; i < std::min(kExpectedAhead, records.size()); ++i) expect(records[i]);
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (i + kLoadedAhead < records.size()) load(records[i + kLoadedAhead]);
      if (i + kExpectedAhead < records.size()) expect(records[i + kExpectedAhead]);
      visit(records[i]);
    }
  }
  return tip;
}

}  // namespace sluice

// Which messages of clients are commands in the journal.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/snapshot/archive.hpp"
#include "engine/journal/segment.hpp"
#include "engine/message/command.hpp"

namespace sluice {

/// Of each session the numbers of its present epoch among its last kWindow. Thread safety: one
/// thread.
class CommandNumbers {
 public:
  /// More than can be in flight from one session.
  static constexpr std::uint32_t kWindow = 16'384;

  void note(const Command& command);
  [[nodiscard]] bool has(SessionId session, std::uint32_t session_epoch,
                         std::uint32_t msg_seq_num) const;

  /// The highest in that epoch; 0: none.
  [[nodiscard]] std::uint32_t last(SessionId session, std::uint32_t session_epoch) const;

  void save(ArchiveWriter& to) const;
  /// Into one without any. Throws SnapshotError.
  void restore(ArchiveReader& from);

 private:
  struct Numbers {
    std::uint32_t epoch = 0;
    std::vector<std::uint32_t> last;  ///< By number % kWindow; empty: none.
  };

  std::vector<Numbers> sessions_;  // by SessionId - 1
};

/// Notes a record of the stream of commands, if it is one.
void note_command(CommandNumbers& numbers, const RecordView& record);

}  // namespace sluice

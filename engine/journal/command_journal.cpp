#include "engine/journal/command_journal.hpp"

#include <span>

namespace sluice {

bool journal(StreamWriter& to, const Command& command) noexcept {
  return to.append({.type = RecordType::command,
                    .time_ns = command.time.value,
                    .session = command.session.value,
                    .msg_seq_num = command.msg_seq_num},
                   std::as_bytes(std::span(&command, 1)));
}

}  // namespace sluice

#include "engine/journal/command_journal.hpp"

#include <cstring>
#include <span>

namespace sluice {
namespace {

std::string place_of(const StreamReader& from, std::uint64_t sequence) {
  return "segment " + std::to_string(from.segment()) + ", sequence " + std::to_string(sequence) +
         ": ";
}

}  // namespace

bool journal(StreamWriter& to, const Command& command) noexcept {
  return to.append({.type = RecordType::command,
                    .time_ns = command.time.value,
                    .session = command.session.value,
                    .msg_seq_num = command.msg_seq_num},
                   std::as_bytes(std::span(&command, 1)));
}

Replayed replay(StreamReader& from, Engine& engine, EventSink& sink) {
  Replayed done;
  RecordView record;
  for (;; ++done.commands) {
    const StreamReader::Status status = from.next(record);
    if (status == StreamReader::Status::none) {
      if (from.is_cut_short()) {
        done.wrong = place_of(from, from.position().next_sequence) +
                     "nothing is written here, but later records are";
      }
      return done;
    }
    if (status == StreamReader::Status::damaged) {
      done.wrong = from.wrong();
      return done;
    }
    Command command;
    if (record.header->type != static_cast<std::uint16_t>(RecordType::command) ||
        record.payload.size() != sizeof command) {
      done.wrong = place_of(from, record.header->sequence) + "it is no command";
      return done;
    }
    std::memcpy(&command, record.payload.data(), sizeof command);
    if (command.seq.value != record.header->sequence) {
      done.wrong = place_of(from, record.header->sequence) + "its command has the number " +
                   std::to_string(command.seq.value);
      return done;
    }
    if (command.seq.value != engine.last_seq().value + 1) {
      done.wrong = place_of(from, record.header->sequence) + "the engine's next command is " +
                   std::to_string(engine.last_seq().value + 1);
      return done;
    }
    engine.apply(command, sink);
  }
}

}  // namespace sluice

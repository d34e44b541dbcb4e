#include "engine/journal/command_numbers.hpp"

#include <algorithm>
#include <cstring>

namespace sluice {

void CommandNumbers::note(const Command& command) {
  if (command.session.value == 0) return;
  if (command.session.value > sessions_.size()) sessions_.resize(command.session.value);
  Numbers& numbers = sessions_[command.session.value - 1];
  if (numbers.last.empty() || numbers.epoch != command.session_epoch) {
    numbers.epoch = command.session_epoch;
    numbers.last.assign(kWindow, 0);
  }
  numbers.last[command.msg_seq_num % kWindow] = command.msg_seq_num;
}

bool CommandNumbers::has(SessionId session, std::uint32_t session_epoch,
                         std::uint32_t msg_seq_num) const {
  if (session.value == 0 || session.value > sessions_.size()) return false;
  const Numbers& numbers = sessions_[session.value - 1];
  return !numbers.last.empty() && numbers.epoch == session_epoch &&
         numbers.last[msg_seq_num % kWindow] == msg_seq_num;
}

std::uint32_t CommandNumbers::last(SessionId session, std::uint32_t session_epoch) const {
  if (session.value == 0 || session.value > sessions_.size()) return 0;
  const Numbers& numbers = sessions_[session.value - 1];
  if (numbers.last.empty() || numbers.epoch != session_epoch) return 0;
  return *std::ranges::max_element(numbers.last);
}

void CommandNumbers::save(ArchiveWriter& to) const {
  to.put(static_cast<std::uint32_t>(sessions_.size()));
  for (const Numbers& numbers : sessions_) {
    const auto is_number = [](std::uint32_t number) { return number != 0; };
    to.put(numbers.epoch);
    to.put(static_cast<std::uint32_t>(std::ranges::count_if(numbers.last, is_number)));
    for (const std::uint32_t number : numbers.last) {
      if (number != 0) to.put(number);
    }
  }
}

void CommandNumbers::restore(ArchiveReader& from) {
  sessions_.resize(from.get_below(std::uint64_t{1} << 20U, "the number of sessions"));
  for (Numbers& numbers : sessions_) {
    numbers.epoch = from.get<std::uint32_t>();
    std::uint32_t left = from.get_below(kWindow + 1, "the number of a session's messages");
    if (left > 0) numbers.last.assign(kWindow, 0);
    for (; left > 0; --left) {
      const auto number = from.get<std::uint32_t>();
      numbers.last[number % kWindow] = number;
    }
  }
}

void note_command(CommandNumbers& numbers, const RecordView& record) {
  if (record.header->type != static_cast<std::uint16_t>(RecordType::command)) return;
  numbers.note(*reinterpret_cast<const Command*>(record.payload.data()));
}

}  // namespace sluice

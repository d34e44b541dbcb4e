#include "gateway/venue/journaled_numbers.hpp"

#include <algorithm>

namespace sluice::gateway {

void JournaledNumbers::note(const Command& command) {
  if (command.session.value == 0) return;
  if (command.session.value > sessions_.size()) sessions_.resize(command.session.value);
  Numbers& numbers = sessions_[command.session.value - 1];
  if (numbers.last.empty() || numbers.epoch != command.session_epoch) {
    numbers.epoch = command.session_epoch;
    numbers.last.assign(kCommandWindow, 0);
  }
  numbers.last[command.msg_seq_num % kCommandWindow] = command.msg_seq_num;
}

bool JournaledNumbers::has(SessionId session, std::uint32_t epoch, std::uint32_t number) const {
  if (session.value > sessions_.size()) return false;
  const Numbers& numbers = sessions_[session.value - 1];
  return !numbers.last.empty() && numbers.epoch == epoch &&
         numbers.last[number % kCommandWindow] == number;
}

std::vector<std::uint32_t> JournaledNumbers::lost(SessionId session,
                                                  MappedMessageStore& store) const {
  const std::uint32_t epoch = store.session_epoch();
  // Killed after the push and before the count.
  if (store.taken_end() == store.next_target() && has(session, epoch, store.next_target())) {
    store.note_command(store.next_target());
    store.incrNextTargetMsgSeqNum();
  }
  std::vector<std::uint32_t> lost;
  const std::uint32_t end = store.taken_end();
  for (std::uint32_t n = end > kCommandWindow ? end - kCommandWindow : 1; n < end; ++n) {
    if (store.was_command(n) && !has(session, epoch, n)) lost.push_back(n);
  }
  return lost;
}

}  // namespace sluice::gateway

// Which messages of clients are commands in the journal.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/message/command.hpp"
#include "gateway/session/store/mapped_message_store.hpp"

namespace sluice::gateway {

/// Of each session the last kCommandWindow numbers of its present epoch. Thread safety: one thread.
class JournaledNumbers {
 public:
  void note(const Command& command);

  /// Numbers that the store has taken as commands and the journal does not have: rising. Also puts
  /// right what the store did not live to count: the one message that is in the journal already.
  [[nodiscard]] std::vector<std::uint32_t> lost(SessionId session, MappedMessageStore& store) const;

 private:
  struct Numbers {
    std::uint32_t epoch = 0;
    std::vector<std::uint32_t> last;  ///< By number % kCommandWindow.
  };
  [[nodiscard]] bool has(SessionId session, std::uint32_t epoch, std::uint32_t number) const;

  std::vector<Numbers> sessions_;  // by SessionId - 1
};

}  // namespace sluice::gateway

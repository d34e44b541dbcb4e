// What the journal knows of sessions: read at a start that has lost their stores.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/journal/segment.hpp"
#include "engine/types/strong.hpp"
#include "gateway/session/journal/session_records.hpp"

namespace sluice::gateway {

/// One session, as far as its records have come.
struct SessionImage {
  SessionCounts counts{};
  std::uint32_t taken_end = 0;      ///< Of the client's messages: the highest that was taken, + 1.
  std::set<std::uint32_t> refused;  ///< From counts.next_target on: taken, and no commands.
  std::deque<std::string>
      messages;  ///< The last before counts.next_sender; empty: one was skipped.

  [[nodiscard]] std::uint32_t first_message() const noexcept {
    return counts.next_sender - static_cast<std::uint32_t>(messages.size());
  }
};

/// Where a group of drop copies stands.
struct CopyImage {
  std::uint64_t number = 0;
  std::uint64_t event = 0;
};

/// Takes the records of all sessions in the journal's order. Of each session it keeps at most
/// `most_messages`, the newest.
///
/// Thread safety: one thread.
class SessionHistory {
 public:
  explicit SessionHistory(std::uint32_t most_messages) : most_messages_(most_messages) {}

  /// Throws JournalDamage, without a place, for what no venue can have written.
  void take(const RecordView& record);

  /// Null when nothing is known of it.
  [[nodiscard]] const SessionImage* find(SessionId session) const;
  [[nodiscard]] const std::map<std::string, CopyImage>& groups() const noexcept { return groups_; }
  [[nodiscard]] bool empty() const noexcept { return sessions_.empty() && groups_.empty(); }

 private:
  void take_state(const RecordView& record);
  void take_message(const RecordView& record);
  void take_taken(const RecordView& record);
  void take_copies(const RecordView& record);
  [[nodiscard]] SessionImage* image_in(const RecordView& record, std::uint32_t session_epoch);
  void drop_oldest(SessionImage& image) const;

  std::uint32_t most_messages_;
  std::map<std::uint32_t, SessionImage> sessions_;
  std::map<std::string, CopyImage> groups_;
};

}  // namespace sluice::gateway

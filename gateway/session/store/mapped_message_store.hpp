// QuickFIX's message store on a memory-mapped, bounded file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/types/strong.hpp"
#include "engine/types/wall_clock.hpp"
#include "gateway/codec/encoding/encoder.hpp"
#include "gateway/session/journal/session_records.hpp"
#include "gateway/session/quickfix.hpp"
#include "gateway/session/store/message_store_file.hpp"

namespace sluice::gateway {

class SessionRecorder;
struct SessionImage;

/// Sent messages and both sequence numbers of one session. They survive the process's death at any
/// instruction; the machine's does what a SessionRecorder was told of, which has each change before
/// the store has it.
///
/// Thread safety: one I/O thread at a time.
///
/// Invariants: kept messages run without a hole up to next_sender() - 1; only a prefix may be
/// lacking, since QuickFIX answers a ResendRequest wrongly otherwise. `capacity` messages of up to
/// kUsualStoredBytes are always kept; where longer ones fill the ring sooner, the oldest go. A
/// sender's number that is set ahead skips numbers, which take places as messages do: a placeholder
/// comes for each. So only a jump of `capacity` or more empties the store. A number that goes back
/// drops what is from there on.
///
/// The QuickFIX methods throw nothing but FIX::IOException.
class MappedMessageStore final : public FIX::MessageStore {
 public:
  /// Opens or creates the file at `path`, for `capacity` messages. A file of another capacity is
  /// rewritten with its newest messages. Throws std::runtime_error that names the file and the
  /// cause.
  MappedMessageStore(const std::string& path, const StoreIdentity& identity, std::uint32_t capacity,
                     WallClock clock);

  /// From now on each change is recorded; `recorder` outlives this.
  void record_with(SessionRecorder& recorder, SessionId session) noexcept {
    recorder_ = &recorder;
    session_ = session;
  }
  /// Records all that is counted; with a recorder only. Where there is no room for it the session
  /// is to be cut: take_failure().
  void record_state() noexcept;
  /// Into a new one: what the journal knows of the session. `is_command(n)`: whether the client's
  /// message n is a command there; `last_command`: the last that is. Throws std::runtime_error when
  /// the file system is full.
  void restore(const SessionImage& image, std::uint32_t last_command,
               const std::function<bool(std::uint32_t)>& is_command);
  /// All of it is on the disk, if the file is. Throws std::runtime_error.
  void sync() const { file_.sync(); }

  /// Keeps a sent message and moves the sender's number on. False, and nothing changed, when
  /// `number` is not next_sender(), the message is empty or longer than kMaxStoredBytes, the
  /// numbers are used up or the file system is full.
  [[nodiscard]] bool append(std::uint32_t number, std::string_view message,
                            const Told& told = {}) noexcept;

  /// The last event and the last copy that messages have told of, or that need not be told; resets
  /// change nothing of it.
  [[nodiscard]] std::uint64_t last_report() const noexcept;
  [[nodiscard]] std::uint64_t last_copy() const noexcept;
  void set_last_report(std::uint64_t event) noexcept;
  void set_last_copy(std::uint64_t copy) noexcept;
  /// After a reset: events from `from` to `last` are to be told of once more.
  void tell_again(std::uint64_t from, std::uint64_t last) noexcept;
  /// Events up to this one may have been told of under numbers before the last reset.
  [[nodiscard]] std::uint64_t told_before() const noexcept { return file_.header().told_before; }

  /// The client's message `number`, which is next_target(), is about to become a command ...
  void note_command(std::uint32_t number) noexcept { set_command(number, true); }
  /// ... or is not after all.
  void forget_command(std::uint32_t number) noexcept { set_command(number, false); }
  /// Whether `number`, one of the kCommandWindow before taken_end(), became a command.
  [[nodiscard]] bool was_command(std::uint32_t number) const noexcept;
  /// The client's numbers up to here have been taken: next_target(), or more after rewind_to().
  [[nodiscard]] std::uint32_t taken_end() const noexcept;
  /// The client is to be asked for its messages from `number` on, which is below next_target().
  void rewind_to(std::uint32_t number) noexcept;
  /// Whatever comes next is new, whatever its number.
  void forget_taken() noexcept;
  /// The journal that had the commands is gone.
  void forget_commands() noexcept;

  /// Whether a message of QuickFIX's could not be kept since the last call. It tells nobody: such a
  /// message is not sent, and the session goes on as if it had been.
  [[nodiscard]] bool take_failure() noexcept { return std::exchange(failed_, false); }

  [[nodiscard]] std::uint32_t next_sender() const noexcept;
  [[nodiscard]] std::uint32_t next_target() const noexcept;
  /// How often the numbers were reset to 1, counted from 1.
  [[nodiscard]] std::uint32_t session_epoch() const noexcept;
  /// The oldest message kept; next_sender() when there is none.
  [[nodiscard]] std::uint32_t first_kept() const noexcept;

  /// Whether the sender's number can be set to `number` and something stay that is kept now.
  [[nodiscard]] bool bridges(std::uint32_t number) const noexcept;
  /// Whether messages are kept that a client could be sent again: other than session messages.
  [[nodiscard]] bool keeps_application_messages() const;

  // FIX::MessageStore
  bool set(int number, const std::string& message) override;
  void get(int begin, int end, std::vector<std::string>& messages) const override;
  int getNextSenderMsgSeqNum() const override;
  int getNextTargetMsgSeqNum() const override;
  void setNextSenderMsgSeqNum(int number) override;
  void setNextTargetMsgSeqNum(int number) override;
  void incrNextSenderMsgSeqNum() override;
  void incrNextTargetMsgSeqNum() override;
  /// Half a day from now, whenever "now" is. With StartTime=00:00:00.000000001 and EndTime=00:00:00
  /// QuickFIX then sees one session range for ever, and never resets at UTC midnight.
  FIX::UtcTimeStamp getCreationTime() const override;
  void reset() override;
  /// The file is the state: there is nothing to read again.
  void refresh() override {}

 private:
  [[nodiscard]] StoreNumbers& numbers() const noexcept;
  [[nodiscard]] KeptRange kept() const noexcept;
  void publish(KeptRange range) noexcept;
  void publish_next_sender(std::uint32_t number) noexcept;
  void skip_to(std::uint32_t number);
  [[nodiscard]] bool keep(std::uint32_t number, std::string_view message) noexcept;
  void claim(std::uint32_t number, const Told& told) noexcept;
  void settle_claim() noexcept;
  void forget_claim() noexcept;
  void set_command(std::uint32_t number, bool on) noexcept;
  void publish_next_target(std::uint32_t number) noexcept;
  [[nodiscard]] bool record_message(std::uint32_t number, std::string_view message,
                                    const Told& told) noexcept;
  void record_taken(std::uint32_t number) noexcept;
  [[nodiscard]] bool skip(std::uint32_t number) noexcept;

  MessageStoreFile file_;
  WallClock clock_;
  SessionNames names_;
  std::uint64_t write_position_ = 0;
  bool failed_ = false;
  std::uint32_t noted_ = 0;  ///< The client's message that is about to become a command.
  SessionRecorder* recorder_ = nullptr;
  SessionId session_{};
  std::uint64_t recorded_report_ = 0;  ///< last_report() as the recorder knows it.
  bool state_due_ = false;             ///< A state could not be recorded: it comes first.
};

/// Stores of one venue: `<folder>/<CompID>.store`, where bytes of the CompID other than letters,
/// digits, '-' and '_' are written as %XX.
class MappedMessageStoreFactory final : public FIX::MessageStoreFactory {
 public:
  /// Makes the folder (not its parents) when it is not there. Throws std::runtime_error.
  MappedMessageStoreFactory(std::string folder, std::uint32_t capacity, WallClock clock);

  /// Throws FIX::ConfigError, the only exception that QuickFIX lets through here.
  FIX::MessageStore* create(const FIX::SessionID& session) override;
  void destroy(FIX::MessageStore* store) override;

  [[nodiscard]] std::string path_of(std::string_view target_comp_id) const;

 private:
  std::string folder_;
  std::uint32_t capacity_;
  WallClock clock_;
};

}  // namespace sluice::gateway
